"""Roles that read evidence without a link to it: its region's members, and the secretariat everywhere.

Further readers (a panel) are named by a higher room; see ``queries.readable``. What is reserved, such as the single
answers of a survey, is not read by the offices of the region and its verifier.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilar.people.authority import Place, extent
from pilar.people.rules import Permission, Standing, roles_with


@dataclass(frozen=True, slots=True)
class ReadersReach:
    """The regions, by code, whose evidence somebody reads; ``everywhere`` is all of them, what is reserved too.

    ``reserved``: those whose reserved evidence is read.
    """

    everywhere: bool = False
    regions: frozenset[str] = frozenset()
    reserved: frozenset[str] = frozenset()

    def covers(self, region: str) -> bool:
        return self.everywhere or region in self.regions


def readers_reach(by: Standing) -> ReadersReach:
    """Return where ``by`` holds ``read-evidence``. A role held for an office reads in the whole region of that office.

    Who reads and adds in a whole region reads what is reserved there.
    """
    reading = extent(by, roles_with(Permission.READ_EVIDENCE), Place.OFFICE)
    adding = extent(by, roles_with(Permission.ADD_EVIDENCE), Place.OFFICE)
    return ReadersReach(reading.everywhere, reading.touched, reading.touched & adding.regions)
