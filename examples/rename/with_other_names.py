"""A checkpoint whose tensors have other names than this program's variables. The plan tells, before a
tensor is read, what does not fit, and proposes the rules that would cure it; given these rules, the
program restores, reports and saves under its own names.

    with_other_names.py CHECKPOINT VARIABLES OUT [RULES]

VARIABLES is a checkpoint that has the names and shapes that are wanted.
"""

import json
import sys

import holdall

if len(sys.argv) not in (4, 5):
    sys.exit("usage: with_other_names.py CHECKPOINT VARIABLES OUT [RULES]")
path, variables, out, *rules = sys.argv[1:]

plan = holdall.plan(path, into=variables, rules=rules)
try:
    plan.check()
except holdall.Error as error:
    sys.exit(str(error))
print(plan)

session = holdall.Session()
report = session.load(path, rules=rules)
for item in json.loads(report.to_json())["restored"]:
    print("%s came from %s" % (item["name"], item["source_name"]))
print(session.save(out).summary())
