"""document_programs.py TREE FOLDER: writes the C++ of our documents to FOLDER, to be compiled: each
program of README.md as readme_1.cpp, ..., and all answers of docs/guide.md as one program, guide.cpp.
`guide 3` runs the third of them, counted from 0.
"""

import sys
from pathlib import Path

from documents import Block, blocks

_HEAD = """\
#include <holdall/holdall.h>
#include <holdall/tf1.h>

#include <iostream>
#include <string>

namespace {
"""

_MAIN = """
}  // namespace

int main(int argc, char** argv) {
  using Answer = holdall::Status (*)();
  const Answer answers[] = {%s};
  if (argc != 2) return 2;
  if (auto status = answers[std::stoul(argv[1])](); !status.ok()) {
    std::cerr << status.error().to_string() << '\\n';
    return 1;
  }
  return 0;
}
"""


def guide_program(answers: list[Block]) -> str:
    """The answers as functions; the compiler's messages point into the document."""
    parts = [_HEAD]
    for number, answer in enumerate(answers):
        parts.append(f"\nholdall::Status answer_{number}() {{\n")
        parts.append(f'#line {answer.line} "docs/guide.md"\n{answer.text}  return {{}};\n}}\n')
    names = ", ".join(f"answer_{number}" for number in range(len(answers)))
    return "".join(parts) + _MAIN % names


def main(tree: Path, folder: Path) -> None:
    def cpp(document: str) -> list[Block]:
        return [each for each in blocks((tree / document).read_text()) if each.language == "cpp"]

    folder.mkdir(parents=True, exist_ok=True)
    for number, program in enumerate(cpp("README.md"), 1):
        (folder / f"readme_{number}.cpp").write_text(program.text)
    (folder / "guide.cpp").write_text(guide_program(cpp("docs/guide.md")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
