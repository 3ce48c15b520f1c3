"""Who reads a piece of evidence by their role alone: its region's members, and the secretariat everywhere.

Further readers (a panel) are named by a higher room; see ``queries.readable``. What is reserved, such as the single
answers of a survey, is not read by the offices of the region and its verifier.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilar.people.rules import PERMISSIONS, ROLES, Permission, Reach, Standing


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
    """Where ``by`` holds ``read-evidence``. A role held for an office reads in the whole region of that office.

    Who reads and adds in a whole region reads what is reserved there.
    """
    reading = [held for held in by.memberships if Permission.READ_EVIDENCE in PERMISSIONS[held.role]]
    return ReadersReach(
        everywhere=by.unrestricted or any(ROLES[held.role].reach is Reach.NATION for held in reading),
        regions=frozenset(held.region for held in reading if held.region),
        reserved=frozenset(
            held.region
            for held in reading
            if held.region and held.office is None and Permission.ADD_EVIDENCE in PERMISSIONS[held.role]
        ),
    )
