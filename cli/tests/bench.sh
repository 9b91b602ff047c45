# Times differ from run to run: what is measured does not.
model=$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1
holdall bench "$model" --repeats 2 --threads 1 | sed -E 's/[0-9.]+ (us|ms|s)\b/TIME/g; s/[0-9.]+ GB\/s/RATE/; s/  +[0-9.]+$/ SHARE/; s/ +/ /g; s/ · [^·]*model1$/ · MODEL/'
holdall bench "$model" --repeats 1 --json | python3 -c '
import json, sys
report = json.load(sys.stdin)
print(sorted(report), sorted({key for row in report["rows"] for key in row}))'
holdall bench "$model" --repeats 0 || echo "status $?"
holdall bench nothing || echo "status $?"
