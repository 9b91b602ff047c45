# What cannot be read is told beside what differs; the status is that of unreadable input.
cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall diff good/m data_float/m
