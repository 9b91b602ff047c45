"""Files of safetensors and NumPy, well made and not: the packages' verdict and ours, which may only be stricter, and where."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

import holdall

safetensors = pytest.importorskip("safetensors", reason="safetensors is not installed")


def entry(name: str, shape: str = "[4]", begin: int = 0, end: int = 4, dtype: str = "U8") -> str:
    return f'"{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{begin},{end}]}}'


A = entry("a")

# The header, and how many bytes follow it.
SAFETENSORS: dict[str, tuple[str | bytes, int]] = {
    "plain": (f"{{{A}}}", 4),
    "spaces behind": (f"{{{A}}}   ", 4),
    "a newline behind": (f"{{{A}}}\n", 4),
    "a zero behind": (f"{{{A}}}\0", 4),
    "a space before": (f" {{{A}}}", 4),
    "a byte order mark": (f"\ufeff{{{A}}}", 4),
    "an empty name": (f"{{{entry('')}}}", 4),
    "no tensors": ("{}", 0),
    "no tensors but data": ("{}", 4),
    "none at the front": (f"{{{entry('z', '[0]', 0, 0)},{A}}}", 4),
    "none at the end": (f"{{{A},{entry('z', '[0]', 4, 4)}}}", 4),
    "two of none": (f"{{{entry('z', '[0]', 4, 4)},{A},{entry('y', '[3,0]', 4, 4)}}}", 4),
    "none within another": (f"{{{A},{entry('z', '[0]', 2, 2)}}}", 4),
    "none beyond": (f"{{{A},{entry('z', '[0]', 5, 5)}}}", 4),
    "any order": (f"{{{entry('b', '[4]', 4, 8)},{A}}}", 8),
    "a product that wraps": (f"{{{entry('a', '[4194305,4194305,211106198978564]')}}}", 4),
    "a product that wraps before a zero": (f"{{{entry('a', '[4503599627370496,4503599627370496,0]', 0, 0)}}}", 0),
    "a product behind a zero": (f"{{{entry('a', '[0,4503599627370496,4503599627370496]', 0, 0)}}}", 0),
    "2^53": (f"{{{entry('a', '[9007199254740992,0]', 0, 0)}}}", 0),
    "2^64": (f"{{{entry('a', '[18446744073709551616,0]', 0, 0)}}}", 0),
    **{
        f"a shape of {text}": (f"{{{entry('a', text)}}}", 4)
        for text in ["[4.0]", "[4e0]", "[-4]", "[04]", '["4"]', "[NaN]", "[null]", "null", "4", "[[4]]", "[4,]"]
    },
    "minus zero": (f"{{{entry('a', '[-0]', 0, 0)}}}", 0),
    "offsets the wrong way": (f"{{{entry('a', '[4]', 4, 0)}}}", 4),
    "a negative offset": (f"{{{entry('a', '[4]', -4, 0)}}}", 4),
    "three offsets": (f"{{{A[:-2]},4]}}}}", 4),
    "no such type": (f"{{{entry('a', dtype='Q7')}}}", 4),
    "a type in lower case": (f"{{{entry('a', dtype='u8')}}}", 4),
    "another key": (f'{{{A[:-1]},"x":1}}}}', 4),
    "no offsets": ('{"a":{"dtype":"U8","shape":[4]}}', 4),
    "a key twice": (f'{{{A[:-1]},"dtype":"U8"}}}}', 4),
    "a tensor twice": (f"{{{A},{entry('a', '[4]', 4, 8)}}}", 8),
    "a tensor twice in one place": (f"{{{A},{A}}}", 4),
    "metadata": (f'{{"__metadata__":{{"a":"b"}},{A}}}', 4),
    "metadata behind": (f'{{{A},"__metadata__":{{"a":"b"}}}}', 4),
    "metadata twice": (f'{{"__metadata__":{{}},"__metadata__":{{}},{A}}}', 4),
    "a metadata key twice": (f'{{"__metadata__":{{"a":"","a":""}},{A}}}', 4),
    "metadata of null": (f'{{"__metadata__":null,{A}}}', 4),
    **{
        f"metadata with {text}": (f'{{"__metadata__":{{"a":{text}}},{A}}}', 4)
        for text in ["1", "null", "{}", "[]", "true", "NaN"]
    },
    "a comma too many": (f"{{{A},}}", 4),
    "something behind": (f"{{{A}}}x", 4),
    "an array": ("[]", 0),
    "single quotes": (f"{{{A}}}".replace('"', "'"), 4),
    "half a byte": (f"{{{entry('a', '[3]', 0, 1, 'F4')}}}", 1),
    "half a byte rounded up": (f"{{{entry('a', '[3]', 0, 2, 'F4')}}}", 2),
    "four bits": (f"{{{entry('a', '[2,2]', 0, 2, 'F4')}}}", 2),
    "six bits": (f"{{{entry('a', '[4]', 0, 3, 'F6_E2M3')}}}", 3),
    "an exponent": (f"{{{entry('a', dtype='F8_E8M0')}}}", 4),
    "a scalar": (f"{{{entry('a', '[]', 0, 1)}}}", 1),
    "a hundred dimensions": (f"{{{entry('a', '[' + ','.join('1' * 100) + ']', 0, 1)}}}", 1),
    "bytes that are not UTF-8": (f"{{{entry('aaa')}}}".encode().replace(b"aaa", b"\xff"), 4),
    **{f"the name {name!r}": (f"{{{entry(name)}}}", 4) for name in ["\\u0000", "\\ud800", "\\ud83d\\ude00", "\n", "\\x41"]},
}

STRICTER = {
    "a space before",  # the specification: the first byte is '{'
    "2^53",  # parsers disagree on such numbers
    "another key",  # the specification: exactly these
    "a tensor twice in one place",  # the package keeps the last
    "a metadata key twice",
    "metadata of null",
}
LAXER = {"no such type", "a type in lower case"}  # listed, and refused where it is read


@pytest.mark.parametrize("case", SAFETENSORS)
def test_safetensors(case: str, folder: Path) -> None:
    header, data_bytes = SAFETENSORS[case]
    raw = header.encode() if isinstance(header, str) else header
    content = len(raw).to_bytes(8, "little") + raw + b"\2" * data_bytes
    Path("m.safetensors").write_bytes(content)
    try:
        theirs = {name for name, _ in safetensors.deserialize(content)}
    except safetensors.SafetensorError:
        theirs = None
    if case in STRICTER or (theirs is None and case not in LAXER):
        assert (theirs is not None) == (case in STRICTER)
        with pytest.raises(holdall.Corrupt):
            holdall.open("m.safetensors")
        return
    opened = holdall.open("m.safetensors")
    if case in LAXER:
        assert theirs is None
        with pytest.raises(holdall.Unsupported):
            opened["a"]
    else:
        assert set(opened) == theirs


GOOD = "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }"


def with_shape(shape: str) -> str:
    return GOOD.replace("(4,)", shape)


def npy(header: str, data_bytes: int = 4, version: tuple[int, int] = (1, 0)) -> bytes:
    raw = header.encode("utf-8" if version[0] == 3 else "latin1")
    length = len(raw).to_bytes(2 if version[0] == 1 else 4, "little")
    return b"\x93NUMPY" + bytes(version) + length + raw + bytes(range(1, data_bytes + 1))


NUMPY: dict[str, bytes] = {
    "good": npy(GOOD),
    "no last comma": npy(GOOD.replace(", }", "}")),
    "any order": npy("{'shape': (4,), 'descr': '|u1', 'fortran_order': False}"),
    "double quotes": npy(GOOD.replace("'", '"')),
    "Python 2's long": npy(with_shape("(4L,)")),
    "spaces of all sorts": npy(f"  {GOOD}".replace(": ", ":\t").replace(", ", ",\n") + "\t\r\n"),
    **{
        f"shape {shape}": npy(with_shape(shape))
        for shape in ["[4]", "4", "(4)", "(-4,)", "(4.0,)", "(0_4,)", "(04,)", "(2+2,)", "(4j,)", "(,)", "(4 4)", "(None,)"]
    },
    "shape (True,)": npy(with_shape("(True,)"), 1),
    **{f"fortran_order {word}": npy(GOOD.replace("False", word)) for word in ["True", "0", "None", "'False'", "false"]},
    "another key": npy(GOOD.replace("}", "'x': 1}")),
    "no shape": npy("{'descr': '|u1', 'fortran_order': False, }"),
    "no key": npy("{}"),
    "a key twice": npy(GOOD.replace("}", "'shape': (4,)}")),
    "bytes for a type": npy(GOOD.replace("'|u1'", "b'|u1'")),
    "a call": npy(GOOD.replace("'|u1'", "__import__('os')")),
    "dict()": npy("dict(descr='|u1', fortran_order=False, shape=(4,))"),
    "parentheses": npy(f"({GOOD})"),
    "an escape": npy(GOOD.replace("|u1", "\\x7cu1")),
    "two strings": npy(GOOD.replace("'|u1'", "'|u' '1'")),
    "a comment": npy(f"{GOOD} # c"),
    "hexadecimal": npy(with_shape("(0x4,)")),
    "nothing": npy(""),
    "three bytes": npy(GOOD.replace("|u1", "<i3")),
    "a type's name": npy(GOOD.replace("|u1", "uint8")),
    "eight bytes": npy(GOOD.replace("|u1", "<u8").replace("(4,)", "()"), 8),
    "big-endian": npy(GOOD.replace("|u1", ">f4").replace("(4,)", "()")),
    "native": npy(GOOD.replace("|u1", "=f4").replace("(4,)", "()")),
    "a byte less": npy(GOOD, 3),
    "a byte more": npy(GOOD, 5),
    **{f"version {major}.{minor}": npy(GOOD, 4, (major, minor)) for major, minor in [(2, 0), (3, 0), (4, 0), (0, 0), (1, 1)]},
    "64 dimensions": npy(with_shape("(" + "1," * 64 + ")"), 1),
    "65 dimensions": npy(with_shape("(" + "1," * 65 + ")"), 1),
    "a product that wraps": npy(with_shape("(4294967296, 4294967296)")),
    "a product that wraps before a zero": npy(with_shape("(4294967296, 4294967296, 0)"), 0),
    "no elements": npy(with_shape("(0, 3)"), 0),
    "a longer header": npy(GOOD + " " * 9950),
    "a header beyond the file": b"\x93NUMPY\x01\x00\xff\x00" + GOOD.encode(),
    "the magic alone": b"\x93NUMPY",
}

NUMPY_STRICTER = {
    "a key twice", "parentheses", "an escape", "two strings", "a comment", "hexadecimal",  # Python more than a header
    "a type's name",
    "a byte more",  # a second array may follow
}  # fmt: skip
NUMPY_LAXER = {"a longer header"}  # NumPy fears what its parser would do with one; the limit here is 65535 bytes


@pytest.mark.parametrize("case", NUMPY)
def test_numpy(case: str, folder: Path) -> None:
    Path("a.npy").write_bytes(NUMPY[case])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = np.load("a.npy")
        except (ValueError, EOFError, SyntaxError, TypeError):
            theirs = None
    if case in NUMPY_STRICTER or (theirs is None and case not in NUMPY_LAXER):
        assert (theirs is not None) == (case in NUMPY_STRICTER)
        with pytest.raises((holdall.Corrupt, holdall.Unsupported)):
            holdall.open("a.npy")["a"]
        return
    assert (theirs is None) == (case in NUMPY_LAXER)
    ours = np.asarray(holdall.open("a.npy")["a"])
    if theirs is not None:
        assert ours.dtype == theirs.dtype.newbyteorder("=")
        assert ours.shape == theirs.shape
        assert ours.tolist() == theirs.tolist()
