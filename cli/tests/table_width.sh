# Names are cut in the middle where a terminal is too narrow, and never in a pipe.
holdall cp "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1" m -q --rule 'add a_scope_with_quite_a_long_name/'
script -qec 'stty cols 50; holdall ls m' /dev/null | tr -d '\r' | sed 's/\x1b\[[0-9;]*m//g'
holdall ls m
COLUMNS=50 holdall ls m | head -1
