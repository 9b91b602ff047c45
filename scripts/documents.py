"""The fenced blocks of our Markdown: what the tests run, and what the text says it prints.

Lines that begin with `#>` (Python) or `//>` (C++) are what the lines above them print. In a console
block a line that begins with "$ " is a command, and what follows, up to the next, is its output. In
what is printed, a line "..." stands for any lines, and "..." in a line for any text.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    heading: str  # of the section it is in
    language: str
    text: str
    line: int  # of its first line in the document, from 1


@dataclass(frozen=True)
class Command:
    text: str
    output: list[str]


def blocks(markdown: str) -> list[Block]:
    found: list[Block] = []
    heading = language = ""
    lines: list[str] | None = None
    for number, line in enumerate(markdown.splitlines(), 1):
        if line.startswith("```"):
            if lines is None:
                language, lines = line[3:].strip(), []
            else:
                text = "".join(f"{each}\n" for each in lines)
                found.append(Block(heading, language, text, number - len(lines)))
                lines = None
        elif lines is not None:
            lines.append(line)
        elif line.startswith("## "):
            heading = line[3:].strip()
    if lines is not None:
        raise ValueError(f"the block of line {number - len(lines)} is not closed")
    return found


def headings(markdown: str) -> list[str]:
    outside = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^## (.*)$", outside, re.MULTILINE)


def anchor(heading: str) -> str:
    """The fragment by which a heading is linked to, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def said_output(program: str) -> list[str]:
    """What a Python or C++ block says that it prints."""
    return [line.rstrip() for line in re.findall(r"^\s*(?:#|//)>(?: (.*))?$", program, re.MULTILINE)]


def commands(console: str) -> list[Command]:
    found: list[Command] = []
    for line in console.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:], []))
        elif not found:
            raise ValueError(f"a console block begins with {line!r}, expected a line with '$ '")
        else:
            found[-1].output.append(line)
    return found


def _pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.split("..."))


def agrees(said: list[str], printed: list[str]) -> bool:
    """Whether `printed` is what is said, spaces at the ends of lines aside."""
    parts = ["(?:.*\n)*" if line == "..." else f"{_pattern(line.rstrip())}\n" for line in said]
    text = "".join(f"{line.rstrip()}\n" for line in printed)
    return re.fullmatch("".join(parts), text) is not None
