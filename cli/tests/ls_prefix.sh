# By its prefix, whose last part is not a file.
cd "$TESTDATA/tf_bundle/testdata/good/two_models_seeded"
holdall ls save/model1
