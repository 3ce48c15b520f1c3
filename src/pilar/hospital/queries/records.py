"""The record of a patient: who may read which parts of it, and who has read it. Every reading goes through here and is
logged with its reason and the fields shown; the patient can see that list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from pilar.areas.reference import local
from pilar.hospital.models import Booking, BrokenGlass, Patient, Triage
from pilar.hospital.models.patients import PERSON
from pilar.hospital.queries import nights
from pilar.hospital.queries.schedule import HospitalRow
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import BookingState
from pilar.hospital.rules.patients import Person, person_of
from pilar.hospital.rules.privacy import FIELD_NAMES, NUMBERS, SHOWN_NAMES, WHY_NAMES, Why
from pilar.hospital.rules.triage import Signs, signs_of
from pilar.people.queries.public import opened
from pilar.people.rules import Standing, shown_name
from pilar.platform import audit
from pilar.platform.language import translate

MAX_READINGS = 200


@dataclass(frozen=True, slots=True)
class PersonRow:
    """The personal data of a patient, as far as the reader may see them: None is masked, an empty text is not known."""

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
    """A logged reading of a record."""

    at: datetime
    who: str
    reason: str
    fields: tuple[str, ...]

    @property
    def why(self) -> str:
        """In the reader's language, or as somebody wrote it."""
        return translate(WHY_NAMES[Why(self.reason)]) if self.reason in set(Why) else self.reason

    @property
    def field_names(self) -> str:
        return ", ".join(translate(SHOWN_NAMES[field]) for field in self.fields if field in SHOWN_NAMES)


def read_person(
    row: Patient, *, by: Standing, area: str, why: str, only: Collection[str] = tuple(FIELD_NAMES)
) -> Person:
    """Decrypt the personal data of a patient, only the fields ``only`` if given; the reading is logged with its reason
    (one of :class:`Why`, or what somebody wrote) and the fields that are not empty. The caller has decided that they
    may be read."""
    person = person_of(opened(row.person))
    known = [name for name in only if getattr(person, name)]
    audit.read(by=by.actor, what=PERSON, key=row.pk, rows=1, area=area, told={"fields": known, "reason": why})
    return person


def persons(
    rows: Sequence[Patient], *, at: HospitalRow, by: Standing, why: str, now: datetime,
    of: Collection[str] = tuple(FIELD_NAMES),
) -> tuple[PersonRow, ...]:  # fmt: skip
    """Return what ``by`` may see ``of`` these patients of a hospital; each patient finds the reading in their list.

    The desk sees everything. Staff who treat patients see the names of today's patients, and everything during an
    emergency access; patients without a visible field are left out.
    """
    desk = AUTHORITY.holds(by, Action.BOOK, at.case)
    keys = [row.pk for row in rows]
    whole = set(keys) if desk else _broken(keys, by, now)
    treated = set() if desk or not AUTHORITY.holds(by, Action.READ, at.case) else _of_today(keys, at, now)
    rows_read = []
    for row in rows:
        if row.pk in whole | treated:
            only = [name for name in of if row.pk in whole or name not in NUMBERS]
            erased = row.person is None
            person = Person("") if erased else read_person(row, by=by, area=at.region, why=why, only=only)
            texts = {name: str(getattr(person, name) or "") for name in only}
            rows_read.append(PersonRow(row.pk, row.record, **texts))
    return tuple(rows_read)


def treated(patient: int, *, at: HospitalRow, by: Standing, now: datetime) -> PersonRow | None:
    """Name and date of birth, with which staff identify the patient they treat today; None for readers who may not see
    them, or for an erased patient."""
    rows = Patient.objects.filter(pk=patient, person__isnull=False)
    person_rows = persons(list(rows), at=at, by=by, why=Why.TREATED, now=now, of=("name", "birth_date"))
    return person_rows[0] if person_rows else None


def signs(booking: int, patient: int, *, at: HospitalRow, by: Standing) -> Signs:
    """Read the measurements before a visit, for staff who call and see patients; empty if there are none. The patient
    finds the reading in their list."""
    kept = Triage.objects.filter(booking=booking, signs__isnull=False).values_list("signs", flat=True).first()
    if kept is None or not AUTHORITY.holds(by, Action.CALL, at.case):
        return {}
    audit.read(by=by.actor, what=PERSON, key=patient, rows=1, area=at.region,
               told={"fields": ["signs"], "reason": Why.TREATED})  # fmt: skip
    return signs_of(opened(kept))


def triaged(session: int) -> frozenset[int]:
    """The bookings of a session with such measurements; the caller has decided that the reader may know it."""
    return frozenset(Triage.objects.filter(booking__session=session).values_list("booking", flat=True))


def readings(patient: int) -> tuple[Reading, ...]:
    """List the readings of a patient's record by others, newest first; the caller has decided that the reader may know
    it."""
    own = ("public", str(Patient.objects.values_list("account", flat=True).get(pk=patient)))
    events = audit.events(target=PERSON, key=patient, limit=MAX_READINGS)
    return tuple(
        Reading(event.happened_at, shown_name(event.actor.name), after.get("reason", ""),
                tuple(after.get("fields", ())))
        for event in events if event.action == audit.READ and (event.actor.kind, event.actor.key) != own
        for after in (event.after or {},)
    )  # fmt: skip


def _of_today(keys: Collection[int], at: HospitalRow, now: datetime) -> set[int]:
    today = local(now, at.region).date()
    gone = Q(state__in=[BookingState.CANCELLED, BookingState.MOVED])
    rows = Booking.objects.filter(~gone, nights.treated(today, now), patient__in=keys, hospital=at.code)
    return set(rows.values_list("patient", flat=True))


def _broken(keys: Collection[int], by: Standing, now: datetime) -> set[int]:
    """Patients open to ``by`` by emergency access now."""
    rows = BrokenGlass.objects.filter(patient__in=keys, user=by.account, ends_at__gt=now) if by.account else ()
    return {row.patient_id for row in rows}
