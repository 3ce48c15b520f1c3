"""Budgets on their way: each step has its page "check before you …"."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted
from pilar.people.rules import Standing
from pilar.people.views import answer
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
from pilar.villagefinance.pages.frame import GIVEN, ShownCheck, address, framed
from pilar.villagefinance.queries import budgets as queries
from pilar.villagefinance.queries.budgets import BudgetDetail
from pilar.villagefinance.queries.versions import VersionRow
from pilar.villagefinance.rules.authority import AUTHORITY, Action, moved_by
from pilar.villagefinance.rules.budgets import BudgetElsewhere, BudgetKind, BudgetState, lifecycle_of
from pilar.villagefinance.rules.evaluation import Sheet

B = BudgetState
SHARE = "operational_share"


@answer
def agree(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The council agrees a draft, or its correction."""
    form = MinutesForm(posted(request))
    at = _at(village, year, number)
    return confirm(
        request,
        lambda: _agree_check(by, at, now),
        lambda: operations.agree_budget(by=by, now=now, **at, **form.cleaned_data),
        form=form,
        page=_drawn(by, at, now),
    )


@answer
def take_back(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """An agreed budget goes back into draft."""
    form = ReasonForm(posted(request))
    at = _at(village, year, number)
    return confirm(
        request,
        lambda: _take_back_check(by, at, now),
        lambda: operations.take_back_budget(by=by, now=now, **at, **form.cleaned_data),
        form=form,
    )


@answer
def submit(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """A budget is sent to the camat."""
    form = LetterForm(posted(request))
    at = _at(village, year, number)
    return confirm(
        request,
        lambda: _submit_check(by, at, now),
        lambda: operations.submit_budget(by=by, now=now, **at, **form.cleaned_data),
        form=form,
        page=_drawn(by, at, now),
    )


@answer
def evaluate(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """The camat gives the result of the evaluation."""
    form = EvaluationForm(posted(request))
    at = _at(village, year, number)
    return confirm(
        request,
        lambda: _evaluate_check(by, at, now),
        lambda: operations.evaluate_budget(by=by, now=now, **at, **form.cleaned_data),
        form=form,
        page=_drawn(by, at, now),
    )


@answer
def enact(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The head enacts a budget, or a shift of it."""
    at = _at(village, year, number)
    kind = queries.budget(**at, scope=by).version.kind
    form = (ShiftForm if kind is BudgetKind.SHIFT else EnactForm)(posted(request))
    return confirm(
        request,
        lambda: _enact_check(by, at, now),
        lambda: operations.enact_budget(by=by, now=now, **at, **form.cleaned_data),
        form=form,
        page=_drawn(by, at, now),
    )


@answer
def drop(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """A draft is dropped."""
    form = ReasonForm(posted(request))
    at = _at(village, year, number)
    return confirm(
        request,
        lambda: _drop_check(by, at, now),
        lambda: operations.drop_budget(by=by, now=now, **at, **form.cleaned_data),
        form=form,
    )


@answer
def tell_council(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """The council was told of a shift."""
    form = ToldForm(posted(request))
    at = _at(village, year, number)
    return confirm(
        request,
        lambda: _tell_check(by, at),
        lambda: operations.tell_council(by=by, now=now, **at, **form.cleaned_data),
        form=form,
    )


@answer
def check_execution(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """The secretary checks the DPA with the cash plan."""
    at = _at(village, year, number)
    return confirm(
        request,
        lambda: _execution_check(by, at, Action.CHECK_EXECUTION),
        lambda: operations.check_execution(by=by, now=now, **at),
    )


@answer
def approve_execution(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """The head approves the DPA with the cash plan."""
    at = _at(village, year, number)
    return confirm(
        request,
        lambda: _approval_check(by, at),
        lambda: operations.approve_execution(by=by, now=now, **at),
    )


@answer
def return_execution(
    request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """The head gives the DPA back to be mended."""
    form = ReasonForm(posted(request))
    at = _at(village, year, number)
    return confirm(
        request,
        lambda: _return_check(by, at),
        lambda: operations.return_execution(by=by, now=now, **at, **form.cleaned_data),
        form=form,
    )


def _agree_check(by: Standing, at: dict[str, Any], now: datetime) -> Check | Done:
    found, sheet = _read(by, at, now)
    row = found.version
    if (step := row.step(B.AGREED, B.CORRECTED)) and row.state.value == step.act:
        return _done(_("The council's agreement is on record"), row)
    target = B.CORRECTED if row.state is B.RETURNED else B.AGREED
    return Check(
        title=_("Check before you record the council's agreement"), act=_("Record the agreement"),
        will=(
            _("The draft can only be changed again after the secretary has taken it back."),
            _("The head sends it to the camat next."),
        ),
        **_told(by, found, sheet, now, target), final=False,
    )  # fmt: skip


def _take_back_check(by: Standing, at: dict[str, Any], now: datetime) -> Check | Done:
    found, sheet = _read(by, at, now)
    row = found.version
    if row.state is B.DRAFT and row.steps:
        return _done(_("The budget is a draft again"), row)
    return Check(
        title=_("Check before you take the budget back"), act=_("Take it back into draft"),
        will=(_("It can be changed again; the council has to agree it anew."),),
        **_told(by, found, sheet, now, B.DRAFT), final=False,
    )  # fmt: skip


def _submit_check(by: Standing, at: dict[str, Any], now: datetime) -> Check | Done:
    found, sheet = _read(by, at, now)
    row = found.version
    if row.state is B.SUBMITTED:
        return _done(_("The budget is with the camat"), row)
    return Check(
        title=_("Check before you send the budget to the camat"), act=_("Send to the camat"),
        will=(
            _("The time of the camat runs from today; without an answer in time the budget may be enacted."),
            _("It cannot be changed while it is there."),
        ),
        **_told(by, found, sheet, now, B.SUBMITTED),
    )  # fmt: skip


def _evaluate_check(by: Standing, at: dict[str, Any], now: datetime) -> Check | Done:
    found, sheet = _read(by, at, now)
    row = found.version
    if row.state in (B.EVALUATED, B.RETURNED):
        return _done(_("The result of the evaluation is given"), row)
    return Check(
        title=_("Check before you give the result of the evaluation"), act=_("Give the result"),
        will=(
            _("The sheet below is kept as it stands, each rule with its version."),
            _("A budget that is fit may be enacted; the time to correct another one runs from today."),
        ),
        **_told(by, found, sheet, now, B.RETURNED),
    )  # fmt: skip


def _enact_check(by: Standing, at: dict[str, Any], now: datetime) -> Check | Done:
    found, sheet = _read(by, at, now)
    row = found.version
    if row.enacted:
        return _done(_("The budget is enacted"), row)
    return Check(
        title=_("Check before you enact the budget"), act=_("Enact"),
        will=(
            _("From the day of the regulation on, money is promised and paid by these lines alone."),
            _("An enacted budget never changes: a change is a version of its own."),
        ),
        **_told(by, found, sheet, now, B.ENACTED),
    )  # fmt: skip


def _drop_check(by: Standing, at: dict[str, Any], now: datetime) -> Check | Done:
    found, sheet = _read(by, at, now)
    row = found.version
    if row.state is B.DROPPED:
        return _done(_("The draft is dropped"), row)
    return Check(
        title=_("Check before you drop the draft"), act=_("Drop the draft"),
        will=(_("It stays to be read, and nothing comes of it."),),
        **_told(by, found, sheet, now, B.DROPPED),
    )  # fmt: skip


def _tell_check(by: Standing, at: dict[str, Any]) -> Check | Done:
    found = queries.budget(**at, scope=by)
    row = found.version
    AUTHORITY.require(by, Action.DRAW_UP, row.case, known=True)
    if row.told_council:
        return _done(_("It is on record that the council was told"), row)
    if row.kind is not BudgetKind.SHIFT or row.state is not B.DRAFT:
        raise BudgetElsewhere
    return Check(
        title=_("Check before you record that the council was told"), act=_("Record it"),
        will=(_("The head may enact the shift after that."),), **_about(found), final=False,
    )  # fmt: skip


def _execution_check(by: Standing, at: dict[str, Any], action: Action) -> Check | Done:
    found = queries.budget(**at, scope=by)
    row = found.version
    AUTHORITY.require(by, action, row.case, known=True)
    if row.checked:
        return _done(_("The DPA is checked"), row)
    if not row.enacted:
        raise BudgetElsewhere
    return Check(
        title=_("Check before you confirm the DPA"), act=_("Confirm the check"),
        will=(_("The head may approve it after that; the cash plan does not change any more."),),
        blocked=_uncashed(found), **_about(found), final=False,
    )  # fmt: skip


def _return_check(by: Standing, at: dict[str, Any]) -> Check | Done:
    found = queries.budget(**at, scope=by)
    row = found.version
    AUTHORITY.require(by, Action.APPROVE_EXECUTION, row.case, known=True)
    if row.given_back:
        return _done(_("The DPA is given back"), row)
    if not row.checked or row.approved:
        raise BudgetElsewhere
    return Check(
        title=_("Check before you give the DPA back"), act=_("Give the DPA back"),
        will=(_("The treasurer may change the cash plan, and the secretary checks it anew."),), **_about(found),
        final=False,
    )  # fmt: skip


def _approval_check(by: Standing, at: dict[str, Any]) -> Check | Done:
    found = queries.budget(**at, scope=by)
    row = found.version
    AUTHORITY.require(by, Action.APPROVE_EXECUTION, row.case, known=True)
    if row.approved:
        return _done(_("The DPA is approved"), row)
    if not row.checked:
        raise BudgetElsewhere
    return Check(
        title=_("Check before you approve the DPA"), act=_("Approve the DPA"),
        will=(_("Payment requests rest on it from now on."),),
        blocked=_uncashed(found), **_about(found),
    )  # fmt: skip


def _read(by: Standing, at: dict[str, Any], now: datetime) -> tuple[BudgetDetail, Sheet]:
    found = queries.budget(**at, scope=by)
    return found, queries.sheet_of(found, now=now)


def _told(by: Standing, found: BudgetDetail, sheet: Sheet, now: datetime, target: BudgetState) -> dict[str, Any]:
    """What is told before a move: what the budget comes to, why it cannot be made yet, what the sheet finds.

    Raises for who may not make it, and where there is no such move.
    """
    row = found.version
    AUTHORITY.require(by, moved_by(row.state, target) or Action.READ_BOOKS, row.case, known=True)
    move = lifecycle_of(row.kind).move(row.state, target)
    to, faults = address("sheet", row), move.faults(queries.facts_of(found, sheet, now, **GIVEN))
    broken = len(sheet.faults) + len(sheet.advice)
    findings = (Remark(_("Findings on the sheet: %(count)s") % {"count": broken}, to),) if broken else ()
    blocked = tuple(Remark(one.said(), to) for one in faults)
    return {**_about(found), "counts": _share(sheet), "blocked": blocked, "unready": findings}


def _uncashed(found: BudgetDetail) -> tuple[Remark, ...]:
    if not found.unplanned:
        return ()
    said = _("Lines whose cash plan does not add up to them: %(count)s") % {"count": len(found.unplanned)}
    return (Remark(said, address("cash", found.version)),)


def _share(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """How 70/30 stands; the other figures stand on the sheet below."""
    share = next(one for one in sheet.checks if one.origin.rule == SHARE)
    return ((share.name(), str(Percent(share.figures["percent"]))),)


def _about(found: BudgetDetail) -> dict[str, Any]:
    """Which version it is, and what of it must not change between looking and acting."""
    row = found.version
    lines = hashlib.sha256(repr(found.lines).encode()).hexdigest()
    trail = ((row.title, address("budget", row)),)
    return {"about": row.title, "trail": trail, "state": f"{row.state} {len(row.steps)} {lines}"}


def _done(said: str, row: VersionRow) -> Done:
    return Done(said, address("budget", row))


def _at(village: str, year: int, number: int) -> dict[str, Any]:
    return {"village": village, "year": year, "number": number}


def _drawn(by: Standing, at: dict[str, Any], now: datetime) -> Callable[..., HttpResponse]:
    """A page "check before you …" with the sheet of the evaluation below it."""

    def drawn(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        found, sheet = _read(by, at, now)
        shown = {"row": found.version, "checks": [ShownCheck(one) for one in sheet.checks], **context}
        frame = framed(shown, by, "budget")
        return render(request, "villagefinance/deciding.html", {**frame, **shown}, status=status)

    return drawn
