# A partitioned tensor: all its slices' places, and the values put together.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall show partitioned/partitioned deep
