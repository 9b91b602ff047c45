cd "$TESTDATA/tf_bundle/testdata/good"
holdall diff shapes/shapes shapes/shapes --rule-b 'strop x/'
