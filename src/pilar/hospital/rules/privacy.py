"""Duties under UU 27/2022 (UU PDP) for patients' records: purposes, masks, emergencies, breaches. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pilar.hospital.rules.booking import BookingState
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_


class Purpose(StrEnum):
    """Purposes for which data of a patient are used beyond the visit itself; each has a separate consent."""

    REMINDER = "reminder"
    SATUSEHAT = "satusehat"
    RESEARCH = "research"


FIELD_NAMES = {
    "name": N_("Name"), "nik": N_("Identity number (NIK)"), "card": N_("BPJS card"),
    "family_card": N_("Family card"), "phone": N_("Phone number"), "birth_date": N_("Date of birth"),
    "sex": N_("Sex"), "address": N_("Address"),
}  # fmt: skip


SHOWN_NAMES = {**FIELD_NAMES, "signs": N_("Vital signs")}
"""Fields that a reading may have shown."""


class Why(StrEnum):
    """Why a record is read, if nobody writes a reason."""

    DESK = "desk"
    FAMILY = "family"
    TREATED = "treated"
    COPY = "copy"
    BPJS = "bpjs"
    JKN = "jkn"
    JOINED = "joined"
    FHIR = "fhir"
    SATUSEHAT = "satusehat"


WHY_NAMES = {
    Why.DESK: N_("At the registration desk"), Why.FAMILY: N_("By who acts for the patient"),
    Why.TREATED: N_("On the day of the visit"),
    Why.COPY: N_("To give the patient a copy"), Why.BPJS: N_("To tell BPJS of a booking"),
    Why.JKN: N_("Asked by Mobile JKN"), Why.JOINED: N_("To join two records of one person"),
    Why.FHIR: N_("Asked by a program of the hospital (FHIR)"), Why.SATUSEHAT: N_("To tell SATUSEHAT of a visit"),
}  # fmt: skip
NUMBERS = frozenset({"nik", "card", "family_card", "phone", "address"})
"""Fields that only the desk sees, and staff with emergency access."""

GLASS_HOLDS = timedelta(minutes=30)
"""How long emergency access to a record lasts (assumption: no rule found)."""
MIN_REASON = 15
"""The least number of letters of a reason for it: one word is not enough."""


@dataclass(frozen=True, slots=True)
class Most:
    """A number within a span of time."""

    most: int
    within: timedelta


MAX_GLASSES = Most(10, timedelta(hours=24))
"""The most emergencies of one person (assumption): more are no emergencies."""


class TooManyGlasses(PilarError):
    code = "too-many-glasses"
    status = 429
    sentence = N_("You have opened many records in a day. Ask the data protection officer of the hospital")


NOTICE_WITHIN = timedelta(hours=72)
"""The deadline for the written notices of a breach to the persons and the agency: 3 x 24 hours (UU 27/2022 art. 46)."""

UNUSED = frozenset({BookingState.CANCELLED, BookingState.MOVED, BookingState.ABSENT})
"""States without a visit, whose booking data expire; everything else is the record of a visit, which is kept for 25
years (Permenkes 24/2022 art. 39)."""


class BookingsOpen(PilarError):
    code = "bookings-open"
    status = 409
    sentence = N_("There are bookings that still hold. Cancel them first, or wait until the visit is over")


def masked(number: str) -> str:
    """An identity number on a screen that others can see: the first four digits and the last two."""
    return number if len(number) < 8 else f"{number[:4]}{'•' * (len(number) - 6)}{number[-2:]}"


def reason_faults(reason: str) -> tuple[Fault, ...]:
    """Find what is wrong with the reason for an emergency."""
    if len(" ".join(reason.split())) >= MIN_REASON:
        return ()
    sentence = N_("Say in a sentence why this record is needed now, at least %(least)s letters")
    return (Fault("reason-too-short", sentence, {"least": MIN_REASON}, "reason"),)


def notice_due(noticed_at: datetime) -> datetime:
    """The deadline for the notices of a breach."""
    return noticed_at + NOTICE_WITHIN


def breach_faults(facts: Mapping[str, Any], now: datetime) -> tuple[Fault, ...]:
    """Find what is missing in the report of a breach: contents required by law must not be empty (art. 46 (2))."""
    faults = [
        Fault("required", N_("Write what is known, even if it is little"), {}, name)
        for name in ("happened", "data", "consequences", "remedy", "contact")
        if not str(facts.get(name, "")).strip()
    ]
    if facts["noticed_at"] > now:
        faults.append(Fault("in-future", N_("This moment is still to come"), {}, "noticed_at"))
    return tuple(faults)
