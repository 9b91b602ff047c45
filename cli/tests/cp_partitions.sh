holdall cp "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1" m --partition '**/w2=axis0:2'
holdall ls m
holdall cp m n --partition w2 || echo "status $?"
