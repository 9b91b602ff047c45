cd "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save"
holdall plan dna=model1
