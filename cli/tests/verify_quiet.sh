# Nothing is said of what holds.
cd "$TESTDATA/tf_bundle/testdata"
holdall verify -q good/partitioned/partitioned
holdall verify -q good/partitioned/partitioned bad/malformed/data_missing/m
