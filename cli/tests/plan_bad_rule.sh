holdall plan "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1" --rule 'strip a; shout b'
