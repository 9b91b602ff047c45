# One scope of a checkpoint, without the scope.
G="$TESTDATA/tf_bundle/testdata/good"
holdall merge one="$G/two_models_seeded/save/model1" two="$G/two_models_seeded/save/model2" -o both
holdall cp both part --select 'two/**' --rule 'strip two/model2/' --verify
holdall ls part
