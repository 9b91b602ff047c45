"""The small checkpoints that docs/guide.md and README.md speak of, made in an empty folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np

import holdall

GOOD = Path(__file__).resolve().parents[2] / "src/formats/tf_bundle/testdata/good"


def _ramp(*shape: int, start: float = 0.0) -> np.ndarray:
    return (np.arange(np.prod(shape)) + start).astype(np.float32).reshape(shape)


def _save(path: str, values: dict[str, np.ndarray]) -> None:
    session = holdall.Session()
    session.assign(values)
    session.save(path, alignment=1)  # as TensorFlow packs


def _two_networks() -> None:
    for path, start, classes in (("dna", 0, 4), ("rna", 100, 2)):
        network = {
            "conv/bias": _ramp(3, start=start + 1),
            "conv/weights": _ramp(2, 3, start=start),
            "logits/weights": _ramp(3, classes, start=start),
        }
        _save(path, network)
        if path == "dna":
            _save("old", {f"tower_0/{name}": value for name, value in network.items()})


def _one_training() -> None:
    for step in (100, 200, 300):
        weights = _ramp(2, 3, start=step)
        training = {
            "beta1_power": np.float32(0.5),
            "conv/weights": weights,
            "conv/weights/Adam": weights / 8,
            "conv/weights/Adam_1": weights / 16,
            "conv/weights/ExponentialMovingAverage": weights - 1,
            "global_step": np.int64(step),
        }
        _save(f"run/model-{step}", training)


def _damaged() -> None:
    for source in Path().glob("dna.*"):
        shutil.copy(source, source.name.replace("dna", "damaged"))
    data = Path("damaged.data-00000-of-00001")
    content = bytearray(data.read_bytes())
    content[20] ^= 0xFF
    data.write_bytes(content)


def prepare(folder: Path) -> None:
    """Fills the folder. TensorFlow 2's files are TensorFlow's own."""
    before = Path.cwd()
    os.chdir(folder)
    _two_networks()
    _one_training()
    _damaged()
    _save("words", {"embedding": _ramp(1000, 4)})
    _save("torch.safetensors", {"module.fc.weight": _ramp(2, 3), "module.fc.bias": _ramp(2)})
    for name in ("model1", "model2"):
        for source in (GOOD / "two_models_seeded/save").glob(f"{name}.*"):
            Path("save").mkdir(exist_ok=True)
            shutil.copy(source, "save")
    shutil.copytree(GOOD / "tf2_objects", "tf2", ignore=shutil.ignore_patterns("truth.json"))
    shutil.copytree(GOOD / "saved_model_tf2/export", "export")
    os.chdir(before)
