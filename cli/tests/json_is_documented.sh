# Every member that a verb prints stands in docs/json.md, in the sections that describe the verb.
python3 - <<'PROGRAM'
import json, os, re, subprocess

data = os.environ["TESTDATA"]
text = open(f"{data}/../../docs/json.md").read()
sections = {}
for part in text.split("\n## ")[1:]:
    title, _, body = part.partition("\n")
    # Words in backquotes, and members in examples.
    sections[title] = set(re.findall(r"`(\w+)`", body)) | set(re.findall(r'"(\w+)":', body))

good = f"{data}/tf_bundle/testdata/good"
bad = f"{data}/tf_bundle/testdata/bad/malformed"
model = f"{good}/two_models_seeded/save/model1"
os.mkdir("runs")
for step in (1, 2):
    subprocess.run(["holdall", "cp", model, f"runs/m-{step}", "-q"], check=True)
open("spec.json", "w").write('{"variables": [{"name": "model1/w1", "shape": [3]}, {"name": "model1/w3"}, {"name": "model1/w2", "dtype": "float64"}]}')

LS = ["`holdall ls --json`", "catalog"]
CASES = [
    (LS, ["ls", f"a={model}", f"{good}/partitioned/partitioned", f"{bad}/entry_garbage/m", f"{data}/npz/testdata/compressed.npz",
          f"{data}/npz/testdata/fortran.npy", f"{data}/npz/testdata/big_endian.npy", "--json"]),
    (LS, ["ls", f"{good}/tf2_objects", "--names", "object", "--json"]),
    ([*LS, "lines"], ["ls", f"a={model}", "--format", "jsonl"]),
    (["description"], ["show", f"{good}/partitioned/partitioned", "columns", "--slice", "0:1", "--json"]),
    (["description"], ["show", model, "model1/w1", "--json"]),
    (["plan"], ["plan", f"a={model}", "--rule", "strip x/", "--json"]),
    (["plan"], ["plan", model, "--into", "spec.json", "--json"]),
    (["plan"], ["plan", model, "--into", "spec.json", "--missing", "keep", "--unexpected", "skip", "--shape", "overlap",
                "--dtype-policy", "cast", "--json"]),
    (["save plan"], ["cp", model, "new", "--partition", "**=axis0:2", "--json", "-n"]),
    (["save report"], ["cp", model, "new.npz", "--json", "--verify"]),
    (["save report"], ["merge", f"a={model}", f"b={model}", "-o", "both", "--json"]),
    (["save report"], ["split", "both", "-o", "{scope}.npz", "--json"]),
    (["verify"], ["verify", model, f"{bad}/data_float/m", f"{bad}/data_missing/m", "--json"]),
    (["measure"], ["bench", model, "--repeats", "1", "--json"]),
    (["diff"], ["diff", model, f"{good}/two_models_seeded/save/model2", "--rule-b", "sub /model2/model1/", "--json"]),
    (["diff"], ["diff", f"{bad}/good/m", f"{bad}/data_float/m", "--rule-a", "strip x/", "--json"]),
    (["diff"], ["diff", f"{good}/keep/model-200", f"{good}/keep/model-300", "--json"]),
    (["keep"], ["keep", "runs", "--last", "1", "--json", "-n"]),
    (["formats"], ["formats", "--json"]),
    (["version"], ["--version", "--json"]),
]
OPEN = {"libraries"}  # objects whose members are names, not ours


def members(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in OPEN:
                yield from members(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from members(inner)


for titles, words in CASES:
    done = subprocess.run(["holdall", *words], capture_output=True, text=True)
    documents = done.stdout.splitlines() if "jsonl" in words else [done.stdout]
    found = {key for document in documents for key in members(json.loads(document))}
    known = set().union(*(sections[title] for title in titles)) | set(re.findall(r'"(\w+)":', "".join(
        line for line in text.splitlines() if '{"schema": 1' in line)))
    print(words[0], "status", done.returncode, "undocumented:", sorted(found - known))
progress = subprocess.run(["holdall", "verify", model, "--progress", "json"], capture_output=True, text=True).stderr
print("progress undocumented:", sorted(set(json.loads(progress.splitlines()[-1])) - sections["progress"]))
PROGRAM
