# Every verb says the same of one checkpoint in every format that is written, in one file and in
# several, stored and deflated. The formats and the verbs are asked of the program.
python3 - <<'PROGRAM'
import glob, json, math, os, re, shutil, subprocess

good = os.environ["TESTDATA"] + "/tf_bundle/testdata/good"
VARIANTS = {"": [], "two_files": ["--shards", "2"], "deflated": ["--compress"]}
said = []  # what is not as it should be
verbs = set()

def holdall(*words, exit=0, where=""):
    verbs.add(words[0])
    ended = subprocess.run(["holdall", *words, "-q"], capture_output=True)
    if exit is not None and ended.returncode != exit:
        said.append(f"{where}: {' '.join(words)}: status {ended.returncode}, {exit} expected: {ended.stderr.decode()}")
    return ended

def ask(*words, exit=0, where="", list=None):
    out = holdall(*words, "--json", exit=exit, where=where).stdout
    answer = json.loads(out) if out else {}
    return answer[list][0] if list and list in answer else answer

def expect(where, what, found, expected):
    if found != expected:
        said.append(f"{where}: {what}: {found!r}, expected {expected!r}")

def listing(path, where=""):
    rows = ask("ls", path, where=where).get("checkpoints", [{}])[0].get("tensors", [])
    return [(row["name"], row["dtype"], row["shape"], row["role"]) for row in rows]

def planned(plan):
    return [(row["name"], row["source_name"], row["dtype"], row["shape"]) for row in plan["restored"]]

def described(path, name, *more, where=""):
    row = ask("show", path, name, *more, where=where)
    return {key: row.get(key) for key in ("name", "dtype", "shape", "role", "slice", "statistics", "values")}

def files_of(path):
    return {file[len(path):]: open(file, "rb").read() for file in sorted(glob.glob(glob.escape(path) + ".*"))}

class Case:
    """One checkpoint in one format, beside the same in the first of the formats."""

    def __init__(self, format, suffix, more, folder, reference):
        self.format, self.suffix, self.more = format, suffix, more
        self.folder, self.reference = folder, reference
        self.path = f"{folder}/m-7{suffix}"

    def save(self, *words, exit=0):
        return holdall(*words, "--format", self.format, *self.more, exit=exit, where=self.folder)

    def look(self):
        expected = listing(self.reference)
        expect(self.folder, "ls", listing(self.path, self.folder), expected)
        for name, dtype, shape, _ in expected:
            slices = [["--slice", "0:1"]] if shape and shape[0] > 0 else []
            for part in [[], *slices]:
                where = f"{self.folder} {name} {part}"
                expect(where, "show", described(self.path, name, *part, where=where),
                       described(self.reference, name, *part))
                for form in [[], ["--npy"]]:
                    expect(where, "cat", holdall("cat", self.path, name, *part, *form, where=where).stdout,
                           holdall("cat", self.reference, name, *part, *form).stdout)
        missing = holdall("show", self.path, "no such name", exit=3, where=self.folder)
        expect(self.folder, "nearest", "no such name" in missing.stderr.decode(), True)

    def plan(self):
        plan = ask("plan", f"a={self.path}", where=self.folder, list="plans")
        expect(self.folder, "plan", planned(plan), planned(ask("plan", f"a={self.reference}", list="plans")))
        for one, other in [(self.path, self.reference), (self.reference, self.path)]:
            holdall("plan", one, "--into", other, where=self.folder)

    def copy(self):
        back = f"{self.folder}/back/m"
        holdall("cp", self.path, back, "--format", "tf_bundle", "--dry-run", where=self.folder)
        expect(self.folder, "a dry run", files_of(back), {})
        holdall("cp", self.path, back, "--format", "tf_bundle", "--verify", where=self.folder)
        expect(self.folder, "copied back", files_of(back), files_of(self.reference))
        self.save("cp", self.reference, self.path, exit=2)
        self.save("cp", self.reference, self.path, "--force")

    def merge_and_split(self):
        names = [name for name, *_ in listing(self.reference)]
        merged = f"{self.folder}/merged/m{self.suffix}"
        if len(names) == 1:
            merged = f"{self.folder}/merged/m"
            holdall("merge", f"a={self.path}", f"b={self.path}", "-o", merged, where=self.folder)
        else:
            self.save("merge", f"a={self.path}", f"b={self.path}", "-o", merged)
        expect(self.folder, "merged", [name for name, *_ in listing(merged, self.folder)],
               [f"{scope}/{name}" for scope in "ab" for name in names])
        self.save("split", merged, "-o", f"{self.folder}/{{scope}}/m-7{self.suffix}")
        for scope in "ab":
            self.expect_same(f"{self.folder}/{scope}/m-7{self.suffix}")

    def expect_same(self, path):
        answer = ask("diff", path, self.reference, where=self.folder)
        expect(self.folder, "equal", len(answer.get("equal", [])), len(listing(self.reference)))

    def diff(self, changed):
        self.expect_same(self.path)
        answer = ask("diff", self.path, changed, exit=1, where=self.folder)
        expected = ask("diff", self.reference, changed, exit=1)
        expect(self.folder, "diff", (answer["changed"], answer["equal"]), (expected["changed"], expected["equal"]))

    def verify_and_diagnose(self):
        report = ask("verify", self.path, where=self.folder, list="reports")
        count = len(listing(self.reference))
        has_checksums = report["bytes_without_checksum"] == 0
        held = [row for row in listing(self.reference) if has_checksums or math.prod(row[2]) == 0]
        expect(self.folder, "verified", report["tensors_verified"], len(held))
        measured = json.loads(holdall("bench", self.path, "--repeats", "1", "--json", where=self.folder).stdout)
        sizes = {row["size_bytes"] for row in measured["rows"] if row["name"].startswith("restore")}
        expect(self.folder, "measured", (measured["tensor_count"], len(sizes)), (count, 1))
        diagnosis = ask("doctor", self.path, where=self.folder)
        expect(self.folder, "doctor", (diagnosis["is_healthy"], diagnosis["format"], diagnosis["sound_count"]),
               (True, self.format, count))
        damaged = f"damaged/{self.folder}"
        shutil.copytree(self.folder, damaged)
        name = max(listing(self.reference), key=lambda row: math.prod(row[2]))[0]
        piece = ask("show", self.path, name)["pieces"][-1]
        expect(self.folder, "a checksum is shown", "crc32c" in piece or "crc32" in piece, has_checksums)
        with open(f"damaged/{piece['file']}", "r+b") as file:
            file.seek(piece["offset_in_file"] + piece["size_bytes"] // 2)
            byte = file.read(1)[0]
            file.seek(-1, 1)
            file.write(bytes([byte ^ 0x40]))
        path = f"{damaged}/m-7{self.suffix}"
        report = ask("verify", path, exit=1 if has_checksums else 0, where=self.folder, list="reports")
        expect(self.folder, "damaged", report["damaged"] != [], has_checksums)
        if has_checksums:
            saved = f"{damaged}/saved"
            expect(self.folder, "doctor", name.encode() in holdall(
                "doctor", path, "--salvage", saved, exit=1, where=self.folder).stdout, True)
            if count > 1:
                expect(self.folder, "salvaged", listing(saved, self.folder),
                       [row for row in listing(self.reference) if row[0] != name])

    def latest_and_keep(self):
        runs = f"{self.folder}/runs"
        for step in (9, 10, 8):
            self.save("cp", self.reference, f"{runs}/m-{step}{self.suffix}")
        newest = holdall("latest", runs, where=self.folder).stdout.decode()
        holdall("latest", runs, "--verify", where=self.folder)
        self.expect_step(newest, 8 if os.path.exists(f"{runs}/checkpoint") else 10)
        before = sorted(os.listdir(runs))
        holdall("keep", runs, "--last", "1", "--dry-run", where=self.folder)
        expect(self.folder, "a dry run", sorted(os.listdir(runs)), before)
        holdall("keep", runs, "--last", "1", where=self.folder)
        kept = {10} | ({8} if os.path.exists(f"{runs}/checkpoint") else set())
        expect(self.folder, "kept", {int(re.match(r"m-(\d+)", name)[1]) for name in os.listdir(runs) if name != "checkpoint"}, kept)
        expect(self.folder, "kept files", len([name for name in os.listdir(runs) if name.startswith("m-10")]),
               len([name for name in before if name.startswith("m-10")]))
        self.expect_step(holdall("latest", runs, where=self.folder).stdout.decode(), max(kept) if len(kept) == 1 else 8)

    def expect_step(self, path, step):
        expect(self.folder, "the newest step", re.findall(r"m-(\d+)", os.path.basename(path)), [str(step)])

holdall("cp", f"{good}/shapes/shapes", "shapes", "--rule", "drop string_*")
for scope, model in [("whole", "two_models_seeded"), ("changed", "two_models_unseeded")]:
    holdall("merge", f"a={good}/{model}/save/model1", "b=shapes", f"z={good}/large/large", "-o", f"{scope}/m", "--rule", "drop zeros")
    holdall("cp", f"{good}/{model}/save/model1", f"{scope}/one", "--select", "model1/w2", "--rule", "map model1/w2 m-7")

formats = [row for row in ask("formats")["formats"] if row["writes"]]
for row in formats:
    for name, more in VARIANTS.items():
        reference = "whole/m"
        case = Case(row["name"], row["suffix"], more, row["name"] + (f"_{name}" if name else ""), reference)
        status = case.save("cp", reference, case.path, exit=None).returncode
        if status == 5 and not more:  # one that holds a single tensor
            case.reference = "whole/one"
            status = case.save("cp", case.reference, case.path).returncode
        if status == 5 and more:
            continue
        case.look()
        case.plan()
        case.copy()
        case.diff(case.reference.replace("whole", "changed"))
        case.merge_and_split()
        case.verify_and_diagnose()
        case.latest_and_keep()

all_verbs = re.findall(r"^  (\w+)", holdall("--help", exit=0).stdout.decode().split("Verbs:")[1], re.M)
expect("verbs", "not tried", set(all_verbs) - verbs, {"completion"})
print("\n".join(said) or "every verb says the same of every format")
PROGRAM
