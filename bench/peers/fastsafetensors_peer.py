"""fastsafetensors: safetensors files read as wholes into memory, by several threads."""

from __future__ import annotations

import peer_protocol
from peer_protocol import Model, Tensors, Variant, Workload


def restore(workload: Workload, models: list[Model]) -> Tensors:
    from fastsafetensors import fastsafe_open

    tensors: Tensors = {}
    for model in models:
        path = str(workload.folder / f"{model.name}.safetensors")
        with fastsafe_open(path, nogds=True, device="cpu") as file:
            names = [name for name in file.keys() if workload.is_selected(name)]
            # The loader's memory goes with the file.
            tensors[model.name] = {name: file.get_tensor(name).clone() for name in names}
    return tensors


def main() -> None:
    import fastsafetensors  # noqa: F401
    import torch  # noqa: F401

    peer_protocol.main("fastsafetensors", "fastsafetensors", {"cpu": Variant("*.safetensors", restore=restore)})


if __name__ == "__main__":
    main()
