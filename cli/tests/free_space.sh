# Room is asked for before anything is written; a dry run says it too.
python3 - <<'PROGRAM'
import json, struct

size_bytes = 1 << 43  # more than there is
header = json.dumps({"w": {"dtype": "F32", "shape": [size_bytes // 4], "data_offsets": [0, size_bytes]}}).encode()
with open("large.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(header)) + header)
    file.truncate(8 + len(header) + size_bytes)
PROGRAM
ulimit -f 1000  # a copy that begins all the same ends soon
for options in "" --dry-run; do
  status=0
  holdall cp large.safetensors out.safetensors $options 2>stderr || status=$?
  sed -E 's/, [0-9.]+ [kMGTP]?B \([0-9]+ bytes\) are available/, SOME are available/' stderr
  rm stderr
  echo "status $status: $(ls)"
done
