# No line of progress is left over on a terminal.
cd "$TESTDATA/tf_bundle/testdata/good"
script -qec 'holdall verify partitioned/partitioned' /dev/null | tr -d '\r'
