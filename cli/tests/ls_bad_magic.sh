# Not a checkpoint, by its last bytes.
cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall ls magic/m
