# A file that is not there is one problem.
cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall verify data_missing/m
