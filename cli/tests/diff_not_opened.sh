cd "$TESTDATA/tf_bundle/testdata"
holdall diff good/shapes/shapes bad/malformed/magic/m
