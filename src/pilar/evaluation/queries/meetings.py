"""Interviews and field reviews: of one region, and an assessor's own days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from pilar.evaluation.models import Meeting, Seat
from pilar.evaluation.queries.answer_rows import AssessmentHeader
from pilar.evaluation.queries.answers import header_of
from pilar.evaluation.queries.cases import assessment_for, case_of
from pilar.evaluation.rules.authority import PANEL, Action, holds, obstacle
from pilar.evaluation.rules.meetings import MEETING_NAMES, Attendee, MeetingKind
from pilar.people.rules import Standing, existing
from pilar.platform import audit
from pilar.platform.language import translate
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting; moments know their offset and are shown in the time of ``region_code``. Notes are the panel's."""

    key: int
    assessment: int
    region_code: str
    region: str
    phase: int
    kind: MeetingKind
    starts_at: datetime
    ends_at: datetime
    place: str
    notes: str
    attendance: tuple[Attendee, ...]
    version: int

    @property
    def kind_name(self) -> str:
        return translate(MEETING_NAMES[self.kind])

    @property
    def is_recorded(self) -> bool:
        """Return whether it was held, as far as anybody wrote that down."""
        return bool(self.notes or self.attendance)


@dataclass(frozen=True, slots=True)
class Meetings:
    """The meetings of one region in a phase, the earliest first; ``why_not``: why the reader cannot plan one."""

    header: AssessmentHeader
    rows: tuple[MeetingRow, ...]
    is_panel: bool
    why_not: str


def meetings(key: int, *, scope: Standing) -> Meetings:
    """The meetings of an assessment for its panel, its region and the secretariat. Four queries.

    Raises :class:`NotFound`.
    """
    assessment = assessment_for(scope, key)
    case = case_of(assessment)
    is_panel = holds(scope, Action.HOLD_MEETINGS, case)
    refused = obstacle(scope, Action.HOLD_MEETINGS, case) if is_panel else None
    rows = _rows(Meeting.objects.filter(assessment=assessment), notes=is_panel)
    return Meetings(header_of(assessment), rows, is_panel, refused.text() if refused else "")


def meeting(key: int, *, scope: Standing) -> tuple[Meetings, MeetingRow]:
    """One meeting with the others of its region; raises :class:`NotFound`."""
    assessment = existing(Meeting.objects.filter(pk=key).values_list("assessment", flat=True).first())
    shown = meetings(assessment, scope=scope)
    return shown, next(row for row in shown.rows if row.key == key)


def calendar(*, scope: Standing, now: datetime) -> tuple[MeetingRow, ...]:
    """All meetings of the regions that the reader sits for, from today's on, the earliest first. Two queries."""
    if scope.account is None or not is_assessor(scope):
        return ()
    seats = Seat.objects.filter(assessor=scope.account).values("participation")
    rows = Meeting.objects.filter(assessment__participation__in=seats, ends_at__gt=now)
    return _rows(rows, notes=True)


def note_reading(rows: Sequence[MeetingRow], *, by: Standing) -> None:
    """Write in the audit log that somebody read who was at meetings: one event for all of them."""
    key = rows[0].assessment if rows else ""
    audit.read(by, "evaluation.attendance", key, rows=sum(len(row.attendance) for row in rows))


def is_assessor(scope: Standing) -> bool:
    """Return whether the reader is an assessor at all: a seat counts only with the role."""
    return any(held.role in PANEL for held in scope.memberships)


def _rows(rows: QuerySet[Meeting], *, notes: bool) -> tuple[MeetingRow, ...]:
    rows = rows.select_related("assessment__participation__region", "assessment__phase").prefetch_related("attendances")
    return tuple(
        row_of(
            MeetingRow,
            row,
            assessment=row.assessment_id,
            region_code=row.assessment.participation.region_id,
            region=row.assessment.participation.region.name,
            phase=row.assessment.phase.number,
            notes=row.notes if notes else "",
            attendance=tuple(Attendee(attendance.name, attendance.capacity) for attendance in row.attendances.all()),
        )
        for row in rows
    )
