"""What stands in for the library's object once a Session or Checkpoint is closed."""

from __future__ import annotations

from typing import Any, NoReturn


class Closed:
    """Raises ValueError for whatever it is asked, as a closed file does."""

    def __init__(self, what: str) -> None:
        self._what = what

    def _refuse(self) -> NoReturn:
        raise ValueError(f"the {self._what} is closed")

    def __getattr__(self, name: str) -> Any:
        self._refuse()

    def __contains__(self, name: object) -> bool:
        self._refuse()
