"""Set weekly sessions, days off and the rules of clinics; the sessions of coming days follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from pilar.areas.reference import today_in
from pilar.hospital.models import Clinic, Doctor, Hospital, Leave, PolicyVersion, Room, WeeklySession
from pilar.hospital.operations.opening import lay_sessions
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import Policy, facts_of, policy_of
from pilar.hospital.rules.schedule import GridRule, weekly_faults
from pilar.people.authority import Case
from pilar.people.operations import held, there
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

TARGET = "hospital.clinic"
DOCTOR_BUSY = N_("The doctor has another session at that time")
ROOM_BUSY = N_("Another session is held in this room at that time")


@transaction.atomic
def set_weekly(
    *, by: Standing, clinic: int, doctor: int, room: int, weekday: int, starts: time, ends: time, capacity: int,
    shares: Sequence[int], valid_from: date, now: datetime, ends_weekly: int | None = None,
) -> int:  # fmt: skip
    """Set a weekly session from a day on, replacing another one (``ends_weekly``) if given; returns its key.

    Open sessions without bookings follow it (:func:`lay_sessions`). Raises :class:`NotFound`, :class:`NotAllowed`,
    Faults at fields, also if doctor or room are occupied at that time.
    """
    row = _clinic(by, clinic, Action.KEEP_SCHEDULE)
    if faults := weekly_faults(starts, ends, capacity, shares):
        raise Faults(faults)
    sees = held(Doctor.objects, pk=doctor, hospital=row.hospital_id)
    place = held(Room.objects, pk=room, hospital=row.hospital_id)
    before = None
    if ends_weekly is not None:
        before = held(WeeklySession.objects, pk=ends_weekly, clinic=row)
        before.valid_until = min(before.valid_until or date.max, valid_from - timedelta(days=1))
        if before.valid_until < before.valid_from:
            raise Faults([Fault("valid-from", N_("This begins before what it takes the place of"), {}, "valid_from")])
        before.save(update_fields=["valid_until"])
    others = WeeklySession.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=valid_from), weekday=weekday, starts__lt=ends, ends__gt=starts
    )  # fmt: skip
    if others.filter(doctor=sees).exists():
        raise Faults([Fault("doctor-busy", DOCTOR_BUSY, {}, "starts")])
    if others.filter(room=place).exists():
        raise Faults([Fault("room-busy", ROOM_BUSY, {}, "room")])
    kept = WeeklySession.objects.create(
        clinic=row, doctor=sees, room=place, weekday=weekday, starts=starts, ends=ends, capacity=capacity,
        shares=list(shares), valid_from=valid_from,
    )  # fmt: skip
    audit.record(
        by=by.actor, action="set-weekly", target=TARGET, key=row.pk, area=row.hospital.region_id,
        after={"weekday": weekday, "starts": starts.isoformat(), "capacity": capacity, "from": valid_from},
    )  # fmt: skip
    lay_sessions(row.hospital_id, now)
    return kept.pk


@transaction.atomic
def end_weekly(*, by: Standing, weekly: int, last: date, now: datetime) -> None:
    """End a weekly session: it is held for the last time on a day; if it has not begun by then, it is withdrawn.

    Later open sessions without bookings are removed. Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``last``
    for a day before it began or after it has ended.
    """
    clinic = there(WeeklySession.objects, pk=weekly).clinic_id
    row = _clinic(by, clinic, Action.KEEP_SCHEDULE)
    kept = held(WeeklySession.objects, pk=weekly)
    if kept.valid_until == last:
        return
    if last < kept.valid_from <= today_in(row.hospital.region_id, now) or last > (kept.valid_until or date.max):
        raise Faults([Fault("last", N_("Name a day on which it is still held"), {}, "last")])
    before = {"until": kept.valid_until, "doctor": kept.doctor_id, "room": kept.room_id, "capacity": kept.capacity,
              "shares": kept.shares}  # fmt: skip
    kept.valid_until = last
    if last < kept.valid_from:
        kept.delete()
    else:
        kept.save(update_fields=["valid_until"])
    audit.record(
        by=by.actor, action="end-weekly", target=TARGET, key=row.pk, area=row.hospital.region_id,
        before=before, after={"weekday": kept.weekday, "starts": kept.starts.isoformat(), "until": last},
    )  # fmt: skip
    lay_sessions(row.hospital_id, now)


@transaction.atomic
def decide_policy(
    *, by: Standing, clinic: int, changes: Mapping[str, Any], effect: Mapping[str, Any], reason: str, valid_from: date,
    now: datetime,
) -> int:  # fmt: skip
    """Set the booking rules of a clinic from a day on; returns the number of the version, the last one if nothing
    changes. ``effect``: the result of the simulation. Open sessions with bookings keep the version they began with, all
    others follow the new one (:func:`lay_sessions`).

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults for unknown or invalid settings.
    """
    row = _clinic(by, clinic, Action.KEEP_SCHEDULE)
    last = row.policies.order_by("-number").first()
    try:
        policy = replace(policy_of(last.facts) if last else Policy(), **changes)
        GridRule(policy.rule)
    except (TypeError, ValueError):
        raise Faults([Fault("policy", N_("This is no rule of a clinic"), {}, "rule")]) from None
    if last is not None and last.facts == facts_of(policy):
        return last.number
    kept = PolicyVersion.objects.create(
        clinic=row, number=last.number + 1 if last else 1, valid_from=valid_from, facts=facts_of(policy),
        effect=dict(effect), reason=reason, decided_at=now, decided_by=by.signature,
    )  # fmt: skip
    audit.record(
        by=by.actor, action="decide-policy", target=TARGET, key=row.pk, area=row.hospital.region_id,
        after=dict(changes) | {"from": valid_from},
    )  # fmt: skip
    lay_sessions(row.hospital_id, now)
    return kept.number


@transaction.atomic
def add_leave(
    *, by: Standing, hospital: str, doctor: int | None, since: date, until: date, reason: str, now: datetime
) -> int:
    """Enter days without sessions, of a doctor or the whole hospital; returns the key. Open sessions without bookings
    are removed; the others have to be cancelled by a person who checks who is affected.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``until``.
    """
    row = there(Hospital.objects, pk=hospital)
    AUTHORITY.require(by, Action.KEEP_SCHEDULE, Case(row.region_id, unit=row.pk), known=False)
    if until < since:
        raise Faults([Fault("until", N_("The last day is not before the first"), {}, "until")])
    away = there(Doctor.objects, pk=doctor, hospital=row) if doctor is not None else None
    known = Leave.objects.filter(hospital=row, doctor=away, since=since, until=until, ended_at=None).first()
    if known is not None:
        return known.pk
    kept = Leave.objects.create(
        hospital=row, doctor=away, since=since, until=until, reason=reason, entered_by=by.signature
    )
    audit.record(
        by=by.actor, action="add-leave", target="hospital.leave", key=kept.pk, area=row.region_id,
        after={"since": since, "until": until},
    )  # fmt: skip
    lay_sessions(row.pk, now)
    return kept.pk


@transaction.atomic
def end_leave(*, by: Standing, leave: int, now: datetime) -> None:
    """Withdraw days off: their sessions are opened again, except cancelled ones. Raises :class:`NotFound`,
    :class:`NotAllowed`."""
    row = held(Leave.objects.select_related("hospital"), pk=leave)
    AUTHORITY.require(by, Action.KEEP_SCHEDULE, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    if row.ended_at is not None:
        return
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    audit.record(by=by.actor, action="end-leave", target="hospital.leave", key=row.pk, area=row.hospital.region_id)
    lay_sessions(row.hospital_id, now)


def _clinic(by: Standing, key: int, action: Action) -> Clinic:
    row = held(Clinic.objects.select_related("hospital"), pk=key)
    AUTHORITY.require(by, action, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    return row
