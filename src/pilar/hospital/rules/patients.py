"""Personal fields of a patient. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.reading import is_phone

FIRST_YEAR = 1900
"""The earliest date of birth; an earlier one is a year of two digits or a typing error."""
ELDERLY = 60
"""The age from which a person is elderly by law (UU 13/1998, article 1)."""


@dataclass(frozen=True, slots=True)
class Person:
    """The personal data of a patient; ``sex`` is L or P, as on the identity card."""

    name: str
    nik: str = ""
    card: str = ""
    family_card: str = ""
    phone: str = ""
    birth_date: date | None = None
    sex: str = ""
    address: str = ""

    def elderly(self, day: date) -> bool:
        born = self.birth_date
        return born is not None and (day.year - born.year - ((day.month, day.day) < (born.month, born.day))) >= ELDERLY

    def faults(self, today: date) -> tuple[Fault, ...]:
        """All faults of the data on a day, each at its field."""
        misfits = []
        if not self.name.strip() or len(self.name) > 100:
            misfits.append(Fault("name", N_("Enter the name, at most 100 letters"), {}, "name"))
        digits = {"nik": (self.nik, 16), "card": (self.card, 13), "family_card": (self.family_card, 16)}
        misfits += [
            Fault("digits", N_("This number has %(digits)s digits"), {"digits": count}, place)
            for place, (given, count) in digits.items()
            if given and not re.fullmatch(rf"[0-9]{{{count}}}", given)
        ]
        if self.birth_date is not None and not date(FIRST_YEAR, 1, 1) <= self.birth_date <= today:
            sentence = N_("A date of birth lies between %(first)s and today")
            misfits.append(Fault("born", sentence, {"first": FIRST_YEAR}, "birth_date"))
        if self.phone and not is_phone(self.phone):
            sentence = N_("Enter a phone number by its digits, such as 0812 3456 7890")
            misfits.append(Fault("phone", sentence, {}, "phone"))
        if self.sex not in ("", "L", "P"):
            misfits.append(Fault("sex", N_("Choose male or female"), {}, "sex"))
        return tuple(misfits)


def own_fields(known: Person) -> tuple[str, ...]:
    """Name the fields that patients may correct themselves: identifying fields are corrected at the desk, unless they
    are missing."""
    return ("phone", "address", *(name for name in ("nik", "card") if not getattr(known, name)))


def proves(given: Person, known: Person) -> bool:
    """Return whether somebody knows the identifying data of a patient: NIK, date of birth and phone. Without a known
    phone the desk has to decide, since a NIK contains the date of birth."""
    said, kept = ("".join(filter(str.isdigit, person.phone)) for person in (given, known))
    same = (given.nik, given.birth_date) == (known.nik, known.birth_date)
    return bool(known.nik and kept) and same and kept == said


def person_of(text: str) -> Person:
    """Make a person from the decrypted text of a row."""
    given: dict[str, Any] = json.loads(text)
    if given.get("birth_date"):
        given["birth_date"] = date.fromisoformat(given["birth_date"])
    known = {field.name for field in fields(Person)}
    return Person(**{name: value for name, value in given.items() if name in known})


def text_of(person: Person) -> str:
    """A person as stored, encrypted, in a row."""
    given = asdict(person) | {"birth_date": person.birth_date.isoformat() if person.birth_date else None}
    return json.dumps(given, ensure_ascii=False)
