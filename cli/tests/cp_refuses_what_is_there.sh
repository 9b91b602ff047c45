# What is there is replaced only if that is asked for, and never by a copy of itself.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
holdall cp "$M" m
holdall cp "$M" m || echo "status $?"
holdall cp "$M" m --force
holdall cp m m --force || echo "status $?"
