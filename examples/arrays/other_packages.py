"""Tensors to and from other packages' arrays, and a load that says how far it is."""

from __future__ import annotations

import array
import sys
from pathlib import Path

import holdall


def show(done: int, total: int) -> None:
    print(f"{done} of {total} bytes", file=sys.stderr)


def main(folder: Path) -> None:
    session = holdall.Session()
    session.assign(
        {
            "net/w": array.array("f", [1, 2, 3]),
            "net/words": ["a", "b"],
            "net/n": memoryview(b"\x01\x02").cast("B", (1, 2)),
        }
    )
    session.save(folder / "model", progress=show)

    with holdall.open(folder / "model") as checkpoint:
        for name in checkpoint:
            info: holdall.TensorInfo = checkpoint.info(name)
            print(info.name, info.dtype, list(info.shape))
        arrays = checkpoint.numpy(select="net/w")
        print(arrays["net/w"].sum())

    with holdall.Session() as other:
        report: holdall.RestoreReport = other.load(folder / "model", scope="dna", progress=show)
        print(report.summary())
        for row in report.tensors:
            print(row.name, row.role, row.size_bytes)
        tensor: holdall.Tensor = other["dna"].at("net/w")
        print(memoryview(tensor).tolist(), tensor.backing)
        try:
            other["dna"].at("net/v")
        except holdall.NotFound as error:
            print(error.code, error.scope)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
