# Copies in JSON: what would be written, and what was.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
holdall merge a="$M" b="$M" -o both.safetensors --json --dry-run
holdall merge a="$M" b="$M" -o both.safetensors --json --verify | grep -v seconds
holdall split both.safetensors -o '{scope}.npz' --json | grep -v seconds
holdall cp "$M" none.npz --select nothing --json || echo "status $?"
