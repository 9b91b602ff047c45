"""The package's logger, "holdall": silent unless a program listens."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._core import RestoreReport, SaveReport

logger = logging.getLogger("holdall")
logger.addHandler(logging.NullHandler())


def note(report: RestoreReport) -> RestoreReport:
    """Logs what a restore did, and what it did that nobody asked for."""
    for sentence in report.notes:
        logger.info("%s: %s", report.checkpoint_path, sentence)
    logger.debug("%s: %s", report.checkpoint_path, report.summary())
    return report


def note_save(report: SaveReport) -> SaveReport:
    """Logs what a save could not clean up."""
    for sentence in report.notes:
        logger.warning("%s: %s", report.path, sentence)
    return report
