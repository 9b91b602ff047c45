# Verbs that only read end at a signal too, and say nothing on stdout.
python3 - <<'PROGRAM'
import json, signal, struct, subprocess

size_bytes = 1 << 40
header = json.dumps({"w": {"dtype": "F32", "shape": [size_bytes // 4], "data_offsets": [0, size_bytes]}}).encode()
for name in ("a", "b"):
    with open(f"{name}.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + size_bytes)
for words in (["diff", "a.safetensors", "b.safetensors"], ["show", "a.safetensors", "w"]):
    program = subprocess.Popen(["holdall", *words, "--progress", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    print(words[0], sorted(json.loads(program.stderr.readline())))
    program.send_signal(signal.SIGINT)
    try:
        stdout, stderr = program.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        program.kill()
        stdout, stderr = program.communicate()
    print(program.returncode, repr(stdout), stderr.splitlines()[-1])
PROGRAM
