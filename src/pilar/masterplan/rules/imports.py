"""An import of a workbook: checked in the background, shown, and when it is confirmed stored, all of it or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from pilar.platform.imports import states
from pilar.platform.imports.states import RUNNING, State
from pilar.platform.language import mark

SILENT = timedelta(minutes=5)
"""An import without progress for so long is taken for lost: its worker was killed too often, or none runs."""
STEP = 250
"""Progress is written down every so many rows."""
MOST_TOLD = 500
"""Faults, and programmes, that a report holds; it counts the others."""


class ImportUnderWay(states.ImportUnderWay):
    """Another file of the version is being checked or stored."""

    sentence = mark("Another workbook is being imported into this plan. Wait until it is done")


def is_lost(state: State, progressed_at: datetime, now: datetime) -> bool:
    """Whether the worker seems to have lost an import, so that another may take its place."""
    return state in RUNNING and now - progressed_at > SILENT
