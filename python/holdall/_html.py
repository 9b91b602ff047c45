"""Tables for notebooks."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

if TYPE_CHECKING:
    from ._core import (
        DiffReport,
        KeepPlan,
        RestorePlan,
        RestoreReport,
        SaveReport,
        VerifyReport,
    )

# A notebook is no place for a hundred thousand rows.
MAX_ROWS = 50


def _cell(text: str) -> str:
    # Names need not be UTF-8; what shows the table takes nothing else.
    return html.escape(text.encode("utf-8", "backslashreplace").decode())


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], caption: str, count: Optional[int] = None
) -> str:
    """An HTML table of escaped cells; of ``count`` rows (all, unless it is given) the first ones."""
    shown = rows[:MAX_ROWS]
    if (len(rows) if count is None else count) > len(shown):
        caption += f", of which {len(shown)} are shown"
    lines = ["<table>", f"<caption>{_cell(caption)}</caption>"]
    lines.append("<tr>" + "".join(f"<th>{_cell(cell)}</th>" for cell in header) + "</tr>")
    for row in shown:
        lines.append("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>")
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


def save_table(report: SaveReport) -> str:
    """The files that a save wrote."""
    rows = [(path, str(size)) for path, size in zip(report.files, report.file_sizes)]
    return table(("file", "bytes"), rows, report.summary())


def verify_table(report: VerifyReport) -> str:
    """What is wrong with a checkpoint, and the sums."""
    told: dict[str, Any] = json.loads(report.to_json())
    rows = [
        (
            problem.get("tensor", ""),
            problem.get("file", ""),
            str(problem.get("offset_in_file", "")),
            str(problem.get("size_bytes", "")),
            problem["message"],
        )
        for problem in told["problems"]
    ]
    return table(("tensor", "file", "at byte", "bytes", "problem"), rows, report.summary())


def _changed_row(row: dict[str, Any]) -> tuple[str, str, str, str]:
    kinds = [f"{side['dtype']} {side['shape']}" for side in (row["a"], row["b"])]
    if "different_count" not in row:
        return row["name"], *kinds, "changed"
    note = f"{row['different_count']} of {row['element_count']} elements differ"
    if "max_difference" in row:
        note += f", by up to {row['max_difference']:g}"
    return row["name"], *kinds, note


def diff_table(report: DiffReport) -> str:
    """The tensors in which two checkpoints differ."""
    told: dict[str, Any] = json.loads(report.to_json())
    rows = [_changed_row(row) for row in told["changed"]]
    for side, note in (("removed", "in a only"), ("added", "in b only")):
        for row in told[side]:
            kind = f"{row['dtype']} {row['shape']}"
            kinds = (kind, "") if side == "removed" else ("", kind)
            rows.append((row["name"], *kinds, note))
    rows += [(row["name"], "", "", row["message"]) for row in told["problems"]]
    return table(("tensor", "a", "b", "difference"), rows, report.summary())


def keep_table(plan: KeepPlan) -> str:
    """Which checkpoints stay, and why, and which go."""
    rows = [(path, "stays", reason) for path, reason in plan.kept]
    rows += [(path, "goes", "") for path in plan.removed]
    return table(("checkpoint", "", "reason"), rows, f"{plan.size_bytes} bytes go")
