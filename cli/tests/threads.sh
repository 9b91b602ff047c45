# Every verb that moves tensors takes --threads, and the result is the same.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
mkdir runs
holdall cp "$M" runs/m-1 --shards 2 --verify --threads 1
holdall merge a="$M" b="$M" -o both.npz --threads 2
holdall split both.npz -o '{scope}' --threads 1
holdall diff a "$M" --threads 1
holdall verify a --threads 2
holdall doctor a --threads 1
holdall doctor a --salvage saved --threads 1
holdall latest runs --verify --threads 1
holdall latest runs --threads many || echo "status $?"
