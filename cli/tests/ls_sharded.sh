# Three data files.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls sharded/sharded
