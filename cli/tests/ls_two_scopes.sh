# Two checkpoints in one table, each under the scope it would be loaded into.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls first=two_models_seeded/save/model1 second=two_models_seeded/save/model2
