# What a plan proposes does what it says once it is pasted: a missing, an extra and a doubled scope,
# a suffix, TensorFlow 2's keys.
cp -r "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save" .
holdall cp save/model1 plain --rule 'strip model1/' >/dev/null
holdall cp save/model1 extra --rule 'add train/' >/dev/null
holdall cp save/model1 doubled --rule 'add model1/' >/dev/null
holdall cp save/model1 suffixed --rule 'sub /model1/model1_1/' >/dev/null
holdall cp save/model1 keyed --rule 'sub* #$#/.ATTRIBUTES/VARIABLE_VALUE#' >/dev/null
for ckpt in plain extra doubled suffixed keyed; do
  rule=$(holdall plan "$ckpt" --into save/model1 --names raw 2>&1 | sed -n 's/.*would match with: *//p' | head -n 1)
  echo "$ckpt: $rule"
  holdall plan "$ckpt" --into save/model1 --names raw --rule "$rule" | tail -n 1
done
