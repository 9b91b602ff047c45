"""Holdall through its Python package: what its users in Python get, interpreter, dictionary of arrays and all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import holdall
import numpy  # noqa: F401 - arrays are what is handed out
import peer_protocol
from peer_protocol import Model, Tensors, Variant, Workload


def path_of(folder: Path, model: Model) -> str:
    return str(folder / model.name)


def load(folder: Path, workload: Workload, models: list[Model], **words: Any) -> Tensors:
    session = holdall.Session()
    select = [workload.select] if workload.select else []
    session.load_all({model.name: (path_of(folder, model), {**words, "select": select}) for model in models})
    return {model.name: session[model.name].numpy() for model in models}


def count(workload: Workload, model: Model) -> int:
    return len(holdall.open(path_of(workload.folder, model)))


def save(workload: Workload, session: Any, folder: Path, durability: str) -> None:
    for model in workload.models:
        session.save(path_of(folder, model), scope=model.name, inside_scope=True, durability=durability)


def fill(workload: Workload) -> Any:
    session = holdall.Session()
    session.load_all({model.name: path_of(workload.folder, model) for model in workload.models})
    return session


def variant(io: str, verify: bool) -> Variant:
    words = {"io": io, "verify": verify}

    def read(workload: Workload, model: Model, names: Iterable[str]) -> list[Any]:
        only = list(names)
        checkpoint = holdall.open(path_of(workload.folder, model), only=only)
        return [checkpoint.read(name, **words).numpy() for name in only]

    def restore_into(workload: Workload) -> Any:
        session = holdall.Session()
        select = [workload.select] if workload.select else []
        session.load_all({model.name: (path_of(workload.folder, model), {**words, "select": select})
                          for model in workload.models})

        def restore() -> None:
            for model in workload.models:
                session.restore(path_of(workload.folder, model), model.name, select=select, unexpected="skip", **words)

        return restore, lambda: {model.name: session[model.name].numpy() for model in workload.models}

    return Variant(
        files="*.data-*",
        checksum="verified" if verify else "none",
        count=count if io == "map" and verify else None,
        read=read,
        restore=lambda workload, models: load(workload.folder, workload, models, **words),
        restore_into=restore_into,
    )


def save_variant(durability: str) -> Variant:
    return Variant(
        files="*.data-*",
        save_checksum="verified",
        syncs_itself=durability == "durable",
        skips=("save_durable",) if durability != "durable" else (),
        fill=fill,
        save=lambda workload, session, folder: save(workload, session, folder, durability),
        reread=lambda workload, folder: load(folder, workload, workload.models),
    )


VARIANTS = {
    "map": variant("map", True),
    "map unverified": variant("map", False),
    "copy": variant("copy", True),
    "save": save_variant("atomic"),
    "save durable": save_variant("durable"),
}

if __name__ == "__main__":
    peer_protocol.main("holdall-python", "holdall", VARIANTS)
