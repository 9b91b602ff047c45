# The rule it proposes, pasted, makes the plan succeed.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
holdall cp "$M" scoped --rule 'add old/'
holdall plan scoped --into "$M" || echo "status $?"
holdall plan scoped --into "$M" --rule 'strip old/'
