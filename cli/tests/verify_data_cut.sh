cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall verify data_cut_1/m
