# "-" is stdin, once.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
echo 'strip model1/' | holdall cp "$M" stripped.npz --rules -
holdall ls stripped.npz --json | holdall plan stripped.npz --into -
holdall ls a=stripped.npz --json | holdall plan a=stripped.npz --into -
echo '{"variables": [{"name": "w1"}]}' | holdall plan stripped.npz --into - --unexpected skip
echo '{' | holdall plan stripped.npz --into - || echo "status $?"
holdall plan stripped.npz --into - --rules - </dev/null || echo "status $?"
