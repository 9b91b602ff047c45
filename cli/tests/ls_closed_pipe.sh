# A reader that has seen enough ends the program quietly (141 = 128 + SIGPIPE).
cd "$TESTDATA/tf_bundle/testdata/good"
set +e
holdall ls many/many | head -n 2
echo "${PIPESTATUS[0]}"
