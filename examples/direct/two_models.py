"""The direct way: checkpoints that were never trained under a scope are put under one when they are
loaded; nothing is declared.

    two_models.py DNA_CHECKPOINT RNA_CHECKPOINT OUT
"""

import sys

import holdall

if len(sys.argv) != 4:
    sys.exit("usage: two_models.py DNA_CHECKPOINT RNA_CHECKPOINT OUT")

session = holdall.Session()
print(session.load(sys.argv[1], scope="dna").summary())
print(session.load(sys.argv[2], scope="rna").summary())
for name, scope in session.items():
    first = next(iter(scope))
    print("%s/: %d variables, the first is %s %s" % (name, len(scope), first, scope[first].shape))
print(session.save(sys.argv[3]).summary())
