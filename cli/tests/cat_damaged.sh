cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall cat data_float/m a >/dev/null
