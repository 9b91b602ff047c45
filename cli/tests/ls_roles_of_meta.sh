# The collections of a .meta tell what tensors are for: one that looks like a slot is trainable here.
cp "$TESTDATA/tf_bundle/testdata/good/optimizer"/train-3.* .
holdall ls train-3 --by role
# trainable_variables: net/w/Adam, in a MetaGraphDef that has nothing else.
printf '\x22\x29\x0a\x13trainable_variables\x12\x12\x12\x10\x0a\x0e\x0a\x0cnet/w/Adam:0' >train-3.meta
holdall ls train-3 --select 'net/w**'
holdall ls train-3 --json | grep -A9 '"net/w/Adam"' | grep role
holdall plan train-3 --skip-role optimizer --skip-role step
holdall doctor train-3
# A damaged one leaves the roles to the names, and loads go on.
truncate -s 30 train-3.meta
holdall ls train-3 --select 'net/w**'
holdall plan train-3 --skip-role optimizer --skip-role step
holdall doctor train-3
