"""check_two_models.py MERGED SCOPE=CHECKPOINT...: does MERGED hold exactly the tensors of the given
checkpoints, each under its scope, with equal dtype, shape and bytes? Reads without Holdall."""

import sys

from bundle_bytes import TensorBytes, read_bundle


def problems(merged: dict[str, TensorBytes], expected: dict[str, TensorBytes]) -> list[str]:
    found = [f"'{name}' is missing" for name in expected if name not in merged]
    found += [f"'{name}' should not be there" for name in merged if name not in expected]
    for name in expected.keys() & merged.keys():
        if merged[name] != expected[name]:
            found.append(f"'{name}' differs from what it was")
    return sorted(found)


def main(arguments: list[str]) -> int:
    expected = {}
    for argument in arguments[1:]:
        scope, _, prefix = argument.partition("=")
        expected |= {f"{scope}/{name}": value for name, value in read_bundle(prefix).items()}
    merged = read_bundle(arguments[0])
    messages = problems(merged, expected)
    for message in messages:
        print(message, file=sys.stderr)
    size = sum(len(tensor.data) for tensor in merged.values())
    print(f"{len(merged)} tensors, {size} bytes")
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
