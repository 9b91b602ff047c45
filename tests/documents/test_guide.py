"""Every answer of docs/guide.md, and every command of README.md, does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from answers import check_console, check_cpp, check_python
from conftest import TREE
from documents import Block, anchor, blocks, headings

GUIDE = (TREE / "docs/guide.md").read_text()
ANSWERS = blocks(GUIDE)
README = blocks((TREE / "README.md").read_text())


def of(language: str, found: list[Block]) -> list[Block]:
    return [block for block in found if block.language == language]


def names(found: list[Block]) -> list[str]:
    return [f"{anchor(block.heading)}:{block.line}" for block in found]


CPP = of("cpp", ANSWERS)


@pytest.mark.parametrize("block", of("python", ANSWERS), ids=names(of("python", ANSWERS)))
def test_python_answer(block: Block, folder: Path) -> None:
    check_python(block, folder)


@pytest.mark.parametrize("number", range(len(CPP)), ids=names(CPP))
def test_cpp_answer(number: int, folder: Path) -> None:
    check_cpp(CPP[number], number, folder)


@pytest.mark.parametrize("block", of("console", ANSWERS), ids=names(of("console", ANSWERS)))
def test_shell_answer(block: Block, folder: Path) -> None:
    check_console(block, folder)


@pytest.mark.parametrize("block", of("console", README), ids=names(of("console", README)))
def test_readme_commands(block: Block, folder: Path) -> None:
    check_console(block, folder)


def test_the_index_lists_every_question() -> None:
    index = [f"- [{each}](#{anchor(each)})" for each in headings(GUIDE)]
    assert [line for line in GUIDE.splitlines() if line.startswith("- [")] == index


def test_every_block_is_of_a_language_that_is_run() -> None:
    assert {block.language for block in ANSWERS} == {"python", "cpp", "console"}


DOCUMENTS = [TREE / "README.md", TREE / "CONTRIBUTING.md", *sorted((TREE / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", document.read_text())
    for link in (each for each in links if "://" not in each):
        path, _, fragment = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        if fragment:
            assert fragment in map(anchor, headings(target.read_text())), link
