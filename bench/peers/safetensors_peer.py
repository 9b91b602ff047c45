"""safetensors: torch (a mapping), NumPy (copies), and their save_file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import peer_protocol
from peer_protocol import Model, Tensors, Variant, Workload
from safetensors import safe_open


def file_of(folder: Path, model: Model) -> str:
    return str(folder / f"{model.name}.safetensors")


def count(workload: Workload, model: Model) -> int:
    found = 0
    with safe_open(file_of(workload.folder, model), framework="np") as file:
        for name in file.keys():
            part = file.get_slice(name)
            found += bool(part.get_dtype()) and part.get_shape() is not None
    return found


def restore_with(framework: str, folder: Path, workload: Workload, models: list[Model]) -> Tensors:
    tensors: Tensors = {}
    for model in models:
        with safe_open(file_of(folder, model), framework=framework) as file:
            tensors[model.name] = {name: file.get_tensor(name) for name in file.keys() if workload.is_selected(name)}
    return tensors


def variant(framework: str) -> Variant:
    def read(workload: Workload, model: Model, names: Iterable[str]) -> list[Any]:
        with safe_open(file_of(workload.folder, model), framework=framework) as file:
            return [file.get_tensor(name) for name in names]

    def fill(workload: Workload) -> Tensors:
        # NumPy's are copies; those of torch would be pages of the file that is read.
        loaded = restore_with(framework, workload.folder, workload, workload.models)
        if framework == "np":
            return loaded
        return {model: {name: tensor.clone() for name, tensor in each.items()} for model, each in loaded.items()}

    def save(workload: Workload, values: Tensors, folder: Path) -> None:
        if framework == "np":
            from safetensors.numpy import save_file
        else:
            from safetensors.torch import save_file
        for model in workload.models:
            save_file(dict(values[model.name]), file_of(folder, model))

    return Variant(
        files="*.safetensors",
        count=count if framework == "np" else None,
        read=read,
        restore=lambda workload, models: restore_with(framework, workload.folder, workload, models),
        fill=fill,
        save=save,
        reread=lambda workload, folder: restore_with(framework, folder, workload, workload.models),
    )


def main() -> None:
    import ml_dtypes  # noqa: F401 - NumPy's bfloat16
    import numpy  # noqa: F401
    import torch  # noqa: F401

    peer_protocol.main("safetensors", "safetensors", {"torch": variant("pt"), "numpy": variant("np")})


if __name__ == "__main__":
    main()
