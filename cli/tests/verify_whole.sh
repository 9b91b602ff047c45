# Slices, strings and big-endian elements: everything that was stored holds.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall verify partitioned/partitioned strings/strings big_endian/big
