"""Reads of workshops and the coordination meeting."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from pilar.areas.reference import today_in
from pilar.masterplan.models import Attendance, Meeting, Proposal
from pilar.masterplan.queries.agenda import Agenda, agenda, latest_decisions, minutes_hash
from pilar.masterplan.queries.rows import VersionRow, version_row
from pilar.masterplan.queries.scoping import readable_meetings, readable_minutes
from pilar.masterplan.rules.authority import Action, Case, may
from pilar.masterplan.rules.decisions import INTO_THE_PLAN, Outcome
from pilar.masterplan.rules.meetings import MeetingFacts, MeetingKind, sign_off_faults
from pilar.masterplan.rules.stages import MeetingState
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform import audit
from pilar.platform.errors import Fault
from pilar.platform.rows import row_of

MINUTES = "masterplan.minutes"
"""The kind of the minutes among signed documents."""


@dataclass(frozen=True, slots=True)
class AttendeeRow:
    """Somebody on the list of attendance; ``office`` is a key."""

    key: int
    name: str
    position: str
    office: int | None
    office_name: str
    present: bool
    signs: bool


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A workshop or the coordination meeting; ``invited`` and ``present`` count its attendance, ``agenda`` has one
    point a line."""

    key: int
    version: VersionRow
    kind: MeetingKind
    title: str
    held_at: datetime
    venue: str
    agenda: str
    notes: str
    state: MeetingState
    saves: int
    minutes: str
    number: str
    signed_at: datetime | None
    signed_by: str
    invited: int
    present: int

    @property
    def case(self) -> Case:
        """The case for the permission table."""
        return Case(self.version.plan.region, None, self.version.state)

    @property
    def decides(self) -> bool:
        """True for the meeting that decides about proposals."""
        return self.kind is MeetingKind.FINALISATION

    @property
    def is_over(self) -> bool:
        return self.state is MeetingState.SIGNED


@dataclass(frozen=True, slots=True)
class Minutes:
    """The whole content of the minutes of a meeting; ``agenda`` is that of a coordination meeting."""

    row: MeetingRow
    attendance: tuple[AttendeeRow, ...]
    agenda: Agenda | None


@dataclass(frozen=True, slots=True)
class CheckedMinutes:
    """The facts shown to anybody with a copy of signed minutes: the meeting, the moment of signing off, the number of
    decisions by outcome. ``whole``: the stored content still has the same hash."""

    meeting: int
    title: str
    region: str
    region_name: str
    plan: str
    held_at: datetime
    signed_at: datetime
    present: int
    outcomes: tuple[tuple[Outcome, int], ...]
    synthetic: bool
    whole: bool


def meetings(row: VersionRow, *, scope: Standing) -> tuple[MeetingRow, ...]:
    """Read the workshops and meetings of a version that ``scope`` reads, by day. One query.

    Raises :class:`NotFound` if ``scope`` reads none of the region.
    """
    if not reads_meetings(row.plan.region, scope=scope):
        raise NotFound
    return tuple(_row(meeting) for meeting in _meetings(scope).filter(version=row.key).order_by("held_at", "pk"))


def meeting(key: int, *, scope: Standing) -> MeetingRow:
    """Read one of them; raises :class:`NotFound` if ``scope`` does not read it. One query."""
    return _row(_one(key, scope))


def attendance(row: MeetingRow) -> tuple[AttendeeRow, ...]:
    """List those invited: signatories first, then by name. Anyone who has the row may read it. One query."""
    rows = Attendance.objects.filter(meeting=row.key).select_related("office").order_by("-signs", "name", "pk")
    return tuple(_attendee(row) for row in rows)


def meeting_agenda(key: int, *, scope: Standing) -> tuple[MeetingRow, Agenda]:
    """Read the coordination meeting and its agenda; raises :class:`NotFound`, for a workshop too."""
    meeting = _one(key, scope)
    if meeting.kind != MeetingKind.FINALISATION:
        raise NotFound
    return _row(meeting), agenda(meeting)


def agenda_tag(key: int, *, scope: Standing) -> str:
    """Return a tag that changes whenever the agenda or a decision does; raises :class:`NotFound`. One query."""
    counted = existing(
        Meeting.objects.filter(readable_meetings(scope), pk=key, kind=MeetingKind.FINALISATION)
        .annotate(changes=Sum("version__proposals__saves"), proposals=Count("version__proposals"))
        .values_list("saves", "changes", "proposals")
        .first()
    )
    return "-".join(str(count or 0) for count in counted)


def minutes(key: int, *, scope: Standing) -> Minutes:
    """Read the whole content of the minutes of a meeting, also while it runs, for readers of meetings; raises
    :class:`NotFound`."""
    meeting = existing(_beside(Meeting.objects.filter(readable_minutes(scope), pk=key)).first())
    row = _row(meeting)
    return Minutes(row, attendance(row), agenda(meeting) if row.decides else None)


def note_reading(row: MeetingRow, listed: Sized, *, by: Standing) -> None:
    """Record in the audit log that somebody read the attendance of a meeting and its minutes."""
    area = row.version.plan.region
    audit.read(by, "masterplan.attendance", row.key, area=area, rows=len(listed))


def missing_for_minutes(minutes: Minutes, now: datetime) -> tuple[Fault, ...]:
    """Return the conditions still missing before the minutes can be signed off."""
    decided, region = minutes.agenda, minutes.row.version.plan.region
    facts = MeetingFacts(
        kind=minutes.row.kind,
        undecided=[row.number for row in decided.rows if row.is_open] if decided else [],
        general_decided=decided is None or decided.general is not None,
        signatories=sum(attendee.signs for attendee in minutes.attendance),
        day=today_in(region, minutes.row.held_at),
        today=today_in(region, now),
        lost=_lost(decided) if decided else (),
    )
    return tuple(sign_off_faults(facts))


def _lost(decided: Agenda) -> list[tuple[int, int]]:
    accepted = {row.number for row in decided.rows if row.decision and row.decision.outcome in INTO_THE_PLAN}
    return [
        (row.number, row.into[1])
        for row in decided.rows
        if row.decision and row.decision.outcome is Outcome.MERGED and row.into and row.into[1] not in accepted
    ]


def checked_minutes(sha256: str) -> CheckedMinutes:
    """Find signed minutes by their hash, for everybody with a copy; raises :class:`NotFound`."""
    meeting = existing(
        _beside(Meeting.objects.filter(minutes=sha256, state=MeetingState.SIGNED)).first() if sha256 else None
    )
    decided = latest_decisions(meeting)
    row = _row(meeting)
    counts = [sum(decision.outcome == outcome for decision in decided.values()) for outcome in Outcome]
    assert row.signed_at is not None
    return row_of(
        CheckedMinutes,
        row,
        meeting=row.key,
        region=row.version.plan.region,
        region_name=row.version.plan.region_name,
        plan=row.version.plan.title,
        outcomes=tuple((outcome, count) for outcome, count in zip(Outcome, counts, strict=True) if count),
        synthetic=row.version.plan.synthetic,
        whole=minutes_hash(meeting, decided) == sha256,
    )


def reads_meetings(region: str, *, scope: Standing) -> bool:
    """Return whether ``scope`` reads the meetings of a region."""
    return may(scope, Action.READ_MEETINGS, Case(region))


def proposals_waiting(row: MeetingRow) -> int:
    """Count the proposals of the version that are not handed in, which the meeting does not decide about. One query."""
    return Proposal.objects.filter(version=row.version.key, state__in=["draft", "returned"]).count()


def _one(key: int, scope: Standing) -> Meeting:
    return existing(_meetings(scope).filter(pk=key).first())


def _meetings(scope: Standing) -> QuerySet[Meeting]:
    return _beside(Meeting.objects.filter(readable_meetings(scope)))


def _beside(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    return rows.select_related("version__plan__region", "version__base").annotate(
        invited=Count("attendance"), came=Count("attendance", filter=Q(attendance__present=True))
    )


def _row(meeting: Meeting) -> MeetingRow:
    return row_of(MeetingRow, meeting, version=version_row(meeting.version), present=meeting.came)


def _attendee(attendance: Attendance) -> AttendeeRow:
    return row_of(
        AttendeeRow,
        attendance,
        office=attendance.office_id,
        office_name=attendance.office.name if attendance.office else "",
    )
