# Two models of one program, each under its own scope: rules make their names meet.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall diff two_models_seeded/save/model1 two_models_unseeded/save/model1 --rule-a 'sub /model1/m/' --rule-b 'sub /model1/m/'
