# One tensor a line, for streams; --select and the scope are kept.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls a=two_models_seeded/save/model1 b=two_models_seeded/save/model2 --format jsonl --select '*/w1' --select '*/w4'
holdall ls two_models_seeded/save/model1 --format json --select 'nothing' || echo "status $?"
holdall ls two_models_seeded/save/model1 --select 'nothing' || echo "status $?"
