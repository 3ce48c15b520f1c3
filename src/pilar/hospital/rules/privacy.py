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
    """For what data of a patient are used beyond the visit itself; each is agreed to and withdrawn alone."""

    REMINDER = "reminder"
    SATUSEHAT = "satusehat"
    RESEARCH = "research"


FIELD_NAMES = {
    "name": N_("Name"), "nik": N_("Identity number (NIK)"), "card": N_("BPJS card"),
    "family_card": N_("Family card"), "phone": N_("Phone number"), "birth_date": N_("Date of birth"),
    "sex": N_("Sex"), "address": N_("Address"),
}  # fmt: skip


SHOWN_NAMES = {**FIELD_NAMES, "signs": N_("Vital signs")}
"""What a reading may have shown."""


class Why(StrEnum):
    """Why a record is read, where nobody writes a reason."""

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
"""What only the desk sees, and who has broken the glass."""

GLASS_HOLDS = timedelta(minutes=30)
"""How long somebody sees a record after an emergency (assumption: no rule found)."""
MIN_REASON = 15
"""Letters of a reason for it: a word is none."""


@dataclass(frozen=True, slots=True)
class Most:
    """So many within a span of time."""

    most: int
    within: timedelta


MAX_GLASSES = Most(10, timedelta(hours=24))
"""Emergencies of one person (assumption): who opens more is not in an emergency."""


class TooManyGlasses(PilarError):
    code = "too-many-glasses"
    status = 429
    sentence = N_("You have opened many records in a day. Ask the data protection officer of the hospital")


NOTICE_WITHIN = timedelta(hours=72)
"""Of a breach, in writing, to the persons and to the agency: 3 x 24 hours (UU 27/2022 art. 46)."""

UNUSED = frozenset({BookingState.CANCELLED, BookingState.MOVED, BookingState.ABSENT})
"""Bookings that came to no visit: data of booking, which end; everything else is a record of a visit, which stays 25
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
    """Until when a breach is told."""
    return noticed_at + NOTICE_WITHIN


def breach_faults(facts: Mapping[str, Any], now: datetime) -> tuple[Fault, ...]:
    """Find what is missing of the report of a breach: what the law asks for is never left empty (art. 46 (2))."""
    faults = [
        Fault("required", N_("Write what is known, even if it is little"), {}, name)
        for name in ("happened", "data", "consequences", "remedy", "contact")
        if not str(facts.get(name, "")).strip()
    ]
    if facts["noticed_at"] > now:
        faults.append(Fault("in-future", N_("This moment is still to come"), {}, "noticed_at"))
    return tuple(faults)
