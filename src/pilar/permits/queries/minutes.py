"""Minutes of visits as they stand among the events of a case, with the signature of its applicant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pilar.permits.models import CaseEvent
from pilar.permits.rules.cases import EventKind


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """What a surveyor found (``number``: of the event), who was there, and whether the applicant agreed: as the
    surveyor wrote, and, once ``signed_at``, by their own account."""

    number: int
    stage: str
    at: datetime
    by: str
    day: date
    found: str
    present: str
    agreed: bool
    remarks: str
    signed_at: datetime | None = None
    signed_agreed: bool = False
    signed_remarks: str = ""


def minutes_of(events: Iterable[CaseEvent]) -> tuple[MinutesRow, ...]:
    """The last minutes of each visit."""
    rows = sorted(events, key=lambda one: one.number)
    signed = {one.facts["of"]: one for one in rows if one.kind == EventKind.MINUTES}
    last = {one.stage: one for one in rows if one.kind == EventKind.DONE and "found" in one.facts}
    return tuple(_row(one, signed.get(one.number)) for one in last.values())


def _row(one: CaseEvent, signed: CaseEvent | None) -> MinutesRow:
    said = one.facts
    return MinutesRow(
        one.number, one.stage, one.at, str(one.by), date.fromisoformat(said["day"]), said["found"], said["present"],
        said["agreed"], said.get("remarks", ""),
        *((signed.at, signed.facts["agreed"], signed.facts["remarks"]) if signed else ()),
    )  # fmt: skip
