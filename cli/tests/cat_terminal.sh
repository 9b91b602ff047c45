# Bytes do not go to a terminal unless asked for; `script` makes one.
cd "$TESTDATA/tf_bundle/testdata/good"
script -qec 'holdall cat partitioned/partitioned plain' /dev/null | tr -d '\r'
