"""Permission table of cases: a single table for auditors, and the rights of applicants.

``tests/permits/test_authority.py`` asserts every cell. Rules that do not fit into a table of roles follow it: a stage
is done by the role and office that the service names, never by somebody who did a stage that requires another person
(four eyes), and nobody handles their own case or that of a declared relative.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from pilar.people import authority
from pilar.people.authority import Allowed, Authority, Place
from pilar.people.rules import HeldRole, Standing
from pilar.permits.rules.cases import APPLICANTS_TURN, CLOSED, OPEN, STATE_NAMES, CaseState
from pilar.permits.rules.roles import Role
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

S = CaseState


class Action(StrEnum):
    READ = "read"
    """See a case with its documents and its applicant."""
    FILE = "file"
    """Write an application for somebody at the counter, correct it, withdraw it."""
    CHECK = "check"
    """Check whether documents and answers are complete."""
    RECOMMEND = "recommend"
    VISIT = "visit"
    LEVY = "levy"
    DECIDE = "decide"
    SIGN = "sign"
    TAKE = "take"
    """Take a stage."""
    SEND_BACK = "send-back"
    STOP = "stop"
    RESUME = "resume"
    ESCALATE = "escalate"
    """Notify the head that a case will be late."""
    LAPSE = "lapse"
    """Close a case whose applicant did not continue in time."""
    WRITE = "write"
    """Write to the applicant, and arrange to meet them."""
    OBJECTION = "objection"
    """Answer an objection to what somebody else decided."""
    DELEGATE = "delegate"
    """Name deputies for absent officers."""
    READ_AROUND = "read-around"
    """Read letters, reported investment, the mirror of the OSS, the quarterly report, and the subscribed systems."""
    ANSWER_LETTER = "answer-letter"
    ANSWER_ESCALATED = "answer-escalated"
    """Answer escalated letters."""
    KEEP_INVESTMENT = "keep-investment"
    """Maintain areas for investment, reports of businesses, and OSS data."""
    REPORT = "report"
    """Confirm quarterly entries made by somebody else, and write notes in the quarterly report."""
    KEEP_SYSTEMS = "keep-systems"
    """Maintain the subscribed systems of the region."""
    EDIT_SERVICE = "edit-service"
    """Write versions of services and propose them."""
    PUBLISH_SERVICE = "publish-service"
    """Publish a version proposed by somebody else, return it, or withdraw it."""
    STUDY = "study"
    """Analyse how cases pass through the desks, and which will miss their limit."""
    REGISTER = "register"
    """Suspend, revoke and amend permits."""
    TREASURY = "treasury"
    """Store bank reports, match payments, and set the payment code."""


FRONT, BACK, TREASURY, HEAD = ({role} for role in (Role.FRONT, Role.BACK, Role.TREASURY, Role.HEAD))
TECHNICAL, SURVEYOR = {Role.TECHNICAL}, {Role.SURVEYOR}
DESK = FRONT | BACK | HEAD
OFFICERS = DESK | TREASURY | TECHNICAL | SURVEYOR
RUNNING = frozenset({S.RUNNING})

TABLE: dict[Action, Allowed] = {
    Action.READ: Allowed(frozenset(OFFICERS | {Role.INSPECTORATE}), Place.OFFICE),
    Action.FILE: Allowed(frozenset(FRONT), Place.REGION, frozenset({S.SUBMITTED, S.RUNNING}) | APPLICANTS_TURN),
    Action.CHECK: Allowed(frozenset(FRONT), Place.REGION, frozenset({S.SUBMITTED, S.RUNNING})),
    Action.RECOMMEND: Allowed(frozenset(TECHNICAL | BACK), Place.OFFICE, RUNNING),
    Action.VISIT: Allowed(frozenset(SURVEYOR | TECHNICAL), Place.OFFICE, RUNNING),
    Action.LEVY: Allowed(frozenset(TREASURY), Place.REGION, frozenset({S.RUNNING, S.PAYING})),
    Action.DECIDE: Allowed(frozenset(BACK | HEAD), Place.REGION, RUNNING),
    Action.SIGN: Allowed(frozenset(HEAD), Place.REGION, RUNNING),
    Action.TAKE: Allowed(frozenset(OFFICERS), Place.OFFICE, frozenset({S.SUBMITTED, S.RUNNING, S.WAITING, S.PAYING})),
    Action.SEND_BACK: Allowed(frozenset(BACK | HEAD | TREASURY | TECHNICAL | SURVEYOR), Place.OFFICE, RUNNING),
    Action.STOP: Allowed(frozenset(DESK | TECHNICAL | SURVEYOR), Place.OFFICE, RUNNING),
    Action.RESUME: Allowed(frozenset(DESK | TECHNICAL | SURVEYOR), Place.OFFICE, frozenset({S.WAITING})),
    Action.ESCALATE: Allowed(frozenset(OFFICERS), Place.OFFICE, frozenset({S.RUNNING, S.WAITING, S.PAYING})),
    Action.LAPSE: Allowed(frozenset(DESK), Place.REGION, frozenset({S.RETURNED, S.PAYING})),
    Action.WRITE: Allowed(frozenset(OFFICERS), Place.OFFICE, OPEN),
    Action.OBJECTION: Allowed(frozenset(BACK | HEAD), Place.REGION),
    Action.DELEGATE: Allowed(frozenset(HEAD), Place.REGION),
    Action.READ_AROUND: Allowed(frozenset(DESK | {Role.EDITOR, Role.INSPECTORATE}), Place.REGION),
    Action.ANSWER_LETTER: Allowed(frozenset(DESK), Place.REGION),
    Action.ANSWER_ESCALATED: Allowed(frozenset(HEAD), Place.REGION),
    Action.KEEP_INVESTMENT: Allowed(frozenset(FRONT | BACK), Place.REGION),
    Action.REPORT: Allowed(frozenset(BACK | HEAD), Place.REGION),
    Action.KEEP_SYSTEMS: Allowed(frozenset(HEAD | {Role.EDITOR}), Place.REGION),
    Action.EDIT_SERVICE: Allowed(frozenset({Role.EDITOR}), Place.REGION),
    Action.PUBLISH_SERVICE: Allowed(frozenset(HEAD | {Role.EDITOR}), Place.REGION),
    Action.STUDY: Allowed(frozenset(HEAD | {Role.EDITOR, Role.INSPECTORATE}), Place.REGION),
    Action.REGISTER: Allowed(frozenset(HEAD), Place.REGION),
    Action.TREASURY: Allowed(frozenset(TREASURY), Place.REGION),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case(authority.Case):
    """``offices``: keys of the offices with a stage of the case."""

    offices: frozenset[int] = frozenset()


class WrongState(authority.WrongState):
    code = "case-state"
    sentence = N_("This cannot be done while the application is in the state “%(state)s”")
    names = STATE_NAMES


class PermitsAuthority(Authority[Action, Case]):
    """A technical office reaches the cases that have a stage of its own."""

    def covers(self, by: Standing, held: HeldRole, place: str, case: Case) -> bool:
        if place == Place.OFFICE and held.office is not None:
            return held.region == case.region and held.office in case.offices
        return super().covers(by, held, place, case)


AUTHORITY = PermitsAuthority(TABLE, WrongState)

BY_KIND: dict[str, Action] = {
    "check": Action.CHECK, "recommend": Action.RECOMMEND, "visit": Action.VISIT, "levy": Action.LEVY,
    "decide": Action.DECIDE, "sign": Action.SIGN,
}  # fmt: skip
"""The permission needed for each kind of stage."""


class Right(StrEnum):
    """An act of applicants on their own case."""

    CHANGE = "change"
    """Change answers and documents; while the clock is stopped, only requested answers."""
    SUBMIT = "submit"
    ANSWER = "answer"
    """Hand in what was requested while the clock is stopped."""
    WITHDRAW = "withdraw"
    TRANSFER = "transfer"
    WRITE = "write"
    OBJECT = "object"
    SIGN_MINUTES = "sign-minutes"
    """Sign the minutes of a visit with one's own account."""


RIGHTS: dict[Right, frozenset[CaseState]] = {
    Right.CHANGE: frozenset({S.DRAFT, S.RETURNED, S.WAITING}),
    Right.SUBMIT: frozenset({S.DRAFT, S.RETURNED}),
    Right.ANSWER: frozenset({S.WAITING}),
    Right.WITHDRAW: frozenset({*CaseState}) - CLOSED - {S.SIGNING},
    Right.TRANSFER: frozenset({S.DRAFT}) | OPEN,
    Right.WRITE: OPEN,
    Right.SIGN_MINUTES: frozenset({S.RUNNING, S.WAITING, S.PAYING, S.SIGNING}),
    Right.OBJECT: frozenset({S.RUNNING, S.WAITING, S.PAYING, S.SIGNING, S.ISSUED, S.REFUSED}),
}


class OwnCase(PilarError):
    code = "own-case"
    status = 403
    sentence = N_("Nobody handles a case of their own or of a relative. A colleague has to do it")


class SameEyes(PilarError):
    code = "four-eyes"
    status = 403
    sentence = N_("You did “%(stage)s” of this case, so somebody else has to do this stage")


class NotYourStage(PilarError):
    code = "not-your-stage"
    status = 403
    sentence = N_("This stage is done by another desk")


class Taken(PilarError):
    code = "stage-taken"
    status = 409
    sentence = N_("A colleague has taken this stage")


def require_stage(
    by: Standing,
    *,
    region: str,
    role: str,
    office: int | None,
    hands: Collection[int],
    apart: Collection[tuple[str, str]],
) -> None:
    """Raise unless ``by`` may do a stage: holds its ``role`` there, and did none of the stages that require another
    person (``apart``: the name of each and who did it), and nobody else has taken it (``hands``)."""
    if not by.unrestricted and not any(
        held.role == role and held.region == region and (office is None or held.office in (None, office))
        for held in by.memberships
    ):
        raise NotYourStage
    for stage, who in apart:
        if who == by.signature:
            raise SameEyes(stage=stage)
    if hands and by.account not in hands:
        raise Taken
