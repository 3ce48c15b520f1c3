"""Workshops and the coordination meeting: planning, attendance, and beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pilar.areas.models import Office
from pilar.masterplan.models import Attendance, Meeting
from pilar.masterplan.operations.locking import locked_meeting, locked_version, refuse
from pilar.masterplan.rules.authority import Action
from pilar.masterplan.rules.content import MAX_TEXT, MAX_TITLE
from pilar.masterplan.rules.meetings import MAX_ATTENDEES, MeetingKind
from pilar.masterplan.rules.stages import MEETINGS, VERSIONS, MeetingState, VersionState
from pilar.people.rules import Standing
from pilar.platform import audit, moves
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_
from pilar.platform.versions import Stored, require_seen

TARGET = "masterplan.meeting"


class MeetingNotRunning(PilarError):
    """The meeting has not begun, or its minutes are signed off."""

    code = "meeting-not-running"
    status = 409
    sentence = N_("The meeting does not run: begin it first; signed minutes are not changed any more")


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """The input for a new meeting; ``agenda`` has one point a line."""

    kind: MeetingKind
    title: str
    held_at: datetime
    venue: str = ""
    agenda: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person invited: ``present``: they came; ``signs``: they sign the minutes."""

    name: str
    position: str = ""
    office: int | None = None
    present: bool = False
    signs: bool = False


@transaction.atomic
def plan_meeting(*, by: Standing, version: int, given: NewMeeting, now: datetime) -> int:
    """Put a workshop or the coordination meeting into the calendar; return its key.

    Raises Faults at the names of the fields; needs ``hold-meetings`` in the region.
    """
    row = locked_version(by, version, Action.HOLD_MEETINGS)
    faults = list(_text_faults(given.title, given.venue, given.agenda))
    open_one = Meeting.objects.filter(version=row, kind=MeetingKind.FINALISATION).exclude(state=MeetingState.SIGNED)
    if given.kind is MeetingKind.FINALISATION and open_one.exists():
        faults.append(Fault("meeting-twice", N_("A coordination meeting is planned already"), {}, "kind"))
    refuse(faults)
    made = Meeting.objects.create(
        version=row, kind=given.kind, title=given.title.strip(), held_at=given.held_at, venue=given.venue.strip(),
        agenda=given.agenda.strip(),
    )  # fmt: skip
    audit.record(
        by=by.actor, action="plan", target=TARGET, key=made.pk, area=row.region_id,
        after={"kind": made.kind, "title": made.title, "held_at": made.held_at},
    )  # fmt: skip
    return made.pk


@transaction.atomic
def save_meeting(
    *, by: Standing, meeting: int, title: str, held_at: datetime, venue: str, agenda: str, notes: str, seen: int
) -> None:
    """Write a meeting's time, place, agenda and notes until its minutes are signed off.

    Raises Faults at the names of the fields, :class:`Outdated`, :class:`MeetingNotRunning` once signed.
    """
    row = locked_meeting(by, meeting)
    if row.state == MeetingState.SIGNED:
        raise MeetingNotRunning
    require_seen(seen, stored_of(row))
    faults = list(_text_faults(title, venue, agenda))
    if len(notes) > MAX_TEXT:
        faults.append(Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_TEXT}, "notes"))
    refuse(faults)
    given = {"title": title.strip(), "held_at": held_at, "venue": venue.strip(), "agenda": agenda.strip(),
             "notes": notes.strip()}  # fmt: skip
    before = {name: getattr(row, name) for name in given if getattr(row, name) != given[name]}
    for name in before:
        setattr(row, name, given[name])
    row.saves += 1
    row.save(update_fields=[*before, "saves"])
    audit.record(
        by=by.actor, action="save", target=TARGET, key=row.pk, area=row.version.region_id, before=before,
        after={name: given[name] for name in before},
    )  # fmt: skip


@transaction.atomic
def save_attendance(*, by: Standing, meeting: int, given: Sequence[Attendee], seen: int) -> None:
    """Replace the list of attendance; a person who has decided something stays on it.

    Raises Faults at the rows (``2.name``), :class:`Outdated`, :class:`MeetingNotRunning` once signed.
    """
    row = locked_meeting(by, meeting)
    if row.state == MeetingState.SIGNED:
        raise MeetingNotRunning
    require_seen(seen, stored_of(row))
    there = {(attendee.name, attendee.position): attendee for attendee in row.attendance.all()}
    deciding = set(row.decisions.values_list("decided_by", flat=True))
    refuse(_attendance_faults(row, given, there, deciding))
    kept = {(attendee.name.strip(), attendee.position.strip()): attendee for attendee in given}
    row.attendance.filter(pk__in=[attendee.pk for key, attendee in there.items() if key not in kept]).delete()
    for key, attendee in kept.items():
        if key in there:
            there[key].office_id, there[key].present, there[key].signs = (
                attendee.office,
                attendee.present,
                attendee.signs,
            )
    staying = [attendee for key, attendee in there.items() if key in kept]
    Attendance.objects.bulk_update(staying, ["office", "present", "signs"])
    Attendance.objects.bulk_create(
        Attendance(
            meeting=row,
            name=key[0],
            position=key[1],
            office_id=attendee.office,
            present=attendee.present,
            signs=attendee.signs,
        )
        for key, attendee in kept.items()
        if key not in there
    )
    row.saves += 1
    row.save(update_fields=["saves"])
    audit.record(
        by=by.actor, action="attendance", target=TARGET, key=row.pk, area=row.version.region_id,
        after={"invited": len(kept), "present": sum(attendee.present for attendee in kept.values())},
    )  # fmt: skip


@transaction.atomic
def begin_meeting(*, by: Standing, meeting: int, now: datetime) -> None:
    """Begin a meeting; the coordination meeting takes its version out of the draft. A second time changes nothing.

    Raises Faults when nobody is present; needs ``hold-meetings``.
    """
    row = locked_meeting(by, meeting)
    if row.state == MeetingState.RUNNING:
        return
    if row.state == MeetingState.SIGNED:
        raise MeetingNotRunning
    if not row.attendance.filter(present=True).exists():
        refuse([Fault("nobody-present", N_("Tick who is present first"), {}, "attendance")])
    if row.kind == MeetingKind.FINALISATION and row.version.state == VersionState.DRAFT:
        opened = VERSIONS.move(VersionState.DRAFT, VersionState.MEETING)
        moves.make(opened, row.version, by=by.actor, what="masterplan.version", area=row.version.region_id)
    row.saves += 1
    moves.make(
        MEETINGS.move(MeetingState.PLANNED, MeetingState.RUNNING), row, by=by.actor, what=TARGET, action="begin",
        area=row.version.region_id, besides=("saves",),
    )  # fmt: skip


def _attendance_faults(
    row: Meeting, given: Sequence[Attendee], there: Mapping[tuple[str, str], Attendance], deciding: set[int]
) -> Iterator[Fault]:
    offices = set(Office.objects.filter(region=row.version.region_id).values_list("pk", flat=True))
    seen: set[tuple[str, str]] = set()
    if len(given) > MAX_ATTENDEES:
        yield Fault("too-many-rows", N_("At most %(most)s rows"), {"most": MAX_ATTENDEES}, "attendance")
    for place, attendee in enumerate(given):
        key = (attendee.name.strip(), attendee.position.strip())
        if not key[0] or max(map(len, key)) > MAX_TITLE:
            yield Fault("no-name", N_("A name of 1 to %(most)s characters"), {"most": MAX_TITLE}, f"{place}.name")
        if key in seen:
            yield Fault("name-twice", N_("This person stands on the list twice"), {}, f"{place}.name")
        seen.add(key)
        if attendee.office is not None and attendee.office not in offices:
            yield Fault("unknown-office", N_("Choose an office of this region"), {}, f"{place}.office")
        if attendee.signs and not attendee.present:
            yield Fault("signs-absent", N_("Only who is present signs"), {}, f"{place}.signs")
        if key in there and there[key].pk in deciding and not attendee.present:
            yield Fault("has-decided", N_("Has decided in this meeting, so was present"), {}, f"{place}.present")
    for key, stored in there.items():
        if stored.pk in deciding and key not in seen:
            sentence = N_("%(name)s has decided in this meeting and stays on the list")
            yield Fault("has-decided", sentence, {"name": stored.name}, "attendance")


def _text_faults(title: str, venue: str, agenda: str) -> Iterator[Fault]:
    if not title.strip():
        yield Fault("no-title", N_("Give the meeting a title"), {}, "title")
    for name, text, most in (
        ("title", title, MAX_TITLE), ("venue", venue, MAX_TITLE), ("agenda", agenda, MAX_TEXT),
    ):  # fmt: skip
        if len(text) > most:
            yield Fault("too-long", N_("At most %(most)s characters"), {"most": most}, name)


def stored_of(row: Meeting) -> Stored:
    """Return the stored content, for a person whose save would overwrite it."""
    values = {"title": row.title, "held_at": row.held_at, "venue": row.venue, "agenda": row.agenda, "notes": row.notes}
    return Stored(row.saves, values)
