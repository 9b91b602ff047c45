# A signal in the middle of a long copy: status 130, no unfinished file, what was there stays.
holdall cp "$TESTDATA/tf_bundle/testdata/good/two_models_seeded/save/model1" out.safetensors -q
python3 - <<'PROGRAM'
import hashlib, json, os, pathlib, signal, struct, subprocess

# Mostly a hole: long to copy, quick to make.
size_bytes = 3 << 30
header = json.dumps({"w": {"dtype": "F32", "shape": [size_bytes // 4], "data_offsets": [0, size_bytes]}}).encode()
with open("long.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(header)) + header)
    file.truncate(8 + len(header) + size_bytes)

def digest() -> str:
    return hashlib.sha256(pathlib.Path("out.safetensors").read_bytes()).hexdigest()

before = digest()
for number in (signal.SIGINT, signal.SIGTERM):
    copy = subprocess.Popen(["holdall", "cp", "long.safetensors", "out.safetensors", "--force", "--progress", "json"],
                            stderr=subprocess.PIPE, text=True)
    copy.stderr.readline()  # it is under way
    unfinished = [name for name in os.listdir() if ".tmp" in name]
    copy.send_signal(number)
    last = copy.communicate()[1].splitlines()[-1]
    print(number.name, len(unfinished), copy.returncode, last, sorted(os.listdir()), digest() == before)
PROGRAM
