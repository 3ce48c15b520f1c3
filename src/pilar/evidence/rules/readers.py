"""Who reads a piece of evidence by their role alone: its region's members, and the secretariat everywhere.

Further readers (a panel) are named by a higher room; see ``queries.readable``.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilar.people.rules import PERMISSIONS, ROLES, Permission, Reach, Standing


@dataclass(frozen=True, slots=True)
class ReadersReach:
    """The regions, by code, whose evidence somebody reads; ``everywhere`` is all of them."""

    everywhere: bool = False
    regions: frozenset[str] = frozenset()

    def covers(self, region: str) -> bool:
        return self.everywhere or region in self.regions


def readers_reach(by: Standing) -> ReadersReach:
    """Where ``by`` holds ``read-evidence``. A role held for an office reads in the whole region of that office."""
    reading = [held for held in by.memberships if Permission.READ_EVIDENCE in PERMISSIONS[held.role]]
    return ReadersReach(
        everywhere=by.unrestricted or any(ROLES[held.role].reach is Reach.NATION for held in reading),
        regions=frozenset(held.region for held in reading if held.region),
    )
