"""The record of a patient: who may read how much of it, and who has read it. Every reading goes through here and is
kept with its reason and the fields that were shown; the patient sees that list."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from pilar.areas.reference import local
from pilar.hospital.models import Booking, BrokenGlass, Patient
from pilar.hospital.models.patients import PERSON
from pilar.hospital.queries.schedule import HospitalRow
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import BookingState
from pilar.hospital.rules.privacy import FIELD_NAMES, NUMBERS
from pilar.people.queries.public import opened
from pilar.people.rules import Standing, shown_name
from pilar.platform import audit
from pilar.platform.language import translate

MOST_READINGS = 200


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What is personal of a patient, as far as the reader may see it: None is masked, an empty text is not known."""

    key: int
    record: str
    name: str | None = None
    nik: str | None = None
    card: str | None = None
    family_card: str | None = None
    phone: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody was shown something of a record."""

    at: datetime
    who: str
    reason: str
    fields: tuple[str, ...]

    @property
    def field_names(self) -> str:
        return ", ".join(translate(FIELD_NAMES[one]) for one in self.fields if one in FIELD_NAMES)


def persons(
    rows: Sequence[Patient], *, at: HospitalRow, by: Standing, reason: str, now: datetime
) -> tuple[PersonRow, ...]:
    """What ``by`` may see of these patients of a hospital, each of whom finds the reading in their list.

    The desk sees all. Who treats sees the name of whom they treat today, and everything while they have broken the
    glass; patients of whom they may see nothing are left out.
    """
    desk = AUTHORITY.holds(by, Action.BOOK, at.case)
    keys = [one.pk for one in rows]
    broken = set() if desk else _broken(keys, by, now)
    treated = set() if desk or not AUTHORITY.holds(by, Action.READ, at.case) else _of_today(keys, at, now)
    found, told = [], dict[int, Collection[str]]()
    for one in rows:
        if not desk and one.pk not in broken | treated:
            continue
        known: dict[str, Any] = json.loads(opened(one.person)) if one.person else {}
        shown = [name for name in FIELD_NAMES if desk or one.pk in broken or name not in NUMBERS]
        told[one.pk] = [name for name in shown if known.get(name)]
        found.append(PersonRow(one.pk, one.record, **{name: known.get(name) or "" for name in shown}))
    for key, fields in told.items():
        audit.read(by=by.actor, what=PERSON, key=key, rows=1, area=at.region, told={"fields": fields, "reason": reason})
    return tuple(found)


def readings(patient: int) -> tuple[Reading, ...]:
    """Who was shown what of a patient, newest first; whoever calls has decided that the reader may know it."""
    return tuple(
        Reading(
            one.happened_at, shown_name(one.actor.name), str((one.after or {}).get("reason", "")),
            tuple((one.after or {}).get("fields", ())),
        )
        for one in audit.events(target=PERSON, key=patient, limit=MOST_READINGS)
        if one.action == audit.READ
    )  # fmt: skip


def _of_today(keys: Collection[int], at: HospitalRow, now: datetime) -> set[int]:
    today = local(now, at.region).date()
    gone = Q(state__in=[BookingState.CANCELLED, BookingState.MOVED])
    rows = Booking.objects.filter(~gone, patient__in=keys, hospital=at.code, day=today)
    return set(rows.values_list("patient", flat=True))


def _broken(keys: Collection[int], by: Standing, now: datetime) -> set[int]:
    """Patients whose glass ``by`` has broken and may look through now."""
    rows = BrokenGlass.objects.filter(patient__in=keys, user=by.account, ends_at__gt=now) if by.account else ()
    return {one.patient_id for one in rows}
