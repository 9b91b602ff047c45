# One of two blocks of the index is damaged: what the other lists is written, and what is lost is told.
cp "$TESTDATA/tf_bundle/testdata/good/many"/many.* .
chmod u+w many.index
cp many.index whole.index
for at in 1000 300000; do
  cp whole.index many.index
  printf '\xff\xff' | dd of=many.index bs=1 seek=$at conv=notrunc status=none
  holdall doctor many || echo "status $?"
  holdall doctor many --salvage out --force || echo "status $?"
  holdall ls out --sum
done
# What is there is what was saved.
cp whole.index many.index
holdall diff many out | tail -n 1
