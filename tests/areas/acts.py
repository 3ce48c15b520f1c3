"""Every operation on areas, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from kit.acts import Acts, Call
from kit.neighbours import OTHER, OWN, Neighbour, own
from pilar.areas import operations as do
from pilar.areas.models import Holiday, Office
from pilar.areas.operations import GivenDecree
from pilar.areas.rules import FigureKind, GivenFigure
from pilar.people.rules import OPERATOR, PUBLIC, HeldRole, Role, Standing
from pilar.platform.actors import Actor

STANDINGS = {
    "coordinator": Standing(Actor("user", "1", "Siti"), (HeldRole(Role.COORDINATOR, OWN),)),
    "secretariat": Standing(Actor("user", "3", "Rudi"), (HeldRole(Role.SECRETARIAT, None),)),
    "neighbour": Standing(Actor("user", "2", "Budi"), (HeldRole(Role.COORDINATOR, OTHER),)),
    "public": PUBLIC,
}
DAY = date(2026, 10, 13)
LOCAL = GivenDecree("Perbup 1/2026", date(2026, 1, 5), "https://contoh.invalid", OWN)
LATER = GivenDecree("Perbup 2/2026", date(2026, 2, 5), "https://contoh.invalid", OWN)

PEOPLE = GivenFigure(OWN, FigureKind.POPULATION, 2023, Decimal(1000), "Uji", "https://contoh.invalid")


@dataclass
class Offices:
    """An office of two regions each."""

    neighbour: Neighbour | None = None

    def who(self, name: str) -> Standing:
        return STANDINGS[name]

    @property
    def office(self) -> int:
        return own(Office).get(name="Bappeda").pk


def found_offices() -> Offices:
    for region in (OWN, OTHER):
        do.add_office(by=OPERATOR, region=region, name="Bappeda")
    do.load_holidays(by=OPERATOR)
    return Offices(Neighbour(OTHER, ("areas",)))


CALLS: Mapping[str, Call] = {
    "add_office": lambda _w, by: do.add_office(by=by, region=OWN, name="Dinas Kesehatan"),
    "rename_office": lambda w, by: do.rename_office(by=by, office=w.office, name="Bappeda", abbreviation="BPD"),
    "add_holiday": lambda _w, by: do.add_holiday(by=by, decree=LOCAL, day=DAY, name="Hari jadi"),
    "take_back_holiday": lambda _w, by: do.take_back_holiday(
        by=by, holiday=Holiday.objects.get(decree__area=OWN).pk, decree=LATER
    ),
    "record_figures": lambda _w, by: do.record_figures(by=by, figures=[PEOPLE], now=timezone.now()),
    "close_office": lambda w, by: do.close_office(by=by, office=w.office, now=timezone.now()),
}

LEFT = """
operation | who | audit | rows
add_office | coordinator | add areas.office | office+1
rename_office | coordinator | rename areas.office | office~1
close_office | coordinator | close areas.office | office~1
add_holiday | coordinator | add areas.holiday | decree+1 holiday+1
record_figures | secretariat | record areas.region-figure | regionfigure+1
take_back_holiday | coordinator | take-back areas.holiday | decree+1 holiday~1
"""


def _celebrated(_world: Offices) -> None:
    do.add_holiday(by=OPERATOR, decree=LOCAL, day=DAY, name="Hari jadi")


ACTS = Acts("areas", CALLS, LEFT, before={"take_back_holiday": _celebrated})
LOADED = "loads reference data of the whole country: tests/areas/test_loading.py, test_holidays.py"
EXEMPT = {"load_areas": LOADED, "load_holidays": LOADED}
