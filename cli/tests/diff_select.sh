cd "$TESTDATA/tf_bundle/testdata"
holdall diff good/partitioned/partitioned bad/malformed/good/m --select 'p*'
