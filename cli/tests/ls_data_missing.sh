# The index is there, the data is not.
cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall ls data_missing/m
