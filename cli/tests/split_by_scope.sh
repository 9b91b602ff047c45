G="$TESTDATA/tf_bundle/testdata/good"
holdall merge dna="$G/two_models_seeded/save/model1" rna="$G/two_models_seeded/save/model2" -o both
holdall split both -o 'out/{scope}/model'
holdall diff out/dna/model "$G/two_models_seeded/save/model1"
holdall split out/dna/model -o 'one' || echo "status $?"
