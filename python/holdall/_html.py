"""Tables for notebooks."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from ._core import RestorePlan, RestoreReport

# A notebook is no place for a hundred thousand rows.
MAX_ROWS = 50


def table(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """An HTML table of escaped cells; rows beyond the first ones are counted."""
    shown = rows[:MAX_ROWS]
    if len(rows) > MAX_ROWS:
        caption += f", of which {MAX_ROWS} are shown"
    lines = ["<table>", f"<caption>{html.escape(caption)}</caption>"]
    lines.append("<tr>" + "".join(f"<th>{html.escape(cell)}</th>" for cell in header) + "</tr>")
    for row in shown:
        lines.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>")
    return "\n".join([*lines, "</table>"])


def _row(name: str, source: str, dtype: str, shape: Sequence[int], note: str) -> tuple[str, ...]:
    return name, source, dtype, str(list(shape)) if dtype else "", note


def restore_table(restore: Union[RestorePlan, RestoreReport]) -> str:
    """What a plan or a report says of each variable."""
    told: dict[str, Any] = json.loads(restore.to_json())
    rows = [
        _row(problem["name"], problem["source_name"], "", (), problem["message"])
        for problem in told.get("problems", [])
    ]
    rows += [_row(kept["name"], "", "", (), "kept: " + kept["reason"]) for kept in told["kept"]]
    cast = {row["name"]: "cast from " + row["from"] for row in told["cast"]}
    rows += [
        _row(row["name"], row["source_name"], row["dtype"], row["shape"], cast.get(row["name"], ""))
        for row in told["restored"]
    ]
    caption = f"{len(told['restored'])} of {len(rows)} variables, {len(told['skipped'])} tensors skipped"
    return table(("variable", "tensor", "dtype", "shape", "note"), rows, caption)
