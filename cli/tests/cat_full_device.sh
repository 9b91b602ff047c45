# What cannot be written is told, and is no fault of the input.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall cat partitioned/partitioned rows >/dev/full
