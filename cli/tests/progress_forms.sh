# Lines for logs, objects for programs, nothing at all; always on stderr.
cd "$TESTDATA/tf_bundle/testdata/good/partitioned"
holdall verify partitioned --progress plain
holdall verify partitioned --progress json 2>&1 >/dev/null | python3 -c '
import json, sys
for line in sys.stdin:
    progress = json.loads(line)
    print(progress["what"], progress["done_bytes"], progress["total_bytes"], progress["seconds_left"])
'
holdall verify partitioned --progress none
holdall verify partitioned -q
script -qec 'TERM=dumb holdall verify partitioned --progress auto' /dev/null | tr -d '\r'
