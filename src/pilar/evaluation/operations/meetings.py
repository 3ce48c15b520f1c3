"""Interviews and field reviews (tinjauan lapangan): slots without double booking, attendance and notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from pilar.evaluation.models import Assessment, Attendance, Meeting, Seat
from pilar.evaluation.operations.announcing import address
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.marking import optional_text, require_plausible
from pilar.evaluation.rules.meetings import (
    Attendee,
    DoubleBooked,
    MeetingKind,
    MeetingRecorded,
    checked_attendance,
    require_slot,
)
from pilar.people.operations import notify, report_forgotten, settle, there
from pilar.people.rules import HeldRole, Permission, Role, Standing, existing
from pilar.platform import audit, locks, retention
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.versions import Stored, require_seen

TARGET = "evaluation.meeting"


@transaction.atomic
def plan_meeting(
    *,
    by: Standing,
    assessment: int,
    kind: MeetingKind,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    now: datetime,
) -> int:
    """Plan a meeting of the panel with a region; returns its key. Panel and coordinator are told.

    Raises Faults at ``ends_at`` or ``place``, :class:`DoubleBooked`, and as ``locked_assessment``.
    """
    row, _case = locked_assessment(by, assessment, Action.HOLD_MEETINGS)
    require_plausible(starts_at, "starts_at")
    require_plausible(ends_at, "ends_at")
    require_slot(starts_at, ends_at, place)
    _require_free(row, starts_at, ends_at, besides=None)
    made = Meeting.objects.create(
        assessment=row,
        kind=MeetingKind(kind).value,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
    )
    _record(by, row, made, "plan", before=None, after=_slot(made))
    _tell(by, row, made, now)
    return made.pk


@transaction.atomic
def move_meeting(
    *,
    by: Standing,
    meeting: int,
    kind: MeetingKind,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    seen_version: int,
    now: datetime,
) -> int:
    """Give a meeting another time, place or kind; returns its version. Raises as :func:`plan_meeting`, ``Outdated``."""
    assessment, stored = _locked(by, meeting)
    require_plausible(starts_at, "starts_at")
    require_plausible(ends_at, "ends_at")
    require_slot(starts_at, ends_at, place)
    before = _slot(stored)
    stored.kind, stored.place = MeetingKind(kind).value, place.strip()
    stored.starts_at, stored.ends_at = starts_at, ends_at
    if _slot(stored) == before:
        return stored.version
    require_seen(seen_version, Stored(stored.version, before))
    _require_free(assessment, starts_at, ends_at, besides=stored.pk)
    stored.version += 1
    stored.save()
    _record(by, assessment, stored, "move", before=before, after=_slot(stored))
    settle(by=by, subject=_subject(stored), now=now)
    _tell(by, assessment, stored, now)
    return stored.version


@transaction.atomic
def cancel_meeting(*, by: Standing, meeting: int, now: datetime) -> None:
    """Call a meeting off; raises :class:`MeetingRecorded` where something was written down."""
    assessment, stored = _locked(by, meeting)
    if stored.notes or stored.attendances.exists():
        raise MeetingRecorded
    _record(by, assessment, stored, "cancel", before=_slot(stored), after=None)
    settle(by=by, subject=_subject(stored), now=now)
    stored.delete()


@transaction.atomic
def record_meeting(
    *, by: Standing, meeting: int, notes: str, attendance: Iterable[Attendee], seen_version: int, now: datetime
) -> int:
    """Write down who was there and what was said; returns the version.

    Raises Faults at ``notes`` or ``attendance``, :class:`Outdated`, and as ``locked_assessment``.
    """
    assessment, stored = _locked(by, meeting)
    said, present = optional_text(notes, "notes"), checked_attendance(attendance)
    before, after = (
        _minutes(stored),
        {"notes": said, "attendance": [[attendee.name, attendee.capacity] for attendee in present]},
    )
    if before == after:
        return stored.version
    require_seen(seen_version, Stored(stored.version, before))
    stored.notes, stored.version = said, stored.version + 1
    stored.save(update_fields=["notes", "version"])
    stored.attendances.all().delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=stored, name=attendee.name, capacity=attendee.capacity) for attendee in present
    )
    # How many were there, never who: the log outlives the list.
    counted = [said | {"attendance": len(said["attendance"])} for said in (before, after)]
    _record(by, assessment, stored, "record", before=counted[0], after=counted[1])
    settle(by=by, subject=_subject(stored), now=now)
    return stored.version


@every("evaluation.forget-attendance", cron="50 19 * * *")  # 2.50 WIB
@transaction.atomic
def forget_attendance(*, by: Standing, now: datetime) -> int:
    """Delete the lists of the person who was at meetings whose days are over; returns how many names. Needs
    ``manage-accounts``.

    What the meeting said stays.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    oldest = retention.oldest_kept("attendance", now)
    if oldest is None:
        return 0
    gone, _by_table = Attendance.objects.filter(meeting__ends_at__lt=oldest).delete()
    report_forgotten(by=by, gone={"attendance": gone}, now=now)
    return gone


def _locked(by: Standing, meeting: int) -> tuple[Assessment, Meeting]:
    key = existing(Meeting.objects.filter(pk=meeting).values_list("assessment", flat=True).first())
    assessment, _case = locked_assessment(by, key, Action.HOLD_MEETINGS)
    return assessment, there(Meeting.objects, pk=meeting)


def _require_free(assessment: Assessment, starts_at: datetime, ends_at: datetime, *, besides: int | None) -> None:
    """Nobody of the panel may sit in two meetings at a time. One lock an assessor: two panels may share one."""
    seats = [seat.assessor_id for seat in assessment.participation.seats.all()]
    locks.take(*(f"evaluation.meetings-of-{assessor}" for assessor in seats))
    taken = Seat.objects.filter(
        assessor__in=seats,
        participation__assessments__meetings__in=Meeting.objects.filter(
            starts_at__lt=ends_at, ends_at__gt=starts_at
        ).exclude(pk=besides),
    )
    names = sorted(set(taken.values_list("assessor__name", flat=True)))
    if names:
        raise DoubleBooked(names=", ".join(names))


def _tell(by: Standing, assessment: Assessment, meeting: Meeting, now: datetime) -> None:
    region = assessment.participation.region
    sentences = {
        MeetingKind.INTERVIEW: N_("Interview of %(region)s: %(place)s"),
        MeetingKind.FIELD_REVIEW: N_("Field review of %(region)s: %(place)s"),
    }
    for to in (
        [seat.assessor_id for seat in assessment.participation.seats.all() if seat.assessor_id != by.account],
        HeldRole(Role.COORDINATOR, region=region.code),
    ):
        notify(
            by=by,
            to=to,
            kind="evaluation.meeting",
            subject=_subject(meeting),
            sentence=sentences[MeetingKind(meeting.kind)],
            fields={"region": region.name, "place": meeting.place},
            address=address("evaluation:meetings", assessment.pk),
            region=region.code,
            deadline=meeting.starts_at,
            needs_action=False,
            now=now,
        )


def _slot(meeting: Meeting) -> dict[str, Any]:
    return {
        "kind": str(meeting.kind),
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "place": meeting.place,
    }


def _minutes(meeting: Meeting) -> dict[str, Any]:
    present = [[attendance.name, attendance.capacity] for attendance in meeting.attendances.all()]
    return {"notes": meeting.notes, "attendance": present}


def _subject(meeting: Meeting) -> str:
    return f"evaluation.meeting:{meeting.pk}"


def _record(
    by: Standing,
    assessment: Assessment,
    meeting: Meeting,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    audit.record(by, action, TARGET, meeting.pk, area=assessment.participation.region_id, before=before, after=after)
