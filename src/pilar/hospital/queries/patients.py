"""Patients, for citizens who book for them and for the desk that searches for one; never as a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from pilar.hospital.models import Booking, Patient
from pilar.hospital.models.patients import CARD, NIK
from pilar.hospital.queries.records import read_person
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.hospital.rules.booking import BookingState
from pilar.hospital.rules.patients import Person
from pilar.hospital.rules.privacy import Why
from pilar.people.authority import Case
from pilar.people.queries import acting_for, public_names
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform import secrets


@dataclass(frozen=True, slots=True)
class Relative:
    """A person a citizen may book for: themselves or somebody they act for; ``patient`` is None for a new
    patient."""

    account: int
    name: str
    own: bool
    declared: bool
    valid_until: date | None
    patient: int | None


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient with personal data, whose reading is logged."""

    key: int
    hospital: str
    record: str
    account: int | None
    person: Person
    new: bool
    """They have not been seen here yet."""


def relatives(hospital: str, *, scope: Standing, now: datetime) -> tuple[Relative, ...]:
    """Return the people the reader may book for at a hospital; () without a public account or after consent was
    withdrawn."""
    acted = acting_for(scope, purpose="hospital", now=now)
    names = public_names({acting.account for acting in acted}, by=scope)
    rows = Patient.objects.filter(hospital=hospital, merged_into=None, account__in=[acting.account for acting in acted])
    known = dict(rows.values_list("account", "pk"))
    return tuple(
        Relative(acting.account, names[acting.account], acting.account == scope.citizen, acting.declared,
                 acting.valid_until, known.get(acting.account))
        for acting in acted
    )  # fmt: skip


def found(hospital: str, region: str, given: str, *, scope: Standing) -> int | None:
    """The key of the patient with this record number, NIK or card, for the desk; raises :class:`NotFound` for users who
    may not book there."""
    AUTHORITY.require(scope, Action.BOOK, Case(region, unit=hospital), known=False)
    rows = Patient.objects.filter(hospital=hospital, merged_into=None, erased_at=None)
    hashed = Q(nik_hash__in=secrets.lookups(given, context=NIK)) | Q(card_hash__in=secrets.lookups(given, context=CARD))
    return rows.filter(Q(record=given.zfill(8)) | hashed).values_list("pk", flat=True).first()


def patient(key: int, *, scope: Standing, now: datetime) -> PatientRow:
    """A patient, for the desk and for their proxy; raises :class:`NotFound`."""
    row = existing(Patient.objects.select_related("hospital").filter(pk=key, merged_into=None).first())
    region = row.hospital.region_id
    if scope.citizen is None:
        AUTHORITY.require(scope, Action.BOOK, Case(region, unit=row.hospital_id), known=False)
    elif row.account_id not in {acting.account for acting in acting_for(scope, purpose="hospital", now=now)}:
        raise NotFound
    existing(row.person)
    why = Why.DESK if scope.citizen is None else Why.FAMILY
    person = read_person(row, by=scope, area=region, why=why)
    new = not Booking.objects.filter(patient=row, state=BookingState.SERVED.value).exists()
    return PatientRow(row.pk, row.hospital_id, row.record, row.account_id, person, new)


def merged_into(key: int, *, scope: Standing) -> int | None:
    """The patient that a patient was merged into, for the desk; raises :class:`NotFound`."""
    row = existing(Patient.objects.select_related("hospital").filter(pk=key).first())
    AUTHORITY.require(scope, Action.BOOK, Case(row.hospital.region_id, unit=row.hospital_id), known=False)
    return row.merged_into_id
