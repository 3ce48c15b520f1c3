"""Permissions on the money of a village: the one table that an auditor reads.

``tests/villagefinance/test_authority.py`` asserts every cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pilar.people.authority import Allowed, Authority, Case, Extent, Place, extent
from pilar.people.rules import AnyRole, HeldRole, Standing
from pilar.villagefinance.rules.budgets import BudgetState as B
from pilar.villagefinance.rules.reports import ReportAct
from pilar.villagefinance.rules.requests import RequestState
from pilar.villagefinance.rules.roles import Role


class Action(StrEnum):
    BEGIN_REGION = "begin-region"
    """Load the charts of a region and open the books of its villages."""
    OPEN_YEAR = "open-year"
    """Carry what a village has into a year of its books."""
    CORRECT = "correct"
    """Reverse what somebody else has booked."""
    NAME_EXECUTORS = "name-executors"
    """Say who carries out the activities of a year."""
    READ_REQUESTS = "read-requests"
    """Read payment requests with their evidence."""
    WRITE_REQUEST = "write-request"
    """Ask for a payment, and account for an advance."""
    CHECK_REQUEST = "check-request"
    """Check what is asked for, and what accounts for an advance."""
    APPROVE_REQUEST = "approve-request"
    PAY = "pay"
    """Pay what is approved, take back the rest of an advance, remit tax."""
    RECEIVE = "receive"
    """Book what comes in, and cash that is moved."""
    KEEP_SUPPLIERS = "keep-suppliers"
    ASK_ACCOUNT = "ask-account"
    """Ask for another number of an account, of the village or of a supplier."""
    CONFIRM_ACCOUNT = "confirm-account"
    READ_ACCOUNTS = "read-accounts"
    CLOSE_MONTH = "close-month"
    ASK_REOPENING = "ask-reopening"
    REOPEN_MONTH = "reopen-month"
    """Open a closed month again, which somebody else has asked for."""
    CLOSE_YEAR = "close-year"
    RECONCILE = "reconcile"
    """Keep statements of the bank and match them with the books."""
    READ_BOOKS = "read-books"
    SET_CEILINGS = "set-ceilings"
    """Say what the region grants its villages of each fund."""
    DRAW_UP = "draw-up"
    """Begin a budget or a change of it, take it back, drop it; keep the plan of the year that it comes from."""
    WRITE_LINES = "write-lines"
    """Say what a budget gives to an activity, item by item."""
    AGREE = "agree"
    """Record that the council agrees a draft, or its correction."""
    SUBMIT = "submit"
    EVALUATE = "evaluate"
    """Evaluate what a village has sent, and cancel what it has not corrected in time."""
    ENACT = "enact"
    PLAN_CASH = "plan-cash"
    """Say in which month a line comes in or goes out (RAK)."""
    CHECK_EXECUTION = "check-dpa"
    """Check the documents of execution (DPA) with the cash plan."""
    APPROVE_EXECUTION = "approve-dpa"
    SEND_REPORT = "send-report"
    """Say that the report of the first semester was sent."""
    MAKE_ACCOUNT = "make-account"
    """Make the account of the year (LPJ)."""
    AGREE_ACCOUNT = "agree-account"
    READ_FLAGS = "read-flags"
    """Of the own village, from the moment they are raised."""
    ANSWER_FLAG = "answer-flag"
    OVERSEE_FLAGS = "oversee-flags"
    """Read those that were answered or were not in time, and rank the villages by them."""
    JUDGE_FLAG = "judge-flag"
    """Close a flag, or mark it as a false alarm."""
    DRAW_SAMPLE = "draw-sample"
    READ_QUESTIONS = "read-questions"
    """Of everybody about the budget of the village."""
    ANSWER_QUESTION = "answer-question"
    PUBLISH = "publish"
    """Say which answered questions and which photographs everybody sees."""


TREASURER, SECRETARY, HEAD = frozenset({Role.TREASURER}), frozenset({Role.SECRETARY}), frozenset({Role.HEAD})
EXECUTOR, COUNCIL, CAMAT = frozenset({Role.EXECUTOR}), frozenset({Role.COUNCIL}), frozenset({Role.CAMAT})
MAKERS = TREASURER | frozenset({Role.EXECUTOR})
AUDITORS = frozenset({Role.INSPECTORATE})
READERS = frozenset({Role.HEAD, Role.SECRETARY, Role.TREASURER, Role.EXECUTOR, Role.COUNCIL})
OVERSEERS = frozenset({Role.CAMAT, Role.VILLAGE_OFFICE, Role.INSPECTORATE})

ACTIVITY = "activity"
"""In the village; an executor only on activities that name them, and on their own requests."""

TABLE: dict[Action, Allowed] = {
    Action.BEGIN_REGION: Allowed(frozenset({Role.VILLAGE_OFFICE}), Place.REGION),
    Action.OPEN_YEAR: Allowed(TREASURER, Place.UNIT),
    Action.CORRECT: Allowed(SECRETARY, Place.UNIT),
    Action.NAME_EXECUTORS: Allowed(SECRETARY, Place.UNIT),
    Action.READ_REQUESTS: Allowed(READERS | OVERSEERS, ACTIVITY),
    Action.WRITE_REQUEST: Allowed(MAKERS, ACTIVITY),
    Action.CHECK_REQUEST: Allowed(SECRETARY, Place.UNIT),
    Action.APPROVE_REQUEST: Allowed(HEAD, Place.UNIT),
    Action.PAY: Allowed(TREASURER, Place.UNIT),
    Action.RECEIVE: Allowed(TREASURER, Place.UNIT),
    Action.KEEP_SUPPLIERS: Allowed(MAKERS, Place.UNIT),
    Action.ASK_ACCOUNT: Allowed(TREASURER, Place.UNIT),
    Action.CONFIRM_ACCOUNT: Allowed(SECRETARY | HEAD, Place.UNIT),
    Action.READ_ACCOUNTS: Allowed(HEAD | SECRETARY | TREASURER | frozenset({Role.INSPECTORATE}), Place.UNIT),
    Action.CLOSE_MONTH: Allowed(TREASURER, Place.UNIT),
    Action.ASK_REOPENING: Allowed(SECRETARY, Place.UNIT),
    Action.REOPEN_MONTH: Allowed(HEAD, Place.UNIT),
    Action.CLOSE_YEAR: Allowed(SECRETARY, Place.UNIT),
    Action.RECONCILE: Allowed(TREASURER | SECRETARY, Place.UNIT),
    Action.READ_BOOKS: Allowed(READERS | OVERSEERS, Place.UNIT),
    Action.SET_CEILINGS: Allowed(frozenset({Role.VILLAGE_OFFICE}), Place.REGION),
    Action.DRAW_UP: Allowed(SECRETARY, Place.UNIT),
    Action.WRITE_LINES: Allowed(SECRETARY | TREASURER | EXECUTOR, Place.UNIT),
    Action.AGREE: Allowed(COUNCIL, Place.UNIT),
    Action.SUBMIT: Allowed(HEAD, Place.UNIT),
    Action.EVALUATE: Allowed(CAMAT, Place.UNIT),
    Action.ENACT: Allowed(HEAD, Place.UNIT),
    Action.PLAN_CASH: Allowed(TREASURER, Place.UNIT),
    Action.CHECK_EXECUTION: Allowed(SECRETARY, Place.UNIT),
    Action.APPROVE_EXECUTION: Allowed(HEAD, Place.UNIT),
    Action.SEND_REPORT: Allowed(HEAD, Place.UNIT),
    Action.MAKE_ACCOUNT: Allowed(SECRETARY, Place.UNIT),
    Action.AGREE_ACCOUNT: Allowed(COUNCIL, Place.UNIT),
    Action.READ_FLAGS: Allowed(HEAD | SECRETARY | TREASURER, Place.UNIT),
    Action.ANSWER_FLAG: Allowed(HEAD | SECRETARY | TREASURER, Place.UNIT),
    Action.OVERSEE_FLAGS: Allowed(AUDITORS, Place.UNIT),
    Action.JUDGE_FLAG: Allowed(AUDITORS, Place.UNIT),
    Action.DRAW_SAMPLE: Allowed(AUDITORS, Place.REGION),
    Action.READ_QUESTIONS: Allowed(HEAD | SECRETARY | MAKERS | COUNCIL, Place.UNIT),
    Action.ANSWER_QUESTION: Allowed(HEAD | SECRETARY | MAKERS, Place.UNIT),
    Action.PUBLISH: Allowed(SECRETARY, Place.UNIT),
}


@dataclass(frozen=True, slots=True)
class ActivityCase(Case):
    """The case of an activity, or of a request for it: the accounts (keys) of the executors it belongs to."""

    executors: frozenset[int] = frozenset()


class VillageAuthority(Authority[Action, Case]):
    """No permission here depends on a state."""

    kinds = ()

    def covers(self, by: Standing, held: HeldRole, place: str, case: Case) -> bool:
        """Return whether a role covers a case; an executor covers the activities that name them."""
        if place != ACTIVITY:
            return super().covers(by, held, place, case)
        own = isinstance(case, ActivityCase) and by.account in case.executors
        return (own or held.role != Role.EXECUTOR) and super().covers(by, held, Place.UNIT, case)

    def extent(self, by: Standing, action: Action) -> Extent:
        """Return the extent of a role: whole villages; for an executor, activities limit it further."""
        rule = self.table[action]
        if rule.place != ACTIVITY:
            return super().extent(by, action)
        return extent(by, rule.roles - EXECUTOR, Place.UNIT)

    def _place(self, role: AnyRole, place: str) -> str:
        return super()._place(role, Place.UNIT if place == ACTIVITY and role != Role.EXECUTOR else place)


AUTHORITY = VillageAuthority(TABLE)

MOVED_BY: dict[B, Action] = {
    B.DRAFT: Action.DRAW_UP,
    B.AGREED: Action.AGREE,
    B.CORRECTED: Action.AGREE,
    B.SUBMITTED: Action.SUBMIT,
    B.EVALUATED: Action.EVALUATE,
    B.RETURNED: Action.EVALUATE,
    B.ENACTED: Action.ENACT,
}
"""The action that brings a version of a budget into a state."""


REPORTED_BY = {
    ReportAct.SENT: Action.SEND_REPORT, ReportAct.MADE: Action.MAKE_ACCOUNT, ReportAct.AGREED: Action.AGREE_ACCOUNT,
}  # fmt: skip


def moved_by(source: StrEnum, target: StrEnum) -> Action | None:
    """Return the action that moves a version of a budget; None for a move that happens by deemed approval."""
    if target == B.DROPPED:
        return Action.EVALUATE if source == B.RETURNED else Action.DRAW_UP
    if target == B.SUBMITTED and source in (B.EVALUATED, B.RETURNED):
        return Action.EVALUATE
    return MOVED_BY.get(B(target))


def case_of(village: str) -> Case:
    """Return the case of a village, by its code."""
    return Case(village[:5], unit=village)


def case_of_own(by: Standing, village: str) -> ActivityCase:
    """Return the case of an activity that names the acting person, whether there is one or not."""
    return ActivityCase(village[:5], unit=village, executors=frozenset({by.account} if by.account else ()))


def action_of(state: str, to: RequestState) -> Action:
    """Return the action needed to bring a payment request from one state to another."""
    match to:
        case RequestState.CHECKED | RequestState.SETTLED:
            return Action.CHECK_REQUEST
        case RequestState.APPROVED:
            return Action.APPROVE_REQUEST
        case RequestState.PAID:
            return Action.PAY
        case RequestState.RETURNED:
            by_state = {RequestState.CHECKED: Action.APPROVE_REQUEST, RequestState.APPROVED: Action.PAY}
            return by_state.get(RequestState(state), Action.CHECK_REQUEST)
        case _:
            return Action.WRITE_REQUEST
