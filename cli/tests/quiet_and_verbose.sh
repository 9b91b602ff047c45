# -q: the answer and errors only. -v: what is opened, and of an error its code.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save"
cp "$M"/model1.* .
holdall cp model1 m -q
holdall -q merge a=model1 b=model1 -o both.npz
holdall -q keep . --last 1
holdall split both.npz -o '{scope}.npz' --quiet
ls
holdall -v ls a.npz --sum
holdall ls a.npz --sum -vv
holdall -v ls nothing || echo "status $?"
