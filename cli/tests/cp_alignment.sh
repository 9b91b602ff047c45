# Tensors begin where they can be mapped, or without gaps as TensorFlow packs them.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
holdall cp "$M" aligned -q
holdall cp "$M" packed --alignment 1 -q
stat -c '%n %s' aligned.data-00000-of-00001 packed.data-00000-of-00001
cmp packed.data-00000-of-00001 "$M.data-00000-of-00001" && echo "the bytes that TensorFlow wrote"
holdall diff aligned packed
holdall cp "$M" m.safetensors --alignment 64 || echo "status $?"
