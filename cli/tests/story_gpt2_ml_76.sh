# Every wrong spelling of a checkpoint's path gets the sentence that helps, or just opens.
cp "$TESTDATA"/tf_bundle/testdata/good/two_models_seeded/save/model1.{index,data*,meta} .
for path in model1 model1.index model1.data-00000-of-00001 model1.meta ./model1; do
  holdall ls "$path" --sum
done
for path in model model1.ckpt model1.data other/model1 'model[1]'; do
  holdall ls "$path" --sum 2>&1 || echo "status $?"
done
