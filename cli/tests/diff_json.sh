cd "$TESTDATA/tf_bundle/testdata/good"
holdall diff two_models_seeded/save/model1 two_models_unseeded/save/model1 --rule-b 'map model1/w2 b' --json |
  sed 's/"seconds": .*/"seconds": 0/'
