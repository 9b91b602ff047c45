# What a save survives is a word; a note tells of an old file that could not be removed.
M="$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1"
for word in durable atomic none; do
  holdall cp "$M" "m-$word" --durability $word
  holdall merge a="$M" -o "both-$word" --durability $word
  holdall split "both-$word" -o "$word-{scope}" --durability $word
  holdall doctor "$M" --salvage "saved-$word" --durability $word
done
# What promises nothing writes over the plain names; the others keep the old files until the end.
holdall cp "$M" m-none --durability none --force -q
holdall cp "$M" m-atomic --durability atomic --force -q
ls m-none.* m-atomic.*
holdall cp "$M" m --durability sometimes || echo "status $?"
rm m-durable.data-00000-of-00001
mkdir m-durable.data-00000-of-00001
holdall cp "$M" m-durable --force
rm m-durable.data-00000-of-00002
mkdir m-durable.data-00000-of-00002
rmdir m-durable.data-00000-of-00001
holdall cp "$M" m-durable --force --json 2>/dev/null | grep -A2 notes
