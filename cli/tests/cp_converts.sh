# The ending of the new path tells its format; values stay.
G="$TESTDATA/tf_bundle/testdata/good"
holdall cp "$G/two_models_seeded/save/model1" m.safetensors
holdall cp m.safetensors m.npz --dtype float64
holdall ls m.safetensors m.npz
holdall diff m.safetensors "$G/two_models_seeded/save/model1"
