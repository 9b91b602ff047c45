# A head of another shape is told of and kept; a load that matches nothing is an error.
cp -r "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save" .
cat > spec.json <<'JSON'
{"variables": [{"name": "model1/w1", "dtype": "float32", "shape": [2]},
               {"name": "model1/w2", "dtype": "float32", "shape": [9]}]}
JSON
holdall plan save/model1 --into spec.json || echo "status $?"
holdall plan save/model1 --into spec.json --shape keep
echo '{"variables": [{"name": "head", "shape": [9]}]}' > other.json
holdall plan save/model1 --into other.json --missing keep --unexpected skip || echo "status $?"
