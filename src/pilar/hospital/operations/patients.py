"""Patients of a hospital are registered, found, and joined where two rows are one person."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from pilar.hospital.models import Hospital, Patient
from pilar.hospital.models.patients import CARD, NIK
from pilar.hospital.rules.authority import AUTHORITY, Action
from pilar.people.authority import Case
from pilar.people.operations import there
from pilar.people.queries import acting_for
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit, secrets
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

TARGET = "hospital.patient"


@dataclass(frozen=True, slots=True)
class Person:
    """What is personal of a patient; ``sex`` is L or P, as on the identity card."""

    name: str
    nik: str = ""
    card: str = ""
    family_card: str = ""
    phone: str = ""
    birth_date: date | None = None
    sex: str = ""
    address: str = ""

    def faults(self) -> tuple[Fault, ...]:
        """Everything that is wrong with it, each at its field."""
        found = []
        if not self.name.strip() or len(self.name) > 100:
            found.append(Fault("name", mark("Enter the name, at most 100 letters"), {}, "name"))
        digits = {"nik": (self.nik, 16), "card": (self.card, 13), "family_card": (self.family_card, 16)}
        found += [
            Fault("digits", mark("This number has %(digits)s digits"), {"digits": count}, place)
            for place, (given, count) in digits.items()
            if given and not re.fullmatch(rf"[0-9]{{{count}}}", given)
        ]
        if self.sex not in ("", "L", "P"):
            found.append(Fault("sex", mark("Choose male or female"), {}, "sex"))
        return tuple(found)


def person_of(text: str) -> Person:
    """What a row keeps of a person, once it is read."""
    given: dict[str, Any] = json.loads(text)
    if given.get("birth_date"):
        given["birth_date"] = date.fromisoformat(given["birth_date"])
    known = {one.name for one in fields(Person)}
    return Person(**{name: value for name, value in given.items() if name in known})


@transaction.atomic
def register_patient(*, by: Standing, hospital: str, person: Person, account: int | None = None, now: datetime) -> int:
    """Register a patient of a hospital; returns the key of the row, that of the same person if there is one.

    At the desk, or by a citizen for ``account``: themselves or whom they act for. The same person is known by NIK or
    card. Raises :class:`NotFound`, :class:`NotAllowed`, Faults at the fields of :class:`Person`.
    """
    place = there(Hospital.objects, pk=hospital)
    if by.citizen is not None:
        if account not in {one.account for one in acting_for(by, purpose="hospital", now=now)}:
            raise NotFound
    else:
        AUTHORITY.require(by, Action.BOOK, Case(place.region_id, unit=place.pk), known=True)
    if found := person.faults():
        raise Faults(found)
    hashes = _hashes(person)
    known = _same(hospital, hashes) or (Patient.objects.filter(hospital=hospital, account=account, merged_into=None)
                                        .first() if account is not None else None)  # fmt: skip
    if known is not None:
        if account is not None and known.account_id not in (None, account):
            # Somebody else's row: who guesses a number learns nothing of it, the desk looks at both.
            raise Faults([Fault("patient-elsewhere", mark("This number is registered already. Come to the desk with "
                                                          "your identity card"), {}, "nik")])  # fmt: skip
        if account is not None and known.account_id is None and by.citizen is not None:
            raise Faults([Fault("patient-at-desk", mark("This number is registered already. Come to the desk with your "
                                                        "identity card, so that it is joined to your account"), {},
                                "nik")])  # fmt: skip
        return known.pk
    row = Patient.objects.create(
        hospital=place,
        record=next_record(hospital),
        account_id=account,
        person=_text(person),
        created_at=now,
        **hashes,
    )
    audit.record(
        by=by.actor, action="register", target=TARGET, key=row.pk, area=place.region_id, after={"record": row.record}
    )
    return row.pk


def _same(hospital: str, hashes: Mapping[str, str]) -> Patient | None:
    for name, value in hashes.items():
        row = Patient.objects.filter(hospital=hospital, merged_into=None, **{name: value}).first() if value else None
        if row is not None:
            return row
    return None


def _hashes(person: Person) -> dict[str, str]:
    return {
        "nik_hash": secrets.lookup(person.nik, context=NIK) if person.nik else "",
        "card_hash": secrets.lookup(person.card, context=CARD) if person.card else "",
    }


def _text(person: Person) -> str:
    given = asdict(person) | {"birth_date": person.birth_date.isoformat() if person.birth_date else None}
    return json.dumps(given, ensure_ascii=False)


def next_record(hospital: str) -> str:
    """The next record number; two that ask at the same moment wait for each other, and one rolled back is no gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hospital_hospital SET last_record = last_record + 1 WHERE code = %s RETURNING last_record",
            [hospital],
        )
        return f"{cursor.fetchone()[0]:08d}"
