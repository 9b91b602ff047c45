# A copy of damaged bytes is not written.
cp "$TESTDATA"/tf_bundle/testdata/bad/malformed/data_float/m.* .
holdall cp m n || echo "status $?"
ls
