# A damaged entry, and a tensor with a slice missing.
cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall verify entry_garbage/m slice_missing/m
