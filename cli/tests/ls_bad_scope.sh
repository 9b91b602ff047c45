# A scope that cannot be one.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls "a//b=two_models_seeded/save/model1"
