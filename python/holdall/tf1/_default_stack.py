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


def session_for(session: Optional[Any], graph: Any, what: str) -> Any:
    """The session given, or the default one, if it runs ``graph``."""
    if session is None:
        session = get_default_session()
        if session is None:
            raise ValueError(
                f"Cannot {what}: No default session is registered. Use `with sess.as_default()` or "
                "pass an explicit session to `eval(session=sess)`"
            )
        if session.graph is not graph:
            raise ValueError(
                f"Cannot use the default session to {what}: the tensor's graph is different from "
                "the session's graph. Pass an explicit session to `eval(session=sess)`."
            )
    elif session.graph is not graph:
        raise ValueError(
            f"Cannot use the given session to {what}: the tensor's graph is different from the "
            "session's graph."
        )
    return session
