# What cannot be restored is listed with the reason.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls resource/resource
