# Every dtype that TensorFlow writes.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls dtypes_tf1/dtypes
