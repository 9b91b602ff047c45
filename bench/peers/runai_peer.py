"""Run:ai's model streamer: safetensors files read by several threads, tensor after tensor as they come."""

from __future__ import annotations

import peer_protocol
from peer_protocol import Model, Tensors, Variant, Workload


def restore(workload: Workload, models: list[Model]) -> Tensors:
    from runai_model_streamer import SafetensorsStreamer

    tensors: Tensors = {}
    for model in models:
        with SafetensorsStreamer() as streamer:
            streamer.stream_file(str(workload.folder / f"{model.name}.safetensors"))
            arrived = streamer.get_tensors()
            tensors[model.name] = {name: tensor for name, tensor in arrived if workload.is_selected(name)}
    return tensors


def main() -> None:
    import runai_model_streamer  # noqa: F401
    import torch  # noqa: F401

    peer_protocol.main("runai", "runai-model-streamer", {"cpu": Variant("*.safetensors", restore=restore)})


if __name__ == "__main__":
    main()
