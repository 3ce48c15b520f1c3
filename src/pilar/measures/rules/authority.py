"""Permission table of measured figures: the one table that an auditor reads.

An action is allowed to the person who holds one of its roles at its place, and to a source system where the table says
so. ``tests/measures/test_authority.py`` asserts every cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilar.people import authority
from pilar.people.authority import Place
from pilar.people.rules import OVERSEERS, Role, Standing


class Action(StrEnum):
    MANAGE_MEASURES = "manage-measures"
    """Define, revise and close measures, and say who answers for them and whether the public reads them."""
    MANAGE_SOURCES = "manage-sources"
    """Add source systems, shut them off, issue and revoke their tokens."""
    REPORT = "report"
    CORRECT = "correct"
    READ = "read"
    """Read measures that are not public; what is public everybody reads."""


@dataclass(frozen=True, slots=True)
class Allowed(authority.Allowed):
    """``sources`` says whether a source may, with its own measures."""

    sources: bool = False


COORDINATOR = frozenset({Role.COORDINATOR})
CONTRIBUTOR = frozenset({Role.CONTRIBUTOR})
READERS = OVERSEERS | CONTRIBUTOR

TABLE: dict[Action, Allowed] = {
    Action.MANAGE_MEASURES: Allowed(COORDINATOR, Place.REGION),
    Action.MANAGE_SOURCES: Allowed(COORDINATOR, Place.REGION),
    # Who sets the bounds of what is plausible does not report: the coordinator asks the office.
    Action.REPORT: Allowed(CONTRIBUTOR, Place.OFFICE, sources=True),
    Action.CORRECT: Allowed(CONTRIBUTOR, Place.OFFICE, sources=True),
    # A panel's assessors read through the hook that a higher room fills, see ``queries.scoping``.
    Action.READ: Allowed(READERS, Place.REGION, sources=True),
}


@dataclass(frozen=True, slots=True)
class SourceStanding(Standing):
    """A source system that acts by one of its tokens: no role, its own measures only."""

    source: int = 0
    region: str = ""


@dataclass(frozen=True, slots=True)
class Case(authority.Case):
    """The subject of an action: the region, and of a measure its office and its source.

    ``built_in``: the source is a part of Pilar, which alone reports and corrects.
    """

    source: int | None = None
    built_in: bool = False


class Authority(authority.Authority[Action, Case]):
    kinds = ()

    def holds(self, by: Standing, action: Action, case: Case) -> bool:
        if isinstance(by, SourceStanding):
            return TABLE[action].sources and by.region == case.region and by.source == case.source
        if case.built_in and action in (Action.REPORT, Action.CORRECT):
            return False
        return super().holds(by, action, case)


AUTHORITY = Authority(TABLE)
may, require = AUTHORITY.may, AUTHORITY.require


def reports_in(by: Standing, region: str) -> bool:
    """Return whether there can be measures of the region that ``by`` reports.

    A report has an author: the console of the server, which is nobody, reports nothing.
    """
    if isinstance(by, SourceStanding):
        return by.region == region
    return by.account is not None and region in AUTHORITY.extent(by, Action.REPORT).touched
