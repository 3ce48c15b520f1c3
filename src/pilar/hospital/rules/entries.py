"""Master data of a hospital as entered by its management: itself, clinics, doctors, rooms. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pilar.platform.errors import Fault
from pilar.platform.language import N_


class Entry(StrEnum):
    """The kinds of entries, by the names of their addresses."""

    HOSPITAL = "rumah-sakit"
    CLINIC = "poli"
    DOCTOR = "dokter"
    ROOM = "ruang"


E = Entry
NAMES = {
    E.HOSPITAL: N_("Hospital"),
    E.CLINIC: N_("Clinic"),
    E.DOCTOR: N_("Doctor"),
    E.ROOM: N_("Room"),
}
COLUMNS: Mapping[Entry, tuple[str, ...]] = {
    E.HOSPITAL: ("name", "address", "ppk", "organization"),
    E.CLINIC: (
        "name", "code", "prefix", "kind", "poli", "subspecialty", "fingerprint", "discreet", "group",
    ),
    E.DOCTOR: ("name", "hfis", "practitioner", "ended_on"),
    E.ROOM: ("name",),
}  # fmt: skip
ONCE: Mapping[Entry, tuple[str, ...]] = {
    E.HOSPITAL: (), E.CLINIC: ("code", "prefix"), E.DOCTOR: ("name", "hfis"), E.ROOM: ("name",)
}  # fmt: skip
"""Columns that are unique within a hospital."""
STAY = ("code", "prefix")
"""Columns of a booked clinic that cannot change, since addresses and issued numbers contain them."""
LONGEST = {
    E.HOSPITAL: {"name": 120, "address": 200}, E.CLINIC: {"name": 80, "group": 40}, E.DOCTOR: {"name": 100},
    E.ROOM: {"name": 40},
}  # fmt: skip
MAX_HFIS = 2**31 - 1
_FORMATS = {
    "code": (r"[a-z][a-z0-9-]{1,19}", N_("2 to 20 small letters, digits and hyphens, such as gigi-anak")),
    "prefix": (r"[A-Z]{1,3}", N_("One to three capital letters, such as A")),
    "kind": (r"[a-z-]{2,20}", N_("2 to 20 small letters, such as umum")),
    "poli": (r"[A-Z0-9]{3,4}|", N_("The code of BPJS has three capital letters or digits, such as INT")),
    "subspecialty": (r"[A-Z0-9]{3,4}|", N_("The code of BPJS has three capital letters or digits, such as INT")),
    "ppk": (r"[A-Z0-9]{4,12}|", N_("4 to 12 capital letters and digits")),
    "organization": (r"[0-9]{1,12}|", N_("Digits alone, as SATUSEHAT gave it")),
    "practitioner": (r"[A-Z0-9]{1,16}|", N_("Letters and digits alone, as SATUSEHAT gave it, such as N10000001")),
}


def entry_faults(entry: Entry, facts: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Find the faults in the given columns of an entry, each at its column."""
    faults = [
        Fault("format", said, {}, name)
        for name, (pattern, said) in _FORMATS.items()
        if name in facts and not re.fullmatch(pattern, str(facts[name]))
    ]
    for name in ("fingerprint", "discreet"):
        if not isinstance(facts.get(name, False), bool):
            faults.append(Fault("format", N_("Yes or no: true or false"), {}, name))
    if not str(facts.get("name", "x")).strip():
        faults.append(Fault("empty", N_("Fill this in"), {}, "name"))
    for name, most in LONGEST[entry].items():
        if len(str(facts.get(name, ""))) > most:
            faults.append(Fault("too-long", N_("Write at most %(most)s characters"), {"most": most}, name))
    if facts.get("discreet") and not str(facts.get("group", "")).strip():
        sentence = N_("Say what boards and messages call a clinic whose name reveals a disease")
        faults.append(Fault("no-group", sentence, {}, "group"))
    hfis = facts.get("hfis")
    if hfis is not None and not (isinstance(hfis, int) and 0 < hfis <= MAX_HFIS):
        faults.append(Fault("format", N_("A number from 1 on, as HFIS gave it"), {}, "hfis"))
    return tuple(faults)
