"""check_classic.py SAVE_DIR OUTPUT: are the numbers that a `restore` program printed (OUTPUT) those
that lie in the checkpoints model1 and model2 under SAVE_DIR? Reads both without Holdall."""

import re
import struct
import sys
from pathlib import Path

from bundle_bytes import read_bundle

_VARIABLES = {"w1": "model1", "w2": "model1", "w3": "model2", "w4": "model2"}
_SIZES = {"w1": 2, "w2": 5, "w3": 3, "w4": 4}


def printed_numbers(output: str) -> dict[str, list[str]]:
    """{"w1": ["0.5", "-1.25"]} of "w1 : [ 0.5  -1.25]"; an array may run over several lines."""
    found = re.findall(r"^(w\d) : \[([^\]]*)\]", output, re.MULTILINE)
    return {name: numbers.split() for name, numbers in found}


def is_print_of(text: str, value: float) -> bool:
    """Is this how the float32 `value` is printed: exact, or rounded to 8 digits after the point?"""
    if struct.unpack("<f", struct.pack("<f", float(text)))[0] == value:
        return True
    exponent = int(text.lower().partition("e")[2] or 0)
    return abs(float(text) - value) <= 0.5001 * 10.0 ** (exponent - 8)


def problems(save_dir: Path, output: str) -> list[str]:
    printed = printed_numbers(output)
    found = [] if "Model restored." in output else ["the program did not print 'Model restored.'"]
    for name, model in _VARIABLES.items():
        tensor = read_bundle(save_dir / model)[f"{model}/{name}"]
        saved = struct.unpack(f"<{len(tensor.data) // 4}f", tensor.data)
        texts = printed.get(name, [])
        if len(saved) != _SIZES[name] or tensor.shape != (_SIZES[name],):
            found.append(f"{name}: {len(saved)} numbers were saved, expected {_SIZES[name]}")
        elif len(texts) != len(saved) or not all(map(is_print_of, texts, saved)):
            found.append(f"{name}: saved {list(saved)}, restored {texts}")
    return found


if __name__ == "__main__":
    messages = problems(Path(sys.argv[1]), Path(sys.argv[2]).read_text())
    for message in messages:
        print(message, file=sys.stderr)
    sys.exit(1 if messages else 0)
