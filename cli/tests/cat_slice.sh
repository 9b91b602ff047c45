cd "$TESTDATA/tf_bundle/testdata/good"
holdall show partitioned/partitioned rows --slice '2,1:'
holdall cat partitioned/partitioned rows --slice '2,1:' | od -An -tx1
