# Two models with identical names in one checkpoint, each tensor as it is in its own.
cp -r "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save" .
holdall cp save/model1 first --rule 'strip model1/' >/dev/null
holdall cp save/model1 second --rule 'strip model1/' --dtype float64 >/dev/null
holdall merge a=first b=second -o both
holdall diff both first --select 'a/**' --rule-a 'strip a/' --select 'w*'
holdall diff both second --select 'b/**' --rule-a 'strip b/' --select 'w*'
