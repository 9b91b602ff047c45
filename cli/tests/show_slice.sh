cd "$TESTDATA/tf_bundle/testdata/good"
holdall show partitioned/partitioned deep --slice '0,1:3,:'
