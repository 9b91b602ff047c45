# A partitioned variable is one row.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls partitioned/partitioned
