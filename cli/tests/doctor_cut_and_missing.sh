# A copy that was cut off, then one that lost its data.
cp "$TESTDATA"/tf_bundle/testdata/good/two_models_seeded/save/model1.{index,data*} .
truncate -s 12 model1.data-00000-of-00001
holdall doctor model1 || echo "status $?"
rm model1.data-00000-of-00001
holdall doctor model1 --quick || echo "status $?"
