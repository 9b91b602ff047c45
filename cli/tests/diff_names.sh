# Without rules nothing of two scopes is the same.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall diff two_models_seeded/save/model1 two_models_seeded/save/model2
