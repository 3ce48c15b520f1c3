"""A family of the demonstration: a daughter with an account, and her mother, who has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from pilar.hospital.operations.patients import register_patient
from pilar.hospital.rules.patients import Person
from pilar.people import operations as people
from pilar.people.queries import acting_for
from pilar.people.rules import Standing

HELD = timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Family:
    """A daughter who signs in, and the key of her mother as patient."""

    daughter: Standing
    patient: int


@transaction.atomic
def open_family(
    *, by: Standing, hospital: str, contact: str, name: str, mother: str, born: date, now: datetime
) -> Family:
    """Open the account of a daughter with the code that was sent to her, who acts for her mother then; both are
    patients of a hospital. For the operator."""
    by.require_server()
    daughter = people.open_made_up(by=by, contact=contact, name=name, now=now)
    people.declare_proxy(by=daughter, name=mother, reason="Ibu saya, tidak punya ponsel (contoh)", purpose="hospital",
                         valid_until=(now + HELD).date(), now=now)  # fmt: skip
    principal = acting_for(daughter, purpose="hospital", now=now)[1].account
    register_patient(by=daughter, hospital=hospital, person=Person(name), account=daughter.citizen, now=now)
    patient = register_patient(by=daughter, hospital=hospital, person=Person(mother, birth_date=born, sex="P"),
                               account=principal, now=now)  # fmt: skip
    return Family(daughter, patient)
