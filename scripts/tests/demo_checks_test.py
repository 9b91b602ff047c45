"""The demo's checks can fail: they are given what is right and what is nearly right."""

from pathlib import Path

import check_classic
import check_two_models
from bundle_bytes import TensorBytes, read_bundle

GOOD = Path(__file__).resolve().parents[2] / "src/formats/tf_bundle/testdata/good"
SAVE = GOOD / "two_models_seeded/save"

# What TensorFlow itself printed of these files.
PRINTED = """w1 : [-0.67086124  0.22357145]
w2 : [-0.47795692  0.88442147 -0.62377393 -0.951011   -0.9606378 ]
"""


def printed_by_hand() -> str:
    lines = []
    for name, model in (("w1", "model1"), ("w2", "model1"), ("w3", "model2"), ("w4", "model2")):
        data = read_bundle(SAVE / model)[f"{model}/{name}"].data
        numbers = memoryview(data).cast("f").tolist()
        lines.append(f"{name} : [{' '.join(f'{number:.8f}' for number in numbers)}]")
    return "\n".join([*lines, "Model restored.\n"])


def test_the_reader_gives_names_shapes_and_bytes() -> None:
    tensors = read_bundle(SAVE / "model1")
    assert {name: tensor.shape for name, tensor in tensors.items()} == {"model1/w1": (2,), "model1/w2": (5,)}
    texts = check_classic.printed_numbers(PRINTED)
    for name in ("w1", "w2"):
        numbers = memoryview(tensors[f"model1/{name}"].data).cast("f").tolist()
        assert all(map(check_classic.is_print_of, texts[name], numbers))


def test_the_reader_knows_several_blocks_and_shards() -> None:
    assert len(read_bundle(GOOD / "many/many")) > 10_000
    assert read_bundle(GOOD / "sharded/sharded")["e"].shape == ()


def test_the_classic_check_passes_what_is_right() -> None:
    assert check_classic.problems(SAVE, printed_by_hand()) == []


def test_the_classic_check_refuses_what_is_not() -> None:
    right = printed_by_hand()
    start = right.index("w3 : [") + len("w3 : [")
    digit = start + 5
    changed = right[:digit] + ("1" if right[digit] != "1" else "2") + right[digit + 1 :]
    assert [text[:2] for text in check_classic.problems(SAVE, changed)] == ["w3"]
    assert check_classic.problems(SAVE, right.replace("Model restored.", ""))
    assert check_classic.problems(SAVE, "")


def test_a_last_digit_is_not_forgiven() -> None:
    assert check_classic.is_print_of("0.0337941", 0.0337940976023674)
    assert not check_classic.is_print_of("0.03379411", 0.0337940976023674)
    assert not check_classic.is_print_of("0.0338", 0.0337940976023674)


def test_the_two_models_check_tells_each_difference() -> None:
    value = TensorBytes(1, (1,), b"\0\0\0\0")
    other = TensorBytes(1, (1,), b"\0\0\0\1")
    assert check_two_models.problems({"a/x": value}, {"a/x": value}) == []
    assert check_two_models.problems({"a/x": other, "c": value}, {"a/x": value, "b": value}) == [
        "'a/x' differs from what it was", "'b' is missing", "'c' should not be there"]
