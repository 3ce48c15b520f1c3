"""Read data protection records: a patient's own data, and a hospital's overview for its officer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilar.hospital.models import Booking, Breach, BrokenGlass, Consent, Patient, Triage, Waiting
from pilar.hospital.models.patients import PERSON
from pilar.hospital.queries.records import PersonRow, persons, read_person, readings
from pilar.hospital.queries.schedule import HospitalRow, hospital, hospital_row
from pilar.hospital.reference.consent import ConsentText, consent_of
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import OVER
from pilar.hospital.rules.privacy import UNUSED, Purpose, Why, notice_due
from pilar.people.queries import acting_for
from pilar.people.queries.public import opened
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform import audit


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A record that the reader decides about; ``own``: theirs or of the people they act for; ``agrees``: whether they
    may consent to purposes, ``alone``: whether they may have it erased."""

    key: int
    hospital: HospitalRow
    record: str
    own: bool
    agrees: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """A purpose with its text, and the moment of consent; None without consent."""

    text: ConsentText
    since: datetime | None


@dataclass(frozen=True, slots=True)
class GlassRow:
    key: int
    at: HospitalRow
    record: str
    by: str
    reason: str
    opened_at: datetime
    ends_at: datetime
    reviewed_at: datetime | None
    reviewed_by: str
    finding: str


@dataclass(frozen=True, slots=True)
class BreachRow:
    """A report of a breach; ``due``: the deadline for the notices."""

    key: int
    at: HospitalRow
    noticed_at: datetime
    happened: str
    data: str
    affected: int | None
    consequences: str
    remedy: str
    contact: str
    written_at: datetime
    version: int
    told_at: datetime | None

    @property
    def due(self) -> datetime:
        return notice_due(self.noticed_at)

    def late(self, now: datetime) -> bool:
        return (self.told_at or now) > self.due


def own_records(*, scope: Standing, now: datetime) -> tuple[OwnRow, ...]:
    """The records of the reader and of the people they act for, in every hospital."""
    acting = {acted.account: acted for acted in acting_for(scope, purpose="hospital", now=now)}
    rows = Patient.objects.filter(account__in=acting, merged_into=None, erased_at=None).select_related("hospital")
    return tuple(
        OwnRow(
            row.pk, hospital_row(row.hospital), row.record, True, True,
            acting[row.account_id].proxy is None or acting[row.account_id].declared,
        )
        for row in rows.order_by("hospital", "pk") if row.account_id is not None
    )  # fmt: skip


def own_record(key: int, *, scope: Standing, now: datetime) -> OwnRow:
    """A record, for its patient, their proxy, the desk and the data protection officer. Raises :class:`NotFound`."""
    if scope.citizen is None:
        rows = Patient.objects.filter(merged_into=None, erased_at=None).select_related("hospital")
        row = existing(rows.filter(pk=key).first())
        at = hospital_row(row.hospital)
        may = {action: AUTHORITY.holds(scope, action, at.case) for action in (Action.BOOK, Action.PROTECT)}
        if not any(may.values()):
            raise NotFound
        return OwnRow(row.pk, at, row.record, False, may[Action.BOOK], may[Action.PROTECT])
    return existing(next((record for record in own_records(scope=scope, now=now) if record.key == key), None))


def agreed(patient: int) -> tuple[Agreed, ...]:
    """Every purpose, and whether a patient agrees to it; the caller has decided that the reader may know it."""
    given = dict(Consent.objects.filter(patient=patient, withdrawn_at=None).values_list("purpose", "given_at"))
    return tuple(Agreed(consent_of(purpose), given.get(purpose)) for purpose in Purpose)


@dataclass(frozen=True, slots=True)
class Erasable:
    """Counts of a patient's bookings: those without a visit, open ones, and those that are records of visits."""

    unused: int
    open: int
    visits: int


def erasable(patient: int) -> Erasable:
    """Count what an erasure would find; the caller has decided that the reader may know it."""
    states = list(Booking.objects.filter(patient=patient).values_list("state", flat=True))
    unused, holds = sum(state in UNUSED for state in states), sum(state not in OVER for state in states)
    return Erasable(unused, holds, len(states) - unused - holds)


def agree_to(patients: set[int], purpose: Purpose) -> set[int]:
    """Those of these patients who have consented to the use of their data for a purpose."""
    rows = Consent.objects.filter(patient__in=patients, purpose=purpose, withdrawn_at=None)
    return set(rows.values_list("patient", flat=True))


def copy(key: int, *, scope: Standing, now: datetime) -> dict[str, Any]:
    """All stored data of a patient, for the patient; without vital signs and complaints if the desk reads them. Raises
    :class:`NotFound`."""
    own = own_record(key, scope=scope, now=now)
    row, signs = Patient.objects.get(pk=key), _signs(key) if own.own or own.alone else {}
    if not own.own:
        read_person(row, by=scope, area=own.hospital.region, why=Why.COPY)
        audit.read(by=scope.actor, what=PERSON, key=key, rows=len(signs), area=own.hospital.region,
                   told={"fields": ["signs"], "reason": Why.COPY})  # fmt: skip
    bookings = (
        Booking.objects.filter(patient=row).select_related("session__clinic", "session__doctor").order_by("day", "pk")
    )
    return {
        "made_at": now,
        "hospital": own.hospital.name,
        "record": row.record,
        "created_at": row.created_at,
        "person": json.loads(opened(row.person)),
        "consents": list(row.consents.values("purpose", "version", "given_at", "withdrawn_at")),
        "bookings": [
            {"code": booking.code, "day": booking.day, "clinic": booking.session.clinic.name,
             "doctor": booking.session.doctor.name, "number": booking.number, "at": booking.at, "state": booking.state,
             "channel": booking.channel, "payer": booking.payer, "visit": booking.visit,
             "reference": opened(booking.reference), "signs": signs.get(booking.pk),
             "events": list(booking.events.values("kind", "at", "reason")),
             "tasks": list(booking.tasks.values("task", "at"))}
            for booking in bookings.prefetch_related("events", "tasks")
        ],
        "waiting": list(Waiting.objects.filter(patient=row).values("clinic__name", "first_day", "last_day", "state")),
        "readings": [
            {"at": reading.at, "who": reading.who, "why": reading.why, "fields": reading.fields}
            for reading in readings(key)
        ],
        "emergencies": list(BrokenGlass.objects.filter(patient=row).values("opened_at", "reason", "finding")),
    }  # fmt: skip


def _signs(patient: int) -> dict[int, Any]:
    """Read what was measured before each visit of a patient."""
    rows = Triage.objects.filter(booking__patient=patient, signs__isnull=False).values_list("booking", "signs")
    return {booking: json.loads(opened(signs)) for booking, signs in rows}


def glass(key: int, *, scope: Standing, now: datetime) -> tuple[GlassRow, PersonRow]:
    """A record that the reader has opened in an emergency, while the access lasts; raises :class:`NotFound`
    afterwards."""
    row = BrokenGlass.objects.filter(pk=key, user=scope.account or 0, ends_at__gt=now).select_related(
        "patient", "hospital"
    ).first()  # fmt: skip
    if row is None:
        raise NotFound
    (person,) = persons([row.patient], at=hospital_row(row.hospital), by=scope, why=row.reason, now=now)
    return _glass(row), person


def glasses(code: str, *, scope: Standing) -> tuple[GlassRow, ...]:
    """The records that were opened in an emergency, for the data protection officer: the newest 200."""
    _protected(code, scope)
    rows = BrokenGlass.objects.filter(hospital=code).select_related("patient", "hospital")
    return tuple(_glass(row) for row in rows[:200])


def record_of(code: str, record: str, *, scope: Standing) -> int | None:
    """The key of the patient of a record number, for the data protection officer."""
    _protected(code, scope)
    return Patient.objects.filter(hospital=code, record=record.zfill(8)).values_list("pk", flat=True).first()


def breaches(code: str, *, scope: Standing) -> tuple[BreachRow, ...]:
    _protected(code, scope)
    return tuple(_breach(breach) for breach in Breach.objects.filter(hospital=code).select_related("hospital"))


def breach(key: int, *, scope: Standing) -> BreachRow:
    """Raises :class:`NotFound`."""
    row = existing(Breach.objects.filter(pk=key).select_related("hospital").first())
    _protected(row.hospital_id, scope)
    return _breach(row)


def _protected(code: str, scope: Standing) -> None:
    AUTHORITY.require(scope, Action.PROTECT, hospital(code).case, known=False)


def _glass(row: BrokenGlass) -> GlassRow:
    return GlassRow(
        row.pk, hospital_row(row.hospital), row.patient.record, str(row.by), row.reason, row.opened_at, row.ends_at,
        row.reviewed_at, str(row.reviewed_by), row.finding,
    )  # fmt: skip


def _breach(row: Breach) -> BreachRow:
    return BreachRow(
        row.pk, hospital_row(row.hospital), row.noticed_at, row.happened, row.data, row.affected, row.consequences,
        row.remedy, row.contact, row.written_at, row.version, row.told_at,
    )  # fmt: skip
