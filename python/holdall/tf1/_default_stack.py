"""The stacks of default graphs and default sessions: one of each in every thread."""

from __future__ import annotations

import threading
from typing import Any, Optional


class _Stacks(threading.local):
    def __init__(self) -> None:
        self.graphs: list[Any] = []
        self.sessions: list[Any] = []


stacks = _Stacks()


def get_default_session() -> Optional[Any]:
    """The innermost session that this thread made its default, or None."""
    return stacks.sessions[-1] if stacks.sessions else None


def session_for(session: Optional[Any], graph: Any, is_tensor: bool) -> Any:
    """The session given, or the default one, if it runs ``graph``."""
    what, whose, call, colon = (
        ("evaluate tensor", "tensor", "eval", "") if is_tensor else ("execute operation", "operation", "run", ":")
    )
    other = f"the {whose}'s graph is different from the session's graph."
    if session is None:
        session = get_default_session()
        if session is None:
            raise ValueError(
                f"Cannot {what} using `{call}()`: No default session is registered. Use "
                f"`with sess.as_default(){colon}` or pass an explicit session to `{call}(session=sess)`"
            )
        if session.graph is not graph:
            raise ValueError(
                f"Cannot use the default session to {what}: {other} Pass an explicit session to "
                f"`{call}(session=sess)`."
            )
    elif session.graph is not graph:
        raise ValueError(f"Cannot use the given session to {what}: {other}")
    return session
