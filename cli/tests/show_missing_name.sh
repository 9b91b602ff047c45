cd "$TESTDATA/tf_bundle/testdata/good"
holdall show partitioned/partitioned colums
