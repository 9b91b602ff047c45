# Files saved without a scope are put under one each, and saved as one.
cp -r "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save" .
holdall cp save/model1 one --rule 'strip model1/' >/dev/null
holdall cp save/model2 two --rule 'strip model2/' >/dev/null
holdall ls one two --by scope | head -n 2
holdall merge model1=one model2=two -o both
holdall diff both save/model1 --select 'model1/**'
