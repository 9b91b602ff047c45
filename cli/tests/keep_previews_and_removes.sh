M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
mkdir runs
for step in 9 10 100; do holdall cp "$M" "runs/m-$step" >/dev/null; done
holdall keep runs --last 1 --every 10 --dry-run
holdall keep runs --last 2
ls runs
holdall keep runs || echo "status $?"
