"""Orbax over NumPy arrays: its default (OCDBT, zstd), and with both off, which is what others do. Its saves are
on the device when they return."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import orbax.checkpoint as ocp
import peer_protocol
from peer_protocol import Model, Tensors, Variant, Workload
from safetensors.numpy import load_file

logging.disable(logging.WARNING)
# A name with "/" would become folders of its own making.
SLASH = "|"


def handler_of(plain: bool) -> Any:
    if not plain:
        return ocp.PyTreeCheckpointHandler()
    return ocp.PyTreeCheckpointHandler(use_ocdbt=False, use_zarr3=True, use_compression=False)


def fill(workload: Workload) -> dict[str, dict[str, Any]]:
    return {
        model.name: {
            name.replace("/", SLASH): np.array(value)
            for name, value in load_file(str(workload.folder / f"{model.name}.safetensors")).items()
        }
        for model in workload.models
    }


def variant(plain: bool) -> Variant:
    place = "orbax_plain" if plain else "orbax"

    def save(workload: Workload, values: dict[str, dict[str, Any]], folder: Path) -> None:
        with ocp.Checkpointer(handler_of(plain)) as checkpointer:
            for model in workload.models:
                checkpointer.save(folder / model.name, values[model.name])

    def load(folder: Path, workload: Workload, models: list[Model]) -> Tensors:
        tensors: Tensors = {}
        with ocp.Checkpointer(handler_of(plain)) as checkpointer:
            for model in models:
                loaded = checkpointer.restore(folder / model.name)
                tensors[model.name] = {name: value for name, value in loaded.items()
                                       if workload.is_selected(name.replace(SLASH, "/"))}
        return tensors

    def make(workload: Workload) -> None:
        save(workload, fill(workload), (workload.folder / place).absolute())

    return Variant(
        files=f"{place}/**/*",
        syncs_itself=True,
        most_tensors=5000,
        make=make,
        restore=lambda workload, models: load((workload.folder / place).absolute(), workload, models),
        fill=fill,
        save=lambda workload, values, folder: save(workload, values, folder.absolute()),
        reread=lambda workload, folder: load(folder.absolute(), workload, workload.models),
    )


if __name__ == "__main__":
    import ml_dtypes  # noqa: F401 - NumPy's bfloat16

    peer_protocol.main("orbax", "orbax-checkpoint", {"default": variant(False), "zarr3, not compressed": variant(True)})
