# TensorFlow's old format: listed, copied to the new one and back to the same bytes; one file or several.
V1="$TESTDATA/tf_v1/testdata"
(cd "$V1/partitioned" && holdall ls partitioned_v1)
holdall cp "$V1/v1_basic/model.ckpt-7" new/m
holdall cp new/m old/m --format tf_v1
cmp "$V1/v1_basic/model.ckpt-7" old/m && echo "the same bytes"
holdall verify old/m
holdall cp "$V1/sharded/sharded_v1" s --format tf_v1 --shards 2
holdall ls s
holdall diff s "$V1/sharded/sharded_v1"
cat checkpoint
holdall cp "$V1/v1_basic/model.ckpt-7" new/m --format tf_v1 --force || echo "exit status $?"
