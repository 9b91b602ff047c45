cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall verify data_string_byte/m data_missing/m --json | sed 's/"seconds": .*,/"seconds": 0,/'
