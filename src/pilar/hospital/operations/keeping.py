"""Enter and correct a hospital's master data: by its management, or from a file by the operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from pilar.areas.models import Region
from pilar.areas.reference import today_in
from pilar.hospital.models import Booking, Clinic, Doctor, Hospital, PolicyVersion, Room, WeeklySession
from pilar.hospital.operations.opening import lay_sessions
from pilar.hospital.reference.hospitals import HospitalFile
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import Policy, facts_of, policy_of
from pilar.hospital.rules.entries import COLUMNS, ONCE, STAY, Entry, entry_faults
from pilar.hospital.rules.schedule import weekly_faults
from pilar.people.authority import Case
from pilar.people.operations import held
from pilar.people.rules import Permission, Standing
from pilar.platform import audit, locks
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

MODELS: Mapping[Entry, Any] = {
    Entry.HOSPITAL: Hospital, Entry.CLINIC: Clinic, Entry.DOCTOR: Doctor, Entry.ROOM: Room
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """An entry that a file adds (``before`` is None) or corrects: its name, and the columns with their values."""

    hospital: str
    entry: Entry
    name: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


@transaction.atomic
def keep_entry(
    *, by: Standing, hospital: str, entry: Entry, key: int | None, facts: Mapping[str, Any], now: datetime
) -> int:
    """Enter a clinic, doctor or room of a hospital, correct the one with ``key``, or the hospital itself; returns the
    key, 0 for the hospital. ``facts``: its columns (``rules.entries.COLUMNS``).

    A doctor with a last day (``ended_on``) has no sessions after it, except booked ones. Raises :class:`NotFound`,
    Faults at columns.
    """
    place = held(Hospital.objects, pk=hospital)
    AUTHORITY.require(by, Action.KEEP_SCHEDULE, Case(place.region_id, unit=place.pk), known=False)
    row = _entry(place, entry, key)
    changed = _put(place, entry, row, facts, by=by, now=now)
    if changed and "ended_on" in changed.after:
        lay_sessions(hospital, now)
    return 0 if entry is Entry.HOSPITAL else row.pk


@transaction.atomic
def load_hospitals(*, by: Standing, given: Sequence[HospitalFile], now: datetime) -> list[Loaded]:
    """Store hospitals with their clinics, rooms and doctors from a file; returns what was added or corrected.

    Values missing or empty in the file stay unchanged. Rules and weekly sessions are only stored with a new clinic:
    afterwards the hospital maintains its own schedule. Needs ``load-reference-data``; raises Faults.
    """
    by.require(Permission.LOAD_REFERENCE_DATA)
    locks.take("hospital.load")
    return [change for file in given for change in _load(by, file, now)]


def _load(by: Standing, file: HospitalFile, now: datetime) -> list[Loaded]:
    place = Hospital.objects.filter(pk=file.code).first()
    if place is None:
        if not Region.objects.filter(pk=file.region).exists():
            raise Faults([Fault("no-region", N_("There is no region %(code)s"), {"code": file.region}, file.code)])
        place = Hospital(code=file.code, region_id=file.region, source=file.source)
    about = {"name": file.name, "address": file.address, "ppk": file.ppk, "organization": file.organization}
    loadeds = [_put(place, Entry.HOSPITAL, place, about, by=by, now=now, at=file.code)]

    def keep(entry: Entry, facts: Mapping[str, Any], known_by: str = "name") -> Any:
        name = {known_by: facts[known_by]}
        row = MODELS[entry].objects.filter(hospital=place, **name).first() or MODELS[entry](hospital=place)
        loadeds.append(_put(place, entry, row, facts, by=by, now=now, at=f"{file.code}, {facts[known_by]}"))
        return row

    rooms = {name: keep(Entry.ROOM, {"name": name}) for name in file.rooms}
    doctors = {name: keep(Entry.DOCTOR, {"name": name, "hfis": hfis}) for name, hfis in file.doctors.items()}
    for clinic in file.clinics:
        known = Clinic.objects.filter(hospital=place, code=clinic.facts["code"]).exists()
        row = keep(Entry.CLINIC, clinic.facts, "code")
        if known:
            continue
        _begin(row, policy_of(clinic.policy), file.valid_from, file.source, by=by, now=now)
        for weekly in clinic.weekly:
            if wrong := weekly_faults(weekly.starts, weekly.ends, weekly.capacity, weekly.shares):
                raise Faults(replace(fault, place=f"{file.code}, {row.code}, {weekly.doctor}") for fault in wrong)
            WeeklySession.objects.create(
                clinic=row, doctor=doctors[weekly.doctor], room=rooms[weekly.room], weekday=weekly.weekday,
                starts=weekly.starts, ends=weekly.ends, capacity=weekly.capacity, shares=list(weekly.shares),
                valid_from=file.valid_from,
            )  # fmt: skip
    return [change for change in loadeds if change]


def _entry(place: Hospital, entry: Entry, key: int | None) -> Any:
    if entry is Entry.HOSPITAL:
        return place
    return MODELS[entry](hospital=place) if key is None else held(MODELS[entry].objects, pk=key, hospital=place)


def _put(
    place: Hospital, entry: Entry, row: models.Model, facts: Mapping[str, Any], *, by: Standing, now: datetime,
    at: str = "",
) -> Loaded | None:  # fmt: skip
    """Store differences. ``at``: the place in a file, whose empty values are ignored."""
    new = row._state.adding
    given = {name: facts[name] for name in COLUMNS[entry] if name in facts}
    if at and not new:
        given = {name: value for name, value in given.items() if value not in ("", None)}
    before = {name: getattr(row, name) for name in given}
    after = {name: value for name, value in given.items() if new or value != before[name]}
    if not after:
        return None
    faults = [*entry_faults(entry, {name: getattr(row, name) for name in COLUMNS[entry]} | given)]
    for name in ONCE[entry] if not faults else ():
        if after.get(name) and type(row).objects.filter(hospital=place, **{name: after[name]}).exists():
            faults.append(Fault("taken", N_("Another one of this hospital has this already"), {}, name))
    if entry is Entry.CLINIC and not new and Booking.objects.filter(session__clinic=row).exists():
        sentence = N_("This stays: numbers that were given out bear it")
        faults += [Fault("booked", sentence, {}, name) for name in STAY if name in after]
    if faults:
        raise Faults(replace(fault, place=f"{at}, {fault.place}") if at else fault for fault in faults)
    for name, value in after.items():
        setattr(row, name, value)
    row.save()
    was = None if new else {name: before[name] for name in after}
    if entry is Entry.CLINIC and new and not at:
        _begin(row, Policy(), today_in(place.region_id, now), "", by=by, now=now)
    audit.record(
        by=by.actor, action="load" if at else "add" if new else "change", target=f"hospital.{entry.name.lower()}",
        key=row.pk, area=place.region_id, before=was, after=after,
    )  # fmt: skip
    return Loaded(place.pk, entry, str(row), was, after)


def _begin(clinic: Any, policy: Policy, since: date, reason: str, *, by: Standing, now: datetime) -> None:
    """The first rules of a clinic."""
    PolicyVersion.objects.create(
        clinic=clinic, number=1, valid_from=since, facts=facts_of(policy), reason=reason, decided_at=now,
        decided_by=by.signature,
    )  # fmt: skip
