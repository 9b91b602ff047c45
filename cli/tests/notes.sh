# What was done that was not asked for is said on stderr, and in JSON; -q leaves it out.
mkdir runs
holdall cp "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1" runs/m-10 -q
echo 'model_checkpoint_path: "/old/m-10"' >runs/checkpoint
holdall ls runs --sum
holdall ls runs --sum -q
holdall ls runs --json -q | grep -A 2 '"notes"'
holdall verify runs >/dev/null
