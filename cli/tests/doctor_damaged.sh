# The cause, each finding, and what to type next; status 1.
cp "$TESTDATA"/tf_bundle/testdata/good/partitioned/partitioned.{index,data*} .
printf '\377' | dd of=partitioned.data-00000-of-00001 bs=1 seek=3 conv=notrunc status=none
holdall doctor partitioned || echo "status $?"
holdall doctor partitioned --salvage saved.safetensors --dry-run || echo "status $?"
holdall doctor partitioned --salvage saved.safetensors || echo "status $?"
holdall ls saved.safetensors --sum
holdall doctor partitioned --salvage saved.safetensors 2>&1 || echo "status $?"
