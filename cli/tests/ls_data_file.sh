# A checkpoint by one of its files.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls two_models_seeded/save/model2.data-00000-of-00001
