# For programs.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls --json two_models_seeded/save/model1
