cp "$TESTDATA"/tf_bundle/testdata/good/two_models_seeded/save/model1.{index,data*} .
truncate -s 12 model1.data-00000-of-00001
holdall doctor model1 --json || echo "status $?"
