# A checkpoint and itself, in slices, strings and big-endian elements.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall diff partitioned/partitioned partitioned/partitioned.index
holdall diff strings/strings strings/strings
holdall diff big_endian/big big_endian/big
