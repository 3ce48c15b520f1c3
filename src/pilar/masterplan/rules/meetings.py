"""Kinds of meetings while a plan is drawn up."""

from __future__ import annotations

from enum import StrEnum


class MeetingKind(StrEnum):
    """The four guidance workshops (codes of the framework's ``workshops``) and the finalisation meeting."""

    WORKSHOP_1 = "workshop_1"
    WORKSHOP_2 = "workshop_2"
    WORKSHOP_3 = "workshop_3"
    WORKSHOP_4 = "workshop_4"
    FINALISATION = "finalisation"
