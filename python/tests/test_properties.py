"""What holds of all names, rules and sessions: examples are made by hypothesis."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import holdall

COMPONENT = st.text("abcxyz019_-.:", min_size=1, max_size=6).filter(lambda text: text not in (".", ".."))
NAME = st.lists(COMPONENT, min_size=1, max_size=4).map("/".join)
SCOPE = st.text("abcdefgh", min_size=1, max_size=5)


@st.composite
def rules_and_names(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Invertible rules, and names to which each rule applies as it is meant: none is left alone that
    the inverse would change."""
    names = draw(st.lists(NAME, min_size=1, max_size=20, unique=True))
    rules: list[str] = []
    current = list(names)
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["add", "strip", "map"]))
        if kind == "add":
            prefix = draw(SCOPE) + "/"
            rules.append(f"add {prefix}")
            current = [prefix + name for name in current]
        elif kind == "strip":
            fronts = {name.split("/")[0] for name in current}
            if len(fronts) > 1 or any("/" not in name for name in current):
                continue
            front = fronts.pop() + "/"
            rules.append(f"strip {front}")
            current = [name[len(front) :] for name in current]
        else:
            old = draw(st.sampled_from(current))
            new = "renamed/" + draw(SCOPE)
            if new in current:
                continue
            rules.append(f"map {old} {new}")
            current = [new if name == old else name for name in current]
    return rules, names


@given(rules_and_names())
@settings(max_examples=300, deadline=None)
def test_the_inverse_of_rules_takes_every_name_back(drawn: tuple[list[str], list[str]]) -> None:
    texts, names = drawn
    rules = holdall.NameRules(texts)
    back = rules.inverse()
    for name in names:
        renamed = rules.apply(name)
        assert renamed is not None
        assert back.apply(renamed) == name, (texts, name, renamed)
    assert str(holdall.NameRules(str(rules))) == str(rules)


DTYPES = ["float32", "float64", "int8", "int32", "int64", "uint8", "bool", "float16"]


@st.composite
def sessions(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Models by scope: names to arrays. No name is the front of another, as in a file system."""
    models: dict[str, dict[str, Any]] = {}
    for scope in draw(st.lists(SCOPE, min_size=1, max_size=3, unique=True)):
        names = draw(st.lists(COMPONENT, min_size=1, max_size=5, unique=True))
        arrays = {}
        for name in names:
            shape = tuple(draw(st.lists(st.integers(0, 4), max_size=3)))
            dtype = draw(st.sampled_from(DTYPES))
            seed = draw(st.integers(0, 2**32 - 1))
            values = np.random.default_rng(seed).integers(0, 2, shape)
            arrays[name] = values.astype(dtype)
        models[scope] = arrays
    return models


def set_digest(arrays: dict[str, Any]) -> str:
    """Of names, dtypes, shapes and bytes, whatever their order."""
    whole = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        whole.update(f"{name} {array.dtype} {arrays[name].shape} ".encode() + array.tobytes())
    return whole.hexdigest()


@given(sessions(), st.sampled_from(["", ".safetensors", ".npz"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_session_survives_save_load_split_and_merge(
    models: dict[str, dict[str, Any]], suffix: str
) -> None:
    whole = {f"{scope}/{name}": array for scope, arrays in models.items() for name, array in arrays.items()}
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        session = holdall.Session()
        session.assign(whole)
        session.save(folder / f"all{suffix}")
        assert set_digest(holdall.open(folder / f"all{suffix}").numpy()) == set_digest(whole)

        other = holdall.Session()
        other.load(folder / f"all{suffix}", scope="other")
        assert set_digest(dict(other["other"])) == set_digest(whole)

        parts = {}
        for scope in models:
            part = folder / f"{scope}-part{suffix}"
            holdall.copy(folder / f"all{suffix}", part, select=f"{scope}/**", rules=f"strip {scope}/")
            assert set_digest(holdall.open(part).numpy()) == set_digest(models[scope])
            parts[scope] = part
        holdall.copy(parts, folder / f"again{suffix}")
        assert set_digest(holdall.open(folder / f"again{suffix}").numpy()) == set_digest(whole)
        assert holdall.diff(folder / f"all{suffix}", folder / f"again{suffix}").is_same
