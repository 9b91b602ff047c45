cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall show good/m s
