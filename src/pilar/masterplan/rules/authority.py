"""Who may do what with master plans, and when: the one table that an auditor reads.

An action is allowed to who holds one of its roles at its place while the version is in one of the states named.
``tests/masterplan/test_authority.py`` asserts every cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilar.masterplan.rules.stages import BEING_WRITTEN, LAW, ONCE_IN_FORCE, VERSION_NAMES, VersionState
from pilar.people.rules import HeldRole, NotAllowed, NotFound, Role, Standing
from pilar.platform.errors import PilarError
from pilar.platform.language import mark, translate


class Place(StrEnum):
    """Where a role must be held: in the region, or in the office that proposes or carries out."""

    REGION = "region"
    OFFICE = "office"


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
    # The office
    PROPOSE = "propose"
    """Write, hand in and withdraw one's own proposals."""
    REPORT = "report"
    """Tell the progress of one's own programmes, and correct it."""
    # Reading
    READ_PLAN = "read-plan"
    """What is law everybody reads; this is about versions before."""
    READ_PROPOSALS = "read-proposals"
    READ_MEETINGS = "read-meetings"
    READ_REPORTS = "read-reports"
    """The reports themselves, with obstacles and names; figures of a plan in force everybody reads."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Roles, the place they must be held at, and the states of the version; ``None`` means any, or none yet."""

    roles: frozenset[Role]
    place: Place
    states: frozenset[VersionState] | None = None


V = VersionState
COORDINATOR = frozenset({Role.COORDINATOR})
CONTRIBUTOR = frozenset({Role.CONTRIBUTOR})
OVERSEERS = frozenset({Role.SECRETARIAT, Role.COORDINATOR, Role.VERIFIER})

TABLE: dict[Action, Allowed] = {
    Action.START_PLAN: Allowed(COORDINATOR, Place.REGION),
    Action.WRITE_PLAN: Allowed(COORDINATOR, Place.REGION, BEING_WRITTEN),
    Action.MANAGE_BODIES: Allowed(COORDINATOR, Place.REGION),
    Action.CALL_FOR_PROPOSALS: Allowed(COORDINATOR, Place.REGION, frozenset({V.DRAFT})),
    Action.EDIT_PROPOSALS: Allowed(COORDINATOR, Place.REGION, BEING_WRITTEN),
    Action.HOLD_MEETINGS: Allowed(COORDINATOR, Place.REGION, BEING_WRITTEN),
    Action.MOVE_VERSION: Allowed(COORDINATOR, Place.REGION),
    # What the meeting asks back is answered while it runs; new proposals need an open call.
    Action.PROPOSE: Allowed(CONTRIBUTOR, Place.OFFICE, BEING_WRITTEN),
    # A report of the last quarter comes after the end: also of a version that is replaced or expired.
    Action.REPORT: Allowed(CONTRIBUTOR, Place.OFFICE, ONCE_IN_FORCE),
    Action.READ_PLAN: Allowed(OVERSEERS, Place.REGION),
    Action.READ_PROPOSALS: Allowed(OVERSEERS | CONTRIBUTOR, Place.OFFICE),
    Action.READ_MEETINGS: Allowed(OVERSEERS, Place.REGION),
    Action.READ_REPORTS: Allowed(OVERSEERS | CONTRIBUTOR, Place.OFFICE, LAW),
}


@dataclass(frozen=True, slots=True)
class Case:
    """What an action is about: the region, the office of a proposal or programme, and the state of the version."""

    region: str
    office: int | None = None
    state: VersionState | None = None


class WrongState(PilarError):
    """The actor may do this, but not while the version is in its state."""

    code = "wrong-plan-state"
    status = 409
    sentence = mark("This cannot be done while the plan is in the state “%(state)s”")

    def text(self) -> str:
        name = VERSION_NAMES[self.fields["state"]]
        return translate(self.sentence, state=translate(name))


def holds(by: Standing, action: Action, case: Case) -> bool:
    """Whether ``by`` holds a role for ``action`` there, in whatever state the version is."""
    rule = TABLE[action]
    return by.unrestricted or any(
        held.role in rule.roles and _covers(held, rule.place, case) for held in by.memberships
    )


def in_state(action: Action, case: Case) -> bool:
    """Whether the state of the version lets anybody do ``action``."""
    states = TABLE[action].states
    return states is None or case.state in states


def may(by: Standing, action: Action, case: Case) -> bool:
    """Whether ``by`` may do ``action`` there now."""
    return holds(by, action, case) and in_state(action, case)


def require(by: Standing, action: Action, case: Case, *, known: bool) -> None:
    """Raise unless :func:`may`: NotFound for somebody who may not know of the case, NotAllowed without the role,
    :class:`WrongState` with it.

    ``known``: whether the actor may read the case anyway, so that refusing says nothing new.
    """
    if not holds(by, action, case):
        raise NotAllowed if known else NotFound
    if not in_state(action, case):
        assert case.state is not None
        raise WrongState(state=case.state)


def _covers(held: HeldRole, place: Place, case: Case) -> bool:
    if held.role is Role.SECRETARIAT:
        return True
    if held.region != case.region:
        return False
    return place is Place.REGION or held.office is None or held.office == case.office


def offices_of(by: Standing, action: Action, region: str) -> tuple[int, ...] | None:
    """The offices of a region whose cases ``by`` may do ``action`` with: None for all of them."""
    if holds(by, action, Case(region)):
        return None
    rule = TABLE[action]
    return tuple(
        sorted(
            held.office
            for held in by.memberships
            if held.role in rule.roles and held.region == region and held.office is not None
        )
    )
