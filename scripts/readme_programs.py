"""readme_programs.py README FOLDER: writes the README's C++ programs to FOLDER as readme_1.cpp, readme_2.cpp, ..."""

import re
import sys
from pathlib import Path


def programs(readme: str) -> list[str]:
    return re.findall(r"^```cpp\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(programs(Path(sys.argv[1]).read_text()), 1):
        (folder / f"readme_{number}.cpp").write_text(text)
