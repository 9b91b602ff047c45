# One string is its bytes; several have no raw form.
cd "$TESTDATA/tf_bundle/testdata/bad/malformed"
holdall cat good/m s --slice 1 | wc -c
holdall cat good/m s
