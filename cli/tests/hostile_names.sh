# Whatever tensors and files are called, what is printed moves no cursor: bytes that a terminal would act on are
# escaped, in answers, in errors and in JSON, which stays JSON.
mkdir d; cp "$TESTDATA"/tf_bundle/testdata/good/names/* d
cd d; for file in names.*; do mv "$file" "$(printf 'e\033[2Jvil\nname').${file#*.}"; done; rm -f checkpoint; cd ..
evil=$(printf 'd/e\033[2Jvil\nname')
holdall ls "$evil" > out
for verb in 'ls --json' 'ls --format jsonl' verify 'verify --json' doctor 'doctor --json' 'plan' 'plan --json' 'ls --shapes'; do
  holdall $verb "$evil" >> out 2>> err || true
done
holdall diff "$evil" "$evil" >> out 2>> err || true
holdall show "$evil" "$(printf 'no\033such')" >> out 2>> err || true
holdall ls "$(printf 'd/no\033such\177')" 2>> err || true
holdall ls d >> out 2>> err || true
holdall cp "$evil" "$(printf 'd/c\rd.npz')" >> out 2>> err || true
holdall keep d --last 1 --dry-run >> out 2>> err || true
LC_ALL=C grep -c -P '[\x00-\x08\x0b-\x1f\x7f]' out err || true
for verb in ls verify doctor plan; do holdall $verb --json "$evil" | python3 -c 'import json, sys; json.load(sys.stdin)'; done
holdall ls --format jsonl "$evil" | python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]'
# Names like options are paths behind --, and never patterns
holdall cp --quiet "$evil" ./-rf; holdall verify --quiet -- -rf; holdall ls --sum -- -rf | head -n 1
holdall ls 'd/*' || echo "status $?"
