# A directory: its newest complete checkpoint, and all that is not as it should be around it.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
mkdir runs
for step in 1 2 3; do holdall cp "$M" "runs/m-$step" >/dev/null; done
rm runs/m-3.data-00000-of-00001
touch runs/m-4.index.tmp0123456789abcdef
printf 'model_checkpoint_path: "/old/place/m-2"\n' > runs/checkpoint
holdall doctor runs
