# What is printed is JSON, and its numbers add up.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls --json shapes/shapes strings/strings | python3 -c '
import json, sys
for checkpoint in json.load(sys.stdin)["checkpoints"]:
    print(checkpoint["checkpoint"], len(checkpoint["tensors"]), sum(tensor["size_bytes"] for tensor in checkpoint["tensors"]))
'
