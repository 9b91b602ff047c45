"""Writes numpy_texts.txt: arrays and the texts that NumPy prints of them.  Needs NumPy 2.0 or later:

    python make_numpy_texts.py > numpy_texts.txt

A line a case, its fields between tabs: dtype, shape (sizes between commas), the bytes (little-endian,
row-major) in hexadecimal, the text with "|" for each line break.
"""
import numpy as np

# The rules of NumPy 1.14 to 2.2 for when numbers get an exponent.
np.set_printoptions(legacy='2.2')

CASES = []


def add(values, dtype, shape=None):
    array = np.array(values, dtype)
    if shape is not None:
        array = array.reshape(shape)
    raw = array.astype(array.dtype.newbyteorder('<')).tobytes()
    CASES.append('\t'.join((str(array.dtype), ','.join(map(str, array.shape)), raw.hex(), str(array).replace('\n', '|'))))


def reals(dtype, random):
    add([1, np.nan, np.inf, -np.inf], dtype)
    add([1.5, np.nan], dtype)
    add([np.nan], dtype)
    add([np.inf, -np.inf], dtype)
    add([0.0, -0.0], dtype)
    add([1, -1, 0], dtype)
    add([0.1, 0.2, 0.3, 1 / 3], dtype)
    add([[0.5, -1.75], [1024, 1 / 3]], dtype)
    for scalar in (0, -0.0, 1, -1.5, 0.1, 1 / 3, 1e-4, 2e-5, 1024, 65504, np.nan, -np.inf):
        add(scalar, dtype)
    for _ in range(12):
        add(random.normal(size=random.integers(1, 20)), dtype)
        add(random.normal(size=4) * 100, dtype)
        # Digits of every length.
        add(np.round(random.normal(size=5), random.integers(0, 6)), dtype)


def wide_reals(dtype, random):
    add([1e-10, np.nan, 1], dtype)
    add([99999999.0], np.float64)
    add([1e8], dtype)
    add([1e8, 1], dtype)
    add([1e-3, 1], dtype)
    add([1e-3, 1.001], dtype)
    add([1e-5, 1e30], dtype)
    add([123456.789, 0.5], dtype)
    add([16777216, 99999992, 33554432], dtype)
    for scalar in (1e15, 1e16, 123456789.0, 16777216, 1e10, 1e-5, 3e38, 1e-38, 99999992):
        add(scalar, dtype)
    for _ in range(30):
        size = random.integers(1, 12)
        add(random.normal(size=size) * 10.0 ** random.integers(-12, 12, size=size), dtype)
        add(random.normal(size=size) * 10.0 ** random.integers(-6, 8), dtype)
        add(random.normal() * 10.0 ** random.integers(-20, 20), dtype)


def complexes(dtype, random):
    add([1 + 2j, 3 - 4j], dtype)
    add([1.5 + 2j, -3.25 - 4j, 0], dtype)
    add([1e-10 + 1j], dtype)
    add([complex('nan+1j'), complex('1+infj'), complex('1-infj')], dtype)
    add([complex(0.5, float('nan'))], dtype)
    for scalar in (1 + 2j, 1.5j, complex(-0.0, 1.5), 0.1 - 0.2j, 0, complex('nan'), 1e20 + 1e-20j, -2):
        add(scalar, dtype)
    for _ in range(10):
        add(random.normal(size=7) + 1j * random.normal(size=7), dtype)
        add(random.normal(size=3) * 1e-6 + 1j * random.normal(size=3) * 100, dtype)


def integers(random):
    for name in ('int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'):
        limits = np.iinfo(name)
        add([limits.min, limits.max, 0], name)
        add(limits.max, name)
    add([1, 10, 100], 'int32')
    add(np.arange(30), 'int64')
    add(np.arange(24), 'int32', (2, 3, 4))
    add(random.integers(-1000, 1000, size=60), 'int16', (3, 20))
    add(random.integers(0, 200, size=96), 'uint8', (2, 2, 2, 12))


def others(random):
    add([True, True], 'bool')
    add([True, False], 'bool')
    add([[False, False]], 'bool')
    add(True, 'bool')
    add(False, 'bool')
    add(random.integers(0, 2, size=40), 'bool', (40,))
    # Where the lines break, and what is left out.
    for shape in ((75,), (74,), (2, 37), (1000,), (1001,), (2, 1000), (50, 40), (1001, 1), (1, 1001), (3, 3, 200), (20, 20, 20), (1, 1, 1)):
        add(np.arange(np.prod(shape)), 'int16', shape)
    add(np.arange(2000), 'float32', (50, 40))
    add(random.normal(size=1200), 'float64', (3, 400))
    add(random.normal(size=18), 'float32', (3, 3, 2))
    for shape in ((0,), (2, 0), (0, 3), (2, 0, 3)):
        add(np.zeros(shape), 'float32')


def main():
    random = np.random.default_rng(7)
    for dtype in ('float16', 'float32', 'float64'):
        reals(dtype, random)
    for dtype in ('float32', 'float64'):
        wide_reals(dtype, random)
    for half in ([65504, 2048], [65504, 2048, 1 / 3], [2000, 2049, 4100, 3], [6e-8, 1], [1000, 10000], [6e-8], [2049]):
        add(half, 'float16')
    for dtype in ('complex64', 'complex128'):
        complexes(dtype, random)
    integers(random)
    others(random)
    print('\n'.join(CASES))


main()
