"""A family of the demonstration: a daughter with an account, and her mother, who has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from pilar.hospital.operations.patients import register_patient
from pilar.hospital.rules.patients import Person
from pilar.people import operations as people
from pilar.people import reference
from pilar.people.models import PublicCode
from pilar.people.public import AccountKind
from pilar.people.queries import acting_for, public_standing
from pilar.people.queries.public import opened, sessions_of
from pilar.people.rules import Standing

HELD = timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Family:
    """Who signs in, and the key of the mother as patient."""

    daughter: Standing
    patient: int


@transaction.atomic
def open_family(
    *, by: Standing, hospital: str, contact: str, name: str, mother: str, born: date, now: datetime
) -> Family:
    """Open the account of a daughter with the code that was sent to her, who acts for her mother then; both are
    patients of a hospital. For the operator."""
    by.require_server()
    asked = people.ask_code(contact=contact, network="", language="id", now=now)
    people.enter_code(reference=asked, code=opened(PublicCode.objects.get(pk=asked).code), now=now)
    account = people.open_public_account(
        reference=asked, name=name, kind=AccountKind.PERSON, birth_date=None, consent=reference.consent().version,
        now=now,
    )  # fmt: skip
    daughter = public_standing(account, sessions_of(account))
    people.declare_proxy(by=daughter, name=mother, reason="Ibu saya, tidak punya ponsel (contoh)", purpose="hospital",
                         valid_until=(now + HELD).date(), now=now)  # fmt: skip
    principal = acting_for(daughter, purpose="hospital", now=now)[1].account
    register_patient(by=daughter, hospital=hospital, person=Person(name), account=account, now=now)
    patient = register_patient(by=daughter, hospital=hospital, person=Person(mother, birth_date=born, sex="P"),
                               account=principal, now=now)  # fmt: skip
    return Family(daughter, patient)
