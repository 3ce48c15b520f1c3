"""Compare BPJS's list of clinics, doctors and hours (HFIS) with the hospital's. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest

from pilar.hospital.rules.bpjs.messages import Hours
from pilar.platform.language import N_


class Reading(StrEnum):
    """The readings of BPJS of each night: times of a day, or of a month up to now, by the clock of the hospital and by
    its own; differences of its lists; bookings of a day that only BPJS has; and the weekly hours last sent to it."""

    DAY_RS = "rs"
    DAY_SERVER = "server"
    MONTH_RS = "month-rs"
    MONTH_SERVER = "month-server"
    LISTS = "lists"
    BOOKINGS = "bookings"
    HOURS = "hours"


class Otherwise(StrEnum):
    """Ways in which one line of the lists differs."""

    NO_CLINIC = "no-clinic"
    NO_DOCTOR = "no-doctor"
    NAME = "name"
    FINGERPRINT = "fingerprint"
    NO_FINGERPRINT = "no-fingerprint"
    HOURS = "hours"
    PLACES = "places"
    ONLY_HERE = "only-here"
    ONLY_THERE = "only-there"


OTHERWISE_NAMES = {
    Otherwise.NO_CLINIC: N_("BPJS has no clinic with this code"),
    Otherwise.NO_DOCTOR: N_("BPJS has no doctor with this number"),
    Otherwise.NAME: N_("BPJS has another name for this number"),
    Otherwise.FINGERPRINT: N_("BPJS asks for a fingerprint here, our pages do not say so"),
    Otherwise.NO_FINGERPRINT: N_("Our pages ask for a fingerprint, BPJS does not"),
    Otherwise.HOURS: N_("Other hours"),
    Otherwise.PLACES: N_("Another number of places"),
    Otherwise.ONLY_HERE: N_("Not in the list of BPJS: nobody books it by Mobile JKN"),
    Otherwise.ONLY_THERE: N_("Only in the list of BPJS: who books it comes in vain"),
}


@dataclass(frozen=True, slots=True)
class Consulting:
    """A doctor (number at BPJS) sees patients in a clinic (key here) on a day."""

    clinic: int
    doctor: int
    day: date
    hours: Hours
    places: int


def differences(
    ours: Iterable[Consulting], theirs: Iterable[Consulting]
) -> Iterator[tuple[Otherwise, Consulting | None, Consulting | None]]:
    """List the differences, with our value and theirs; different hours are compared in order."""
    groups: dict[tuple[int, int, date], tuple[dict[Hours, Consulting], dict[Hours, Consulting]]]
    groups = defaultdict(lambda: ({}, {}))
    for side, rows in enumerate((ours, theirs)):
        for row in rows:
            groups[row.clinic, row.doctor, row.day][side][row.hours] = row
    for here, there in groups.values():
        for hours in sorted(here.keys() & there.keys()):
            if here[hours].places != there[hours].places:
                yield Otherwise.PLACES, here[hours], there[hours]
        alone = ([side[key] for key in sorted(side.keys() - other.keys())] for side, other in
                 ((here, there), (there, here)))  # fmt: skip
        for mine, other in zip_longest(*alone):
            what = Otherwise.ONLY_THERE if mine is None else Otherwise.HOURS if other else Otherwise.ONLY_HERE
            yield what, mine, other
