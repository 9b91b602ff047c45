"""A model is replaced again and again while other threads read it. Each reader sees one version or the
other, whole, never a mixture, and nobody waits.

    under_readers.py ONE OTHER SWAPS
"""

import sys
import threading

import holdall

if len(sys.argv) != 4:
    sys.exit("usage: under_readers.py ONE OTHER SWAPS")
paths, swaps = sys.argv[1:3], int(sys.argv[3])

session = holdall.Session()
session.load_all({"one": paths[0], "other": paths[1]})
session.copy_scope("one", "net")
versions = [session["one"], session["other"]]


def are_equal(a, b):
    return list(a) == list(b) and all(a.at(name) == b.at(name) for name in a)


is_done = threading.Event()
mixtures = []


def read(has_begun):
    while not is_done.is_set():
        net = session["net"]
        if not any(are_equal(net, version) for version in versions):
            mixtures.append(net)
        has_begun.set()


begun = [threading.Event() for _ in range(4)]
readers = [threading.Thread(target=read, args=(event,)) for event in begun]
for reader in readers:
    reader.start()
try:
    for event in begun:
        event.wait()
    for swap in range(swaps):
        session.load(paths[(swap + 1) % 2], scope="net", replace=True)
finally:
    is_done.set()
    for reader in readers:
        reader.join()
print("%d swaps under %d readers, %d mixtures seen" % (swaps, len(readers), len(mixtures)))
sys.exit(1 if mixtures else 0)
