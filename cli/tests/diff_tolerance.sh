# All numbers are within the tolerance.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall diff two_models_seeded/save/model1 two_models_unseeded/save/model1 --tolerance 100
