"""Hospitals and their clinics are loaded, weekly sessions set, and the sessions of coming days opened from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from pilar.areas import queries as areas
from pilar.areas.reference import midnight_in, today_in
from pilar.hospital.models import Clinic, Doctor, Hospital, Leave, PolicyVersion, Room, Session, WeeklySession
from pilar.hospital.reference.hospitals import HospitalFile
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import CHANNELS, Policy, SessionState, facts_of, policy_of
from pilar.hospital.rules.schedule import GridRule, places
from pilar.people.authority import Case
from pilar.people.operations import held, there
from pilar.people.rules import Permission, Standing
from pilar.platform import audit, locks
from pilar.platform.calendar import Leave as JointLeave
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import every
from pilar.platform.language import mark
from pilar.platform.transactions import one_by_one

TARGET = "hospital.clinic"
AHEAD = 90
"""assumption: days for which sessions are opened, as many as a referral holds (BPJS: 90 days)."""


@transaction.atomic
def load_hospitals(*, by: Standing, given: Sequence[HospitalFile], now: datetime) -> int:
    """Store hospitals with their clinics, rooms, doctors and weekly sessions as a file has them; returns how many rows
    are new. What stands already stays as it is: after the first load, the hospital keeps its own schedule.

    Needs ``load-reference-data``.
    """
    by.require(Permission.LOAD_REFERENCE_DATA)
    locks.take("hospital.load")
    new = 0
    for one in given:
        row, made = Hospital.objects.get_or_create(
            code=one.code,
            defaults={"region_id": one.region, "name": one.name, "address": one.address, "ppk": one.ppk,
                      "organization": one.organization, "source": one.source},
        )  # fmt: skip
        if not made:
            continue
        audit.record(by=by.actor, action="load", target="hospital.hospital", key=row.pk, area=one.region)
        rooms = {name: Room.objects.create(hospital=row, name=name) for name in one.rooms}
        doctors = {
            name: Doctor.objects.create(hospital=row, name=name, hfis=hfis) for name, hfis in one.doctors.items()
        }
        for clinic in one.clinics:
            facts = dict(clinic.facts)
            kept = Clinic.objects.create(hospital=row, **facts)
            PolicyVersion.objects.create(
                clinic=kept, number=1, valid_from=one.valid_from, facts=facts_of(policy_of(clinic.policy)),
                reason=one.source, decided_at=now, decided_by=by.actor.name,
            )  # fmt: skip
            for weekly in clinic.weekly:
                WeeklySession.objects.create(
                    clinic=kept, doctor=doctors[weekly.doctor], room=rooms[weekly.room], weekday=weekly.weekday,
                    starts=weekly.starts, ends=weekly.ends, capacity=weekly.capacity, shares=list(weekly.shares),
                    valid_from=one.valid_from,
                )  # fmt: skip
                new += 1
    return new


@transaction.atomic
def set_weekly(
    *, by: Standing, clinic: int, doctor: int, room: int, weekday: int, starts: time, ends: time, capacity: int,
    shares: Sequence[int], valid_from: date, now: datetime, ends_weekly: int | None = None,
) -> int:  # fmt: skip
    """Set a weekly session from a day on, in the place of another (``ends_weekly``) if one is named; returns its key.

    Sessions that are open already stay as they are. Raises :class:`NotFound`, :class:`NotAllowed`, Faults at fields,
    also where the doctor is somewhere else at that time.
    """
    row = _clinic(by, clinic, Action.KEEP_SCHEDULE)
    found = []
    if ends <= starts:
        found.append(Fault("ends", mark("A session ends after it begins"), {}, "ends"))
    if len(shares) != len(CHANNELS) or sum(shares) > capacity:
        sentence = mark("The shares of the channels come to %(sum)s, more than the %(capacity)s places")
        found.append(Fault("shares", sentence, {"sum": sum(shares), "capacity": capacity}, "shares"))
    if found:
        raise Faults(found)
    sees = held(Doctor.objects, pk=doctor, hospital=row.hospital_id)
    before = None
    if ends_weekly is not None:
        before = held(WeeklySession.objects, pk=ends_weekly, clinic=row)
        before.valid_until = valid_from - timedelta(days=1)
        if before.valid_until < before.valid_from:
            raise Faults([Fault("valid-from", mark("This begins before what it takes the place of"), {}, "valid_from")])
        before.save(update_fields=["valid_until"])
    if WeeklySession.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=valid_from), doctor=doctor, weekday=weekday, starts__lt=ends,
        ends__gt=starts,
    ).exists():  # fmt: skip
        raise Faults([Fault("doctor-busy", mark("The doctor has another session at that time"), {}, "starts")])
    kept = WeeklySession.objects.create(
        clinic=row, doctor=sees, room=there(Room.objects, pk=room, hospital=row.hospital_id), weekday=weekday,
        starts=starts, ends=ends, capacity=capacity, shares=list(shares), valid_from=valid_from,
    )  # fmt: skip
    audit.record(
        by=by.actor, action="set-weekly", target=TARGET, key=row.pk, area=row.hospital.region_id,
        after={"weekday": weekday, "starts": starts.isoformat(), "capacity": capacity, "from": valid_from},
    )  # fmt: skip
    return kept.pk


@transaction.atomic
def decide_policy(
    *, by: Standing, clinic: int, changes: Mapping[str, Any], effect: Mapping[str, Any], reason: str, valid_from: date,
    now: datetime,
) -> int:  # fmt: skip
    """Decide how a clinic takes bookings from a day on; returns the number of the version, the last one where nothing
    changes. ``effect``: what the simulation said of it. Sessions that are open already keep the version that they began
    with.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults for what no policy knows.
    """
    row = _clinic(by, clinic, Action.KEEP_SCHEDULE)
    last = row.policies.order_by("-number").first()
    try:
        policy = replace(policy_of(last.facts) if last else Policy(), **changes)
        GridRule(policy.rule)
    except (TypeError, ValueError):
        raise Faults([Fault("policy", mark("This is no rule of a clinic"), {}, "rule")]) from None
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
    return kept.number


@transaction.atomic
def add_leave(
    *, by: Standing, hospital: str, doctor: int | None, since: date, until: date, reason: str, now: datetime
) -> int:
    """Enter days without sessions, of a doctor or the whole hospital; returns the key. Sessions that are open already
    are cancelled one by one, by who looks at whom it hits.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``until``.
    """
    row = there(Hospital.objects, pk=hospital)
    AUTHORITY.require(by, Action.KEEP_SCHEDULE, Case(row.region_id, unit=row.pk), known=False)
    if until < since:
        raise Faults([Fault("until", mark("The last day is not before the first"), {}, "until")])
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
    return kept.pk


@every("hospital.open-sessions", cron="20 17 * * *")  # 00.20 WIB
def open_sessions(*, by: Standing, now: datetime) -> int:
    """Open the sessions of the coming days from what is set weekly, but for days off and leaves; returns how many.

    Runs twice without harm, each hospital by itself. Needs ``load-reference-data``.
    """
    by.require(Permission.LOAD_REFERENCE_DATA)
    codes = list(Hospital.objects.order_by("code").values_list("code", flat=True))
    return one_by_one(codes, lambda one: _open(one, now), job="hospital.open-sessions")


def _open(code: str, now: datetime) -> int:
    """What begins when one that was cancelled did is not opened again, nor what overlaps another of the doctor: one
    that was opened before the weekly sessions changed."""
    locks.take(f"hospital.open-sessions {code}")
    hospital = Hospital.objects.get(pk=code)
    first = today_in(hospital.region_id, now)
    days = [first + timedelta(days=number) for number in range(AHEAD + 1)]
    calendar = areas.working_days(hospital.region_id, leave=JointLeave.WORKED)
    holds = WeeklySession.objects.filter(Q(valid_until=None) | Q(valid_until__gte=first), clinic__hospital=hospital)
    weekly = list(holds.select_related("clinic", "doctor"))
    stands: dict[int, list[tuple[datetime, datetime]]] = {}
    for doctor, since, until, state in Session.objects.filter(hospital=hospital, day__gte=first).values_list(
        "doctor", "starts_at", "ends_at", "state"
    ):
        stands.setdefault(doctor, []).append((since, since if state == SessionState.CANCELLED else until))
    away = list(Leave.objects.filter(hospital=hospital, until__gte=first, ended_at=None))
    policies: dict[int, list[PolicyVersion]] = {}
    for version in PolicyVersion.objects.filter(clinic__hospital=hospital).order_by("number"):
        policies.setdefault(version.clinic_id, []).append(version)
    rows = []
    for day in days:
        if calendar.holidays(day, day):
            continue
        for one in weekly:
            off = any(leave.since <= day <= leave.until and leave.doctor_id in (None, one.doctor_id) for leave in away)
            held_on = one.valid_from <= day <= (one.valid_until or date.max)
            if (
                one.weekday != day.isoweekday()
                or off
                or not held_on
                or (one.doctor.ended_on and one.doctor.ended_on < day)
            ):
                continue
            midnight = midnight_in(hospital.region_id, day)
            starts, ends = (_at(midnight, clock) for clock in (one.starts, one.ends))
            mine = stands.setdefault(one.doctor_id, [])
            valid = [row for row in policies.get(one.clinic_id, ()) if row.valid_from <= day]
            if ends <= now or not valid or any(_overlap(starts, ends, *other) for other in mine):
                continue
            mine.append((starts, ends))
            version = valid[-1]
            policy = policy_of(version.facts)
            capacity = one.capacity + policy.overbook
            release = starts - timedelta(hours=policy.release)
            rows.append(Session(
                hospital=hospital, clinic=one.clinic, doctor=one.doctor, room_id=one.room_id, policy=version, day=day,
                starts_at=starts, ends_at=ends, capacity=capacity, reserved=one.shares, taken_by=[0] * len(CHANNELS),
                places=list(places(GridRule(policy.rule), starts, ends, capacity, policy.minutes)),
                release_at=[release] * len(CHANNELS),
            ))  # fmt: skip
    Session.objects.bulk_create(rows)
    return len(rows)


def _overlap(starts: datetime, ends: datetime, since: datetime, until: datetime) -> bool:
    """Whether two sessions do; of one that was cancelled its beginning alone counts (``until`` is ``since``)."""
    return starts == since or (since < ends and starts < until and since < until)


def _at(midnight: datetime, clock: time) -> datetime:
    return midnight + timedelta(hours=clock.hour, minutes=clock.minute)


def _clinic(by: Standing, key: int, action: Action) -> Clinic:
    row = held(Clinic.objects.select_related("hospital"), pk=key)
    AUTHORITY.require(by, action, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    return row
