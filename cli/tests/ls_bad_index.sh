# An index with a byte cut off.
cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall ls index_cut_1/m
