# Each problem names file, tensor and bytes; the rest is looked at all the same.
cp "$TESTDATA"/tf_bundle/testdata/good/partitioned/partitioned.{index,data*} .
printf '\377' | dd of=partitioned.data-00000-of-00001 bs=1 seek=3 conv=notrunc status=none
printf '\377' | dd of=partitioned.data-00000-of-00001 bs=1 seek=540 conv=notrunc status=none
holdall verify partitioned
