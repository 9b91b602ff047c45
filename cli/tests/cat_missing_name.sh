cd "$TESTDATA/tf_bundle/testdata/good"
holdall cat partitioned/partitioned colums --npy
