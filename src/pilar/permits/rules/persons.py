"""Applicants: the data required of everybody, and the length of their identity numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.reading import is_phone

ASKED = {
    "name": N_("Full name, or name of the business"),
    "identity": N_("NIK, or NIB of a business"),
    "phone": N_("Phone"),
    "address": N_("Address"),
}
DIGITS = {"person": 16, "business": 13}


def open_of(person: Mapping[str, str], applicant: str) -> list[Fault]:
    """The missing or unfit data of an applicant (``person`` or ``business``), each fault at its place."""
    faults = [Fault("unanswered", N_("Please answer this"), {}, place) for place in ASKED if not _said(person, place)]
    digits = DIGITS[applicant]
    if _said(person, "identity") and not re.fullmatch(rf"[0-9]{{{digits}}}", person["identity"]):
        faults.append(Fault("unfit-identity", N_("Write the %(digits)s digits"), {"digits": digits}, "identity"))
    if _said(person, "phone") and not is_phone(person["phone"]):
        sentence = N_("Enter a phone number by its digits, such as 0812 3456 7890")
        faults.append(Fault("unfit-phone", sentence, {}, "phone"))
    return faults


def _said(person: Mapping[str, str], place: str) -> str:
    return person.get(place, "").strip()
