"""Steps of budgets, each with its page "check before you …"."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pilar.design.final_acts import Remark
from pilar.design.forms import FaultsForm, posted
from pilar.people.rules import Standing
from pilar.people.views import answer
from pilar.platform.language import N_
from pilar.platform.tables import Percent
from pilar.villagefinance import operations
from pilar.villagefinance.forms.budgets import (
    EnactForm,
    EvaluationForm,
    LetterForm,
    MinutesForm,
    ReasonForm,
    ShiftForm,
    ToldForm,
)
from pilar.villagefinance.pages.frame import GIVEN, ShownCheck, address, drawn_again
from pilar.villagefinance.pages.steps import Seen, Step, take
from pilar.villagefinance.queries import budgets as queries
from pilar.villagefinance.queries.budgets import BudgetDetail
from pilar.villagefinance.queries.versions import VersionRow
from pilar.villagefinance.rules.authority import AUTHORITY, Action, moved_by
from pilar.villagefinance.rules.budgets import BudgetElsewhere, BudgetState, lifecycle_of
from pilar.villagefinance.rules.evaluation import Sheet

B = BudgetState
SHARE = "operational_share"


@dataclass(frozen=True, slots=True)
class Move:
    """A step that brings a version into a state. ``sheet``: the page also shows the evaluation."""

    step: Step
    target: BudgetState
    reached: Callable[[VersionRow], object]
    sheet: bool = True
    action: Action | None = None
    """The permission that the step needs, where the lifecycle does not give it."""


@dataclass(frozen=True, slots=True)
class Note:
    """A step without a change of state: the permission it needs, when it can be taken, when it was."""

    step: Step
    action: Action
    ready: Callable[[VersionRow], object]
    reached: Callable[[VersionRow], object]
    planned: bool = False
    """The cash plan must add up first."""


STEPS: dict[str, Move | Note] = {
    "agree": Move(
        Step(
            operations.agree_budget, N_("Check before you record the council's agreement"),
            N_("Record the agreement"), N_("The council's agreement is on record"),
            (
                N_("The draft can only be changed again after the secretary has taken it back."),
                N_("The head sends it to the camat next."),
            ),
            MinutesForm, final=False,
        ),
        B.AGREED, lambda row: (step := row.step(B.AGREED, B.CORRECTED)) and row.state.value == step.act,
    ),
    "take-back": Move(
        Step(
            operations.take_back_budget, N_("Check before you take the budget back"), N_("Take it back into draft"),
            N_("The budget is a draft again"),
            (
                N_("It can be changed again; the council has to agree it again."),
                N_("What was evaluated goes to the camat again."),
            ),
            ReasonForm, final=False,
        ),
        B.DRAFT, lambda row: row.state is B.DRAFT and row.steps, sheet=False,
    ),
    "submit": Move(
        Step(
            operations.submit_budget, N_("Check before you send the budget to the camat"), N_("Send to the camat"),
            N_("The budget is with the camat"),
            (
                N_("The time of the camat runs from today; without an answer in time the budget may be enacted."),
                N_("It cannot be changed while it is there."),
            ),
            LetterForm,
        ),
        B.SUBMITTED, lambda row: row.state is B.SUBMITTED,
    ),
    "evaluate": Move(
        Step(
            operations.evaluate_budget, N_("Check before you give the result of the evaluation"),
            N_("Give the result"), N_("The result of the evaluation is given"),
            (
                N_("The sheet below is kept as it stands, each rule with its version."),
                N_("A budget that is fit may be enacted; the time to correct another one runs from today."),
            ),
            EvaluationForm,
        ),
        B.RETURNED, lambda row: row.state in (B.EVALUATED, B.RETURNED),
    ),
    "retract": Move(
        Step(
            operations.retract_evaluation, N_("Check before you take the result back"), N_("Take the result back"),
            N_("The budget is with the camat again"),
            (
                N_("What was given stays among the steps with your reason, and the village is told."),
                N_("Your time goes on running: without another result in time the budget may be enacted."),
            ),
            ReasonForm, final=False,
        ),
        B.SUBMITTED, lambda row: row.retracted, sheet=False, action=Action.EVALUATE,
    ),
    "enact": Move(
        Step(
            operations.enact_budget, N_("Check before you enact the budget"), N_("Enact"),
            N_("The budget is enacted"),
            (
                N_("From the day of the regulation on, money is promised and paid by these lines alone."),
                N_("An enacted budget never changes: a change is a version of its own."),
            ),
            EnactForm,
        ),
        B.ENACTED, lambda row: row.enacted,
    ),
    "drop": Move(
        Step(
            operations.drop_budget, N_("Check before you drop the draft"), N_("Drop the draft"),
            N_("The draft is dropped"), (N_("It stays to be read, and nothing comes of it."),), ReasonForm,
        ),
        B.DROPPED, lambda row: row.state is B.DROPPED, sheet=False,
    ),
    "tell-council": Note(
        Step(
            operations.tell_council, N_("Check before you record that the council was told"), N_("Record it"),
            N_("It is on record that the council was told"), (N_("The head may enact it after that."),),
            ToldForm, final=False,
        ),
        Action.DRAW_UP, lambda row: row.by_head and row.state is B.DRAFT, lambda row: row.told_council,
    ),
    "check-execution": Note(
        Step(
            operations.check_execution, N_("Check before you confirm the DPA"), N_("Confirm the check"),
            N_("The DPA is checked"),
            (N_("The head may approve it after that; the cash plan does not change any more."),), final=False,
        ),
        Action.CHECK_EXECUTION, lambda row: row.enacted, lambda row: row.checked, planned=True,
    ),
    "return-execution": Note(
        Step(
            operations.return_execution, N_("Check before you give the DPA back"), N_("Give the DPA back"),
            N_("The DPA is given back"),
            (
                N_("The treasurer may change the cash plan, and the secretary checks it again."),
                N_("Until you approve it again, nobody sends a payment request."),
            ),
            ReasonForm, final=False,
        ),
        Action.APPROVE_EXECUTION, lambda row: row.checked, lambda row: row.given_back,
    ),
    "approve-execution": Note(
        Step(
            operations.approve_execution, N_("Check before you approve the DPA"), N_("Approve the DPA"),
            N_("The DPA is approved"), (N_("Payment requests rest on it from now on."),),
        ),
        Action.APPROVE_EXECUTION, lambda row: row.checked, lambda row: row.approved, planned=True,
    ),
}  # fmt: skip


@answer
def decide(
    request: HttpRequest, village: str, year: int, number: int, step: str, *, by: Standing, now: datetime
) -> HttpResponse:
    """Serve the page of a step of a version."""
    of, at = STEPS[step], {"village": village, "year": year, "number": number}

    def read() -> BudgetDetail:
        return queries.budget(**at, scope=by)

    def drawn(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        """Draw the page with the sheet of the evaluation below it."""
        budget = read()
        shown = {
            "row": budget.version, "checks": [ShownCheck(check) for check in queries.sheet_of(budget, now=now).checks],
            **context,
        }  # fmt: skip
        return drawn_again(request, "villagefinance/deciding.html", shown, by=by, tab="budget", status=status)

    kind = of.step.form
    if kind is EnactForm and read().version.by_head:
        kind = ShiftForm
    form: FaultsForm = kind(posted(request))
    page = drawn if isinstance(of, Move) and of.sheet else None
    return take(request, of.step, lambda: _seen(of, read(), by, now), form=form, page=page, by=by, now=now, **at)


def _seen(of: Move | Note, budget: BudgetDetail, by: Standing, now: datetime) -> Seen:
    """Return the situation of a version before a step; raises for a reader who may not take it, or at the wrong time.

    The state covers all lines: several people edit a version, and it must not change between check and act.
    """
    row = budget.version
    lines = hashlib.sha256(repr(budget.lines).encode()).hexdigest()
    about: dict[str, Any] = {
        "trail": ((row.title, address("budget", row)),), "about": row.title,
        "state": f"{row.state} {len(row.steps)} {lines}",
    }  # fmt: skip
    if isinstance(of, Note):
        AUTHORITY.require(by, of.action, row.case, known=True)
        if not (of.reached(row) or of.ready(row)):
            raise BudgetElsewhere
        said = _("Lines whose cash plan does not add up to them: %(count)s") % {"count": len(budget.unplanned)}
        uncashed = (Remark(said, address("cash", row)),) if of.planned and budget.unplanned else ()
        return Seen(**about, blocked=uncashed, done=bool(of.reached(row)))
    if of.reached(row):
        return Seen(**about, done=True)
    target = B.CORRECTED if of.target is B.AGREED and row.state is B.RETURNED else of.target
    action = of.action or moved_by(row.state, target) or Action.READ_BOOKS
    AUTHORITY.require(by, action, row.case, known=True)
    sheet, to = queries.sheet_of(budget, now=now), address("sheet", row)
    move = lifecycle_of(row.kind).move(row.state, target)
    blocked = tuple(Remark(fault.said(), to) for fault in move.faults(queries.facts_of(budget, sheet, now, **GIVEN)))
    broken = len(sheet.faults) + len(sheet.advice)
    findings = (Remark(_("Findings on the sheet: %(count)s") % {"count": broken}, to),) if broken else ()
    return Seen(**about, counts=_share(sheet), blocked=blocked, unready=findings)


def _share(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """Return the 70/30 share; the other figures are on the sheet below."""
    shares = (check for check in sheet.checks if check.origin.rule == SHARE)
    return tuple((share.name(), str(Percent(share.figures["percent"]))) for share in shares)
