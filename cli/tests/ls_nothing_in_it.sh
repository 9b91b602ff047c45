# No tensors at all.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls no_tensors/empty
