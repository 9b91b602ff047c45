# What the program is made of, with versions that differ from machine to machine.
holdall --version --json | python3 -c '
import json, sys
version = json.load(sys.stdin)
print(sorted(version), version["schema"], version["features"], sorted(version["libraries"]))
print(version["version"], all(text is None or text[0].isdigit() for text in version["libraries"].values()))
'
holdall --version
