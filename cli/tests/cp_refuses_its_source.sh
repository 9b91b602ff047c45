# A copy is never written over what it is made of, whatever the spelling, and --force does not help.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
holdall cp "$M" a.npz
holdall cp "$M" m
ln -s a.npz link.npz
ln a.npz hard.npz
ln -s . here
mkdir folder
for pair in "a.npz ./a.npz" "a.npz link.npz" "a.npz hard.npz" "m here/m" "a.npz folder"; do
  holdall cp $pair --force || echo "status $?"
done
holdall merge x=m y=a.npz -o link.npz --force || echo "status $?"
ln -s nowhere dangling.npz
echo text >notes.npy
holdall cp "$M" dangling.npz || echo "status $?"
holdall cp "$M" notes.npy --select '*/w1' || echo "status $?"
holdall cp "$M" notes.npy --select '*/w1' --force
