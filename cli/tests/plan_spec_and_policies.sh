cp "$TESTDATA"/tf_bundle/testdata/good/two_models_seeded/save/model1.* .
echo '{"variables": [{"name": "model1/w1", "dtype": "float64", "shape": [3]}, {"name": "new", "shape": [1]}]}' > spec.json
holdall plan model1 --into spec.json --missing keep --unexpected skip --shape overlap --dtype-policy cast
holdall plan model1 --into spec.json || echo "status $?"
