# A header that makes no sense.
cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall ls header_garbage/m
