"""torch.save and torch.load, mapped or not, and with or without the checksum that saving writes and loading
skips."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import peer_protocol
import torch
from peer_protocol import Model, Tensors, Variant, Workload
from safetensors.torch import load_file


def file_of(folder: Path, model: Model) -> Path:
    return folder / f"{model.name}.pt"


def fill(workload: Workload) -> Tensors:
    """The values, in memory of their own."""
    return {
        model.name: {
            name: tensor.clone()
            for name, tensor in load_file(str(workload.folder / f"{model.name}.safetensors")).items()
        }
        for model in workload.models
    }


def save(workload: Workload, values: Tensors, folder: Path) -> None:
    for model in workload.models:
        torch.save(dict(values[model.name]), file_of(folder, model))


def save_unsummed(workload: Workload, values: Tensors, folder: Path) -> None:
    torch.serialization.set_crc32_options(False)
    save(workload, values, folder)


def make(workload: Workload) -> None:
    folder = workload.folder / "torch"
    folder.mkdir(exist_ok=True)
    save(workload, fill(workload), folder)


def load(folder: Path, model: Model, mmap: bool) -> dict[str, Any]:
    return torch.load(file_of(folder, model), mmap=mmap, weights_only=True)


def restore(folder: Path, workload: Workload, models: list[Model], mmap: bool) -> Tensors:
    tensors: Tensors = {}
    for model in models:
        loaded = load(folder, model, mmap)
        tensors[model.name] = {name: tensor for name, tensor in loaded.items() if workload.is_selected(name)}
    return tensors


def variant(mmap: bool) -> Variant:
    def read(workload: Workload, model: Model, names: Iterable[str]) -> list[Any]:
        loaded = load(workload.folder / "torch", model, mmap)
        return [loaded[name] for name in names]

    return Variant(
        files="torch/*.pt",
        save_checksum="none" if mmap else "verified",
        make=None if mmap else make,
        count=(lambda workload, model: len(load(workload.folder / "torch", model, mmap))) if mmap else None,
        read=read,
        restore=lambda workload, models: restore(workload.folder / "torch", workload, models, mmap),
        fill=fill,
        save=save_unsummed if mmap else save,
        reread=lambda workload, folder: restore(folder, workload, workload.models, mmap=False),
    )


if __name__ == "__main__":
    # Each variant's saving: with the checksum by default, without it beside the mapped loading.
    peer_protocol.main("torch", "torch", {"load": variant(False), "load mmap, save without CRC": variant(True)})
