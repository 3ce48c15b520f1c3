"""Every operation on areas, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from kit.acts import Acts, Call
from kit.neighbours import OTHER, OWN, Neighbour, own
from pilar.areas import operations as do
from pilar.areas.models import Office
from pilar.people.rules import OPERATOR, PUBLIC, HeldRole, Role, Standing
from pilar.platform.actors import Actor

STANDINGS = {
    "coordinator": Standing(Actor("user", "1", "Siti"), (HeldRole(Role.COORDINATOR, OWN),)),
    "neighbour": Standing(Actor("user", "2", "Budi"), (HeldRole(Role.COORDINATOR, OTHER),)),
    "public": PUBLIC,
}


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
    return Offices(Neighbour(OTHER, ("areas",)))


CALLS: Mapping[str, Call] = {
    "add_office": lambda _w, by: do.add_office(by=by, region=OWN, name="Dinas Kesehatan"),
    "rename_office": lambda w, by: do.rename_office(by=by, office=w.office, name="Bappeda", abbreviation="BPD"),
    "close_office": lambda w, by: do.close_office(by=by, office=w.office, now=timezone.now()),
}

LEFT = """
operation | who | audit | rows
add_office | coordinator | add areas.office | office+1
rename_office | coordinator | rename areas.office | office~1
close_office | coordinator | close areas.office | office~1
"""

ACTS = Acts("areas", CALLS, LEFT)
LOADED = "loads reference data of the whole country: tests/areas/test_loading.py, test_holidays.py"
EXEMPT = {"load_areas": LOADED, "load_holidays": LOADED}
