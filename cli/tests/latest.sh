# The path alone on stdout, for scripts; why newer ones were passed over on stderr.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
mkdir runs empty
for step in 9 10 11; do holdall cp "$M" "runs/m-$step" >/dev/null; done
rm runs/m-11.data-00000-of-00001
holdall latest runs
printf '\377' | dd of=runs/m-10.data-00000-of-00001 bs=1 seek=3 conv=notrunc status=none
holdall latest runs
holdall latest runs --verify 2>/dev/null
holdall latest runs --json 2>/dev/null
holdall latest empty || echo "status $?"
