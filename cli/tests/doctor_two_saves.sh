# The index of one save with the data of another.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
holdall cp "$M" one >/dev/null
holdall cp "$M" two --dtype float64 >/dev/null
mv two.data-00000-of-00001 one.data-00000-of-00001
holdall doctor one || echo "status $?"
