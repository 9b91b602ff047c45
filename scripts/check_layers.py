#!/usr/bin/env python3
"""Who may include whom. LAYERS is where this is decided; docs/architecture.md says why."""

from collections.abc import Iterable

from house_rules import Finding, cpp_files, includes, is_test, run_check

# Each module of src/ and the modules it may include beside itself. Every module may include holdall/*.
LAYERS: dict[str, set[str]] = {
    "base": set(),
    "names": {"base"},
    "tensor": {"base"},
    "checksum": {"base"},
    "storage": {"base"},
    "codec": {"base", "checksum"},
    "session": {"base", "names", "tensor"},
    "formats": {"base", "checksum", "codec", "tensor"},
    "transfer": {"base", "checksum", "codec", "tensor"},
    "saver": {"base", "names", "tensor", "checksum", "storage", "codec", "session", "formats", "transfer"},
}
LAYERS["tf1"] = {*LAYERS}
# Faces: they see the public headers and their own folder.
FACES = ("cli", "python", "examples", "bench")
# What tests of any module may use to get at files without a disk, and to make values.
TEST_HELPERS = ("support/", "storage/memory/", "storage/faulty_storage.h", "storage/local/")


def allowed(path: str, header: str) -> bool:
    if header.startswith("holdall/"):
        return True
    top, _, rest = path.partition("/")
    module = rest.partition("/")[0]
    target = header.partition("/")[0]
    if top == "include":
        return False
    if top in FACES:
        return target not in LAYERS and not header.startswith("..")
    if top != "src":
        return True
    if "/" not in header:
        return False
    return target == module or target in LAYERS[module] or (is_test(path) and header.startswith(TEST_HELPERS))


def check(files: dict[str, str]) -> Iterable[Finding]:
    for path, text in files.items():
        module = path.split("/")[1]
        if path.startswith("src/") and module not in LAYERS:
            yield Finding(path, 1, f"'{module}' has no row in LAYERS of scripts/check_layers.py")
            continue
        for line, header, in_angles in includes(text):
            if in_angles and not header.startswith("holdall/"):
                continue
            if not allowed(path, header):
                yield Finding(path, line, f"may not include \"{header}\" (LAYERS in scripts/check_layers.py)")


if __name__ == "__main__":
    run_check("layers", lambda: check(cpp_files()))
