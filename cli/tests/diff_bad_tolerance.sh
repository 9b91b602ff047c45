cd "$TESTDATA/tf_bundle/testdata/good"
holdall diff shapes/shapes shapes/shapes --tolerance 1e
