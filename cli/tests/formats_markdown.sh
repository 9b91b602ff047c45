# The README's table of formats is the one that this build prints.
holdall formats --markdown
sed -n '/^| format |/,/^$/p' "$TESTDATA/../../README.md" | sed '/^$/d' | diff - <(holdall formats --markdown)
holdall formats --json | python3 -c 'import json, sys; print(*(row["name"] for row in json.load(sys.stdin)["formats"]))'
