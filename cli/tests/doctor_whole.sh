# Nothing is wrong: one sentence, and what it is.
cp "$TESTDATA"/tf_bundle/testdata/good/two_models_seeded/save/model1.{index,data*} .
holdall doctor model1
holdall doctor model1 --quick
