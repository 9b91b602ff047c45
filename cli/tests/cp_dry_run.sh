holdall cp "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1" new/m -n
ls
