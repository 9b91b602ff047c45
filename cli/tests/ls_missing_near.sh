# A name that is nearly right.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls two_models_seeded/save/model3
