"""The life of a payment request (SPP): from draft to its account, through three pairs of hands.

The conditions of a move are all checked at once; pages show the same reasons next to the buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_
from pilar.platform.lifecycle import Lifecycle, Move

ZERO = Decimal(0)


class RequestKind(StrEnum):
    """Kinds of payment requests (SPP): money in hand, a payment to a supplier, or financing."""

    ADVANCE = "advance"
    DIRECT = "direct"
    FINANCING = "financing"


class ProofKind(StrEnum):
    """Kinds of evidence of a request: the purchase, or the progress of the works."""

    RECEIPT = "receipt"
    PROGRESS = "progress"


class RequestState(StrEnum):
    """States of a payment request, in order."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CHECKED = "checked"
    APPROVED = "approved"
    PAID = "paid"
    SETTLED = "settled"
    CANCELLED = "cancelled"


KIND_NAMES = {
    RequestKind.ADVANCE: N_("Advance (SPP panjar)"),
    RequestKind.DIRECT: N_("Direct payment (SPP definitif)"),
    RequestKind.FINANCING: N_("Financing (SPP pembiayaan)"),
}
PROOF_NAMES = {ProofKind.RECEIPT: N_("Receipt or invoice"), ProofKind.PROGRESS: N_("Progress of the works")}
REQUEST_NAMES = {
    RequestState.DRAFT: N_("Being written"),
    RequestState.SUBMITTED: N_("To be checked by the secretary"),
    RequestState.RETURNED: N_("Returned to the executor"),
    RequestState.CHECKED: N_("To be approved by the head"),
    RequestState.APPROVED: N_("To be paid by the treasurer"),
    RequestState.PAID: N_("Paid, to be accounted for"),
    RequestState.SETTLED: N_("Accounted for"),
    RequestState.CANCELLED: N_("Cancelled"),
}

COMMITTED = frozenset({RequestState.SUBMITTED, RequestState.CHECKED, RequestState.APPROVED})
"""In these states the requested amount is no longer free on its budget line."""
WRITTEN = frozenset({RequestState.DRAFT, RequestState.RETURNED})
"""States in which a request can be changed."""


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """The facts that the moves of a payment request depend on. ``short``: funds that lack money on the day.

    ``over``: by how much budget lines are exceeded; ``late_advances``: earlier advances of the executor that are
    overdue. ``over_plan``: by how much the cash plan is exceeded at the end of a period; ``over_month``: that of the
    months so far, which needs a ``plan_reason``. ``used`` and ``returned``: amounts of an advance covered by evidence,
    and paid back.
    """

    kind: RequestKind
    acting: str
    maker: str
    checker: str = ""
    approver: str = ""
    amount: Decimal = ZERO
    withheld: Decimal = ZERO
    evidence: int = 0
    progress_report: bool = False
    may_spend: bool = False
    """The budget is in force, or the spending is allowed before that."""
    execution_approved: bool = False
    """The DPA of the activity is approved."""
    cash_plan_approved: bool = False
    late_advances: int = 0
    over: Mapping[str, Decimal] = field(default_factory=dict)
    over_plan: Mapping[str, Decimal] = field(default_factory=dict)
    over_month: Mapping[str, Decimal] = field(default_factory=dict)
    plan_reason: str = ""
    short: Mapping[str, Decimal] = field(default_factory=dict)
    used: Decimal = ZERO
    returned: Decimal = ZERO


class RequestElsewhere(PilarError):
    code = "request-elsewhere"
    status = 409
    sentence = N_("This payment request is in another state now. Look at it again")


class ReturnedAlready(RequestElsewhere):
    code = "returned-already"
    sentence = N_("The request is returned already, for another reason. Look at it again")


def asks_something(facts: RequestFacts) -> Fault | None:
    return None if facts.amount > 0 else Fault("nothing-asked", N_("The request asks for nothing yet"))


def budget_allows(facts: RequestFacts) -> Fault | None:
    return None if facts.may_spend else Fault("not-enacted", N_("The budget of the year is not enacted"))


def execution_approved(facts: RequestFacts) -> Fault | None:
    if facts.execution_approved or facts.kind is RequestKind.FINANCING:
        return None
    return Fault("no-dpa", N_("The DPA of the activity is not approved"))


def cash_plan_approved(facts: RequestFacts) -> Fault | None:
    return None if facts.cash_plan_approved else Fault("no-rak", N_("The cash plan (RAK) is not approved"))


def within_lines(facts: RequestFacts) -> Fault | None:
    return _beyond("line-exceeded", N_("Lines are exceeded by Rp%(amount)s: %(lines)s"), facts.over)


def within_plan(facts: RequestFacts) -> Fault | None:
    sentence = N_("The cash plan (RAK) gives Rp%(amount)s less by the end of the period: %(lines)s")
    return None if facts.over else _beyond("plan-exceeded", sentence, facts.over_plan)


def month_explained(facts: RequestFacts) -> Fault | None:
    if facts.plan_reason or facts.over or facts.over_plan:
        return None
    sentence = N_("Rp%(amount)s is more than the cash plan (RAK) of the months so far: say why (%(lines)s)")
    return _beyond("month-exceeded", sentence, facts.over_month)


def _beyond(code: str, sentence: str, over: Mapping[str, Decimal]) -> Fault | None:
    fields = {"amount": sum(over.values(), ZERO), "lines": tuple(sorted(over))}
    return Fault(code, sentence, fields) if over else None


def advances_settled(facts: RequestFacts) -> Fault | None:
    if facts.kind is not RequestKind.ADVANCE or not facts.late_advances:
        return None
    sentence = N_("%(count)s earlier advances are past their day: account for them first")
    return Fault("late-advance", sentence, {"count": facts.late_advances})


def evidence_there(facts: RequestFacts) -> Fault | None:
    if facts.evidence or facts.kind is RequestKind.ADVANCE:
        return None
    return Fault("no-evidence", N_("Photograph or attach the evidence"))


def progress_reported(facts: RequestFacts) -> Fault | None:
    if facts.progress_report or facts.kind is RequestKind.FINANCING:
        return None
    return Fault("no-progress-report", N_("The progress report of the activity is missing"))


def tax_fits(facts: RequestFacts) -> Fault | None:
    if ZERO <= facts.withheld <= facts.amount:
        return None
    return Fault("tax-beyond", N_("More tax is withheld than is paid"))


def another_checks(facts: RequestFacts) -> Fault | None:
    if facts.acting != facts.maker:
        return None
    return Fault("own-request", N_("Who made the request does not check it"))


def another_approves(facts: RequestFacts) -> Fault | None:
    if facts.acting not in (facts.maker, facts.checker):
        return None
    return Fault("own-request", N_("Who made or checked the request does not approve it"))


def money_there(facts: RequestFacts) -> Fault | None:
    if not facts.short:
        return None
    sentence = N_("Rp%(amount)s is missing in the money of %(funds)s")
    fields = {"amount": sum(facts.short.values(), ZERO), "funds": tuple(sorted(facts.short))}
    return Fault("money-short", sentence, fields)


def accounts_whole(facts: RequestFacts) -> Fault | None:
    if facts.used + facts.returned == facts.amount:
        return None
    sentence = N_("Rp%(used)s by evidence and Rp%(returned)s given back are not the Rp%(amount)s that were paid")
    fields = {"used": facts.used, "returned": facts.returned, "amount": facts.amount}
    return Fault("account-differs", sentence, fields)


def account_has_evidence(facts: RequestFacts) -> Fault | None:
    if facts.evidence or not facts.used:
        return None
    return Fault("no-evidence", N_("Photograph or attach the evidence"))


_SUBMITTING = (
    asks_something, budget_allows, execution_approved, cash_plan_approved, within_lines, within_plan, month_explained,
    advances_settled, evidence_there, progress_reported, tax_fits,
)  # fmt: skip
_STILL = (budget_allows, within_lines, within_plan, month_explained)
"""Checked again at each step, because other requests spend in the meantime."""

R = RequestState
REQUESTS: Lifecycle[RequestState, RequestFacts] = Lifecycle(
    lambda _source, _target: RequestElsewhere(),
    Move(R.DRAFT, R.SUBMITTED, N_("Send"), _SUBMITTING),
    Move(R.RETURNED, R.SUBMITTED, N_("Send again"), _SUBMITTING),
    Move(R.SUBMITTED, R.CHECKED, N_("Confirm the check"), (*_STILL, another_checks)),
    Move(R.SUBMITTED, R.RETURNED, N_("Return")),
    Move(R.CHECKED, R.APPROVED, N_("Approve"), (*_STILL, another_approves)),
    Move(R.CHECKED, R.RETURNED, N_("Return")),
    Move(R.APPROVED, R.PAID, N_("Pay"), (*_STILL, money_there, tax_fits)),
    Move(R.APPROVED, R.RETURNED, N_("Return")),
    Move(R.PAID, R.SETTLED, N_("Account for it"), (accounts_whole, account_has_evidence)),
    Move(R.PAID, R.CANCELLED, made_by="reverse"),
    Move(R.SETTLED, R.CANCELLED, made_by="reverse"),
    Move(R.SETTLED, R.PAID, made_by="reverse"),
    Move(R.DRAFT, R.CANCELLED, N_("Cancel the request")),
    Move(R.RETURNED, R.CANCELLED, N_("Cancel the request")),
    Move(R.SUBMITTED, R.CANCELLED, N_("Cancel the request")),
    Move(R.CHECKED, R.CANCELLED, N_("Cancel the request")),
    Move(R.APPROVED, R.CANCELLED, N_("Cancel the request")),
)
