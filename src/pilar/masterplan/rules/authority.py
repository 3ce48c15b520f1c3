"""Permissions on master plans, by state: the one table that an auditor reads.

An action is allowed to holders of one of its roles at its place while the version is in one of the named states.
``tests/masterplan/test_authority.py`` asserts every cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilar.masterplan.rules.stages import BEING_WRITTEN, LAW, ONCE_IN_FORCE, VERSION_NAMES, VersionState
from pilar.people import authority
from pilar.people.authority import Allowed, Authority, Place
from pilar.people.rules import OVERSEERS, Role, Standing
from pilar.platform.language import N_


class Action(StrEnum):
    # The secretariat of the region's smart-city work, which is its coordinator
    START_PLAN = "start-plan"
    """Begin a plan of the region, or the next version of one."""
    WRITE_PLAN = "write-plan"
    """Vision, missions, analysis, strategies, and the years' texts of a version."""
    MANAGE_BODIES = "manage-bodies"
    """Council, executing team and forum, with members and decrees."""
    CALL_FOR_PROPOSALS = "call-for-proposals"
    EDIT_PROPOSALS = "edit-proposals"
    """Ask back, merge and import the proposals of all offices."""
    HOLD_MEETINGS = "hold-meetings"
    """Workshops and the coordination meeting: attendance, decisions, minutes."""
    MOVE_VERSION = "move-version"
    """Legal review, decree, force, expiry; what must hold says ``rules.stages``."""
    TAKE_OVER = "take-over"
    """Of a plan that ran before it was kept here: since when it owes reports, and what was reported before."""
    # The office
    PROPOSE = "propose"
    """Write, hand in and withdraw one's own proposals."""
    REPORT = "report"
    """Tell the progress of one's own programmes, and correct it."""
    REPORT_FOR = "report-for"
    """Report for an office that cannot, or correct what it reported; marked as done on its behalf."""
    # Reading
    READ_PLAN = "read-plan"
    """What is law everybody reads; this is about versions before."""
    READ_PROPOSALS = "read-proposals"
    READ_MEETINGS = "read-meetings"
    READ_MINUTES = "read-minutes"
    """Of a meeting that is over; those of one that runs are of anyone who reads meetings."""
    READ_REPORTS = "read-reports"
    """The reports themselves, with obstacles and names; figures of a plan in force everybody reads."""


V = VersionState
COORDINATOR = frozenset({Role.COORDINATOR})
CONTRIBUTOR = frozenset({Role.CONTRIBUTOR})

TABLE: dict[Action, Allowed] = {
    Action.START_PLAN: Allowed(COORDINATOR, Place.REGION),
    Action.WRITE_PLAN: Allowed(COORDINATOR, Place.REGION, BEING_WRITTEN),
    Action.MANAGE_BODIES: Allowed(COORDINATOR, Place.REGION),
    Action.CALL_FOR_PROPOSALS: Allowed(COORDINATOR, Place.REGION, frozenset({V.DRAFT})),
    Action.EDIT_PROPOSALS: Allowed(COORDINATOR, Place.REGION, BEING_WRITTEN),
    Action.HOLD_MEETINGS: Allowed(COORDINATOR, Place.REGION, BEING_WRITTEN),
    Action.MOVE_VERSION: Allowed(COORDINATOR, Place.REGION),
    Action.TAKE_OVER: Allowed(COORDINATOR, Place.REGION),
    # The meeting's questions are answered while it runs; new proposals need an open call.
    Action.PROPOSE: Allowed(CONTRIBUTOR, Place.OFFICE, BEING_WRITTEN),
    # The report of the last quarter comes after the end: also for a version that is replaced or expired.
    Action.REPORT: Allowed(CONTRIBUTOR, Place.OFFICE, ONCE_IN_FORCE),
    Action.REPORT_FOR: Allowed(COORDINATOR, Place.REGION, ONCE_IN_FORCE),
    Action.READ_PLAN: Allowed(OVERSEERS, Place.REGION),
    Action.READ_PROPOSALS: Allowed(OVERSEERS | CONTRIBUTOR, Place.OFFICE),
    Action.READ_MEETINGS: Allowed(OVERSEERS, Place.REGION),
    Action.READ_MINUTES: Allowed(OVERSEERS | CONTRIBUTOR, Place.OFFICE),
    Action.READ_REPORTS: Allowed(OVERSEERS | CONTRIBUTOR, Place.OFFICE, LAW),
}


@dataclass(frozen=True, slots=True)
class Case(authority.Case):
    """The matter of an action: the region, the office of a proposal or programme, and the state of the version."""

    state: VersionState | None = None


class WrongState(authority.WrongState):
    """The actor may do this, but not while the version is in its state."""

    code = "wrong-plan-state"
    sentence = N_("This cannot be done while the plan is in the state “%(state)s”")
    names = VERSION_NAMES


AUTHORITY: Authority[Action, Case] = Authority(TABLE, WrongState)
holds, in_state, may, require = AUTHORITY.holds, AUTHORITY.in_state, AUTHORITY.may, AUTHORITY.require
offices_of = AUTHORITY.offices


def reports_for(by: Standing, case: Case) -> bool:
    """Return whether somebody reports on behalf of the office of a case instead of for their own; raises NotAllowed if
    they do neither. A version in force is public, so refusing reveals nothing."""
    if not may(by, Action.REPORT, case) and may(by, Action.REPORT_FOR, case):
        return True
    require(by, Action.REPORT, case, known=True)
    return False


def works_for(by: Standing, region: str) -> bool:
    """Return whether somebody works with the plans of a region: oversees them, or proposes for an office."""
    return holds(by, Action.READ_PLAN, Case(region)) or offices_of(by, Action.READ_PROPOSALS, region) != ()
