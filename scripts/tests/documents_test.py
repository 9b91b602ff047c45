"""The extractor finds what a document shows, and a wrong promise does not pass."""

import pytest
from document_programs import guide_program
from documents import Block, Command, agrees, anchor, blocks, commands, headings, said_output

DOCUMENT = """\
# Title

## How? (1)

```python
print(1)
#> 1
```

## It says "no": why?

```console
$ holdall ls
# not a command
```
```cpp
## not a heading
```
"""


def test_blocks_know_their_place() -> None:
    assert blocks(DOCUMENT) == [
        Block("How? (1)", "python", "print(1)\n#> 1\n", 6),
        Block('It says "no": why?', "console", "$ holdall ls\n# not a command\n", 13),
        Block('It says "no": why?', "cpp", "## not a heading\n", 17),
    ]
    assert headings(DOCUMENT) == ["How? (1)", 'It says "no": why?']
    with pytest.raises(ValueError, match="line 1 is not closed"):
        blocks("```cpp\nint x;\n")


def test_anchors_are_those_of_the_hosting_site() -> None:
    assert anchor('It says "Key ... not found": what now?') == "it-says-key--not-found-what-now"


def test_what_is_said_stands_behind_a_mark() -> None:
    assert said_output("f()  # no\n    #>   a  b\n#>\n# no\n") == ["  a  b", ""]
    assert said_output("f();\n//> a\n// no\n") == ["a"]


def test_commands_have_the_lines_below_them() -> None:
    assert commands("$ a\nx\n\n$ b\n") == [Command("a", ["x", ""]), Command("b", [])]
    with pytest.raises(ValueError, match="begins with 'x'"):
        commands("x\n$ a\n")


def test_only_what_is_printed_agrees() -> None:
    assert agrees(["a", "b"], ["a", "b "])
    assert agrees([], [])
    for wrong in (["a"], ["a", "c"], ["a", "b", "c"], ["b", "a"], ["a", "b."], []):
        assert not agrees(wrong, ["a", "b"])


def test_dots_stand_for_what_is_left_out() -> None:
    assert agrees(["a", "...", "d"], ["a", "b", "c", "d"])
    assert agrees(["a", "..."], ["a"])
    assert agrees(["took ... s"], ["took 3 s"])
    assert not agrees(["a", "...", "d"], ["a", "b", "c"])
    assert not agrees(["took ... s"], ["took 3 m"])


def test_answers_become_one_program() -> None:
    program = guide_program([Block("", "cpp", "f();\n", 7), Block("", "cpp", "g();\n", 9)])
    assert 'answer_1() {\n#line 9 "docs/guide.md"\ng();\n  return {};\n}' in program
    assert "answers[] = {answer_0, answer_1};" in program
