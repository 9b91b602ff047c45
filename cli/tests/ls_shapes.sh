# Scalars, empty tensors, many dimensions.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls shapes/shapes
