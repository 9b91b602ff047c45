# What cannot be opened is no answer.
cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall verify magic/m
