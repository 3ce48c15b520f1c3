"""The frame of the pages of a village, and who acts next on its budgets and requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pilar.areas.queries import village_names
from pilar.areas.reference import today_in
from pilar.design.views import drawn
from pilar.people.authority import Case
from pilar.people.rules import ROLES, Standing
from pilar.people.views import page
from pilar.platform.errors import PilarError
from pilar.platform.language import translate
from pilar.villagefinance.queries.budgets import BudgetDetail, facts_of
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.queries.versions import VersionRow, waiting_since
from pilar.villagefinance.rules.authority import AUTHORITY, TABLE, Action, action_of, case_of, moved_by
from pilar.villagefinance.rules.budgets import BudgetState, moves_of
from pilar.villagefinance.rules.clocks import FIRST_YEAR, LAST_YEAR
from pilar.villagefinance.rules.evaluation import FIGURE_NAMES, Check, Sheet
from pilar.villagefinance.rules.requests import REQUESTS, RequestState

B = BudgetState
PAGES = {
    B.DRAFT: "take-back", B.AGREED: "agree", B.CORRECTED: "agree", B.SUBMITTED: "submit", B.EVALUATED: "evaluate",
    B.RETURNED: "evaluate", B.ENACTED: "enact", B.DROPPED: "drop",
}  # fmt: skip
"""The page "check before you …" that brings a version into a state."""
ASIDE = frozenset({B.DRAFT, B.DROPPED})
"""States that are offered as a side way."""
GIVEN = {"minutes": "-", "elaboration": "-"}
"""Stands for the papers that the page before a move asks for."""


@dataclass(frozen=True, slots=True)
class Act:
    """An act of a reader on a version or request: its name, its page, and why it cannot be done yet.

    ``aside``: an optional side way. ``to``: the state that its button sends, where it has no page.
    """

    name: str
    address: str
    faults: tuple[str, ...] = ()
    aside: bool = False
    to: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that waits: for which roles, until when, and the acts of the reader on it."""

    row: VersionRow
    who: str
    until: date | None
    late: bool
    acts: tuple[Act, ...]
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A rule of a sheet as the page shows it."""

    check: Check

    @property
    def figures(self) -> list[tuple[str, Any]]:
        known = ((FIGURE_NAMES.get(name), value) for name, value in self.check.figures.items())
        return [(translate(name), value) for name, value in known if name]

    @property
    def faults(self) -> list[str]:
        return [fault.text() for fault in self.check.faults]

    @property
    def source(self) -> str:
        return self.check.origin.source if self.check.origin.source.startswith("https") else ""


def reads_accounts(by: Standing, village: str) -> bool:
    """Return whether a reader sees the page of accounts and suppliers: they may read the numbers, or keep the
    suppliers."""
    both = (Action.READ_ACCOUNTS, Action.KEEP_SUPPLIERS)
    return any(AUTHORITY.may(by, action, case_of(village)) for action in both)


def framed(context: Mapping[str, Any], by: Standing, tab: str) -> Mapping[str, Any]:
    """Add the village of a page, its year, and the reader's place in it."""
    row = context.get("row")
    code = row.village if isinstance(row, VersionRow) else context["village"]
    year = row.year if isinstance(row, VersionRow) else context.get("year")
    request = context.get("spp")
    return {
        "village": code, "year": year, "name": village_name(code), "tab": tab,
        "reads_accounts": reads_accounts(by, code),
        "ways": _ways(row, tab) if isinstance(row, VersionRow) else (),
        "acts_next": _next(row) if isinstance(row, VersionRow) else acts_next(request) if request else "",
    }  # fmt: skip


@contextmanager
def sent_again(did: Callable[[], bool], refused: type[PilarError]) -> Iterator[None]:
    """Ignore an error of type ``refused`` if ``did`` says that the same reader has done it already, as with a double
    click."""
    try:
        yield
    except refused:
        if not did():
            raise


def next_actions(request: RequestRow) -> tuple[Action, ...]:
    """Return the actions that can follow on a payment request."""
    if request.state is RequestState.PAID:
        return (Action.WRITE_REQUEST, Action.CHECK_REQUEST)
    if request.state is RequestState.SETTLED:  # a settled request has no next step; only a reversal opens it again
        return ()
    aside = (RequestState.CANCELLED, RequestState.RETURNED)
    ahead = [move for move in REQUESTS.moves(request.state) if move.target not in aside]
    return tuple(dict.fromkeys(action_of(move.source, move.target) for move in ahead))


def acts_next(request: RequestRow) -> str:
    """Return the names of the roles that act next on a payment request."""
    return "; ".join(dict.fromkeys(_names(action) for action in next_actions(request)))


def _ways(row: VersionRow, tab: str) -> list[tuple[str, str, bool]]:
    """Return the pages of a version: title, address, whether it is the present one."""
    titles = {
        "budget": _("Lines"), "compared": _("Comparison"), "sheet": _("Evaluation sheet"),
        "cash": _("Cash plan (RAK)"),
    }  # fmt: skip
    return [(title, address(name, row), name == tab) for name, title in titles.items()]


village_page = partial(page, frame=framed)


def drawn_again(
    request: HttpRequest, template: str, shown: Mapping[str, Any], *, by: Standing, tab: str, status: int | None = None
) -> HttpResponse:
    """Draw a page of a village for a view that answers the request itself."""
    return drawn(request, template, {**framed(shown, by, tab), **shown}, status=status)


def village_name(code: str) -> str:
    """Return the name of a village."""
    return village_names(codes=[code]).get(code, code)


def require(by: Standing, action: Action, village: str, case: Case | None = None) -> None:
    """Raise if a person may not do this in a village, or in a case there."""
    case = case or case_of(village)
    AUTHORITY.require(by, action, case, known=AUTHORITY.holds(by, Action.READ_BOOKS, case))


def address(name: str, row: VersionRow, *more: object) -> str:
    """Return the address of a page of a version."""
    return reverse(f"villagefinance:{name}", args=[*row.key, *more])


def acts_of(by: Standing, row: VersionRow, budget: BudgetDetail | None = None, sheet: Sheet | None = None,
            now: datetime | None = None) -> tuple[Act, ...]:  # fmt: skip
    """Return the acts of a reader on a version; given its lines and sheet, also the reasons why they cannot be done
    yet."""
    acts = dict[str, Act]()
    for move in moves_of(row.kind, row.state):
        action = moved_by(move.source, move.target)
        if action is None or not AUTHORITY.may(by, action, row.case):
            continue
        faults: Iterable[str] = ()
        if budget and sheet and now:
            faults = (fault.said() for fault in move.faults(facts_of(budget, sheet, now, **GIVEN)))
        back = move.target == B.SUBMITTED and moved_by(move.source, move.target) is Action.EVALUATE
        page = "retract" if back else PAGES[move.target]
        to, result = address(page, row), page == "evaluate"
        name = translate("Give the result") if result else translate(move.name)
        acts.setdefault(to, Act(name, to, () if result else (*faults,), back or move.target in ASIDE))
    if row.approved and AUTHORITY.may(by, Action.APPROVE_EXECUTION, row.case):
        to = address("return-execution", row)
        acts[to] = Act(translate("Give the DPA back"), to, aside=True)
    if row.enacted and not row.approved:
        if row.checked and AUTHORITY.may(by, Action.APPROVE_EXECUTION, row.case):
            to = address("approve-execution", row)
            acts[to] = Act(translate("Approve the DPA"), to)
            to = address("return-execution", row)
            acts[to] = Act(translate("Give the DPA back"), to, aside=True)
        if not row.checked and AUTHORITY.may(by, Action.PLAN_CASH, row.case):
            acts["cash"] = Act(translate("Plan the cash (RAK)"), address("cash", row))
        if not row.checked and AUTHORITY.may(by, Action.CHECK_EXECUTION, row.case):
            to = address("check-execution", row)
            acts[to] = Act(translate("Check the DPA"), to)
    return tuple(acts.values())


def waiting(by: Standing, row: VersionRow, now: datetime, **known: Any) -> Waiting:
    """Return who must act next on a version, and until when."""
    today = today_in(row.region, now)
    until = waiting_since(row, today)
    day = until.day if until else None
    late = day is not None and today > day
    assumed = until is not None and until.clock.origin.is_assumption
    return Waiting(row, _next(row), day, late, acts_of(by, row, now=now, **known), assumed)


def _next(row: VersionRow) -> str:
    """Return the names of the roles that act next."""
    if row.enacted:
        if row.approved:
            return ""
        action = Action.APPROVE_EXECUTION if row.checked else Action.CHECK_EXECUTION
        return _names(action)
    ahead = [move for move in moves_of(row.kind, row.state) if move.target not in ASIDE]
    actions = [action for move in ahead if (action := moved_by(move.source, move.target))]
    return _names(actions[0]) if actions else ""


def _names(action: Action) -> str:
    return ", ".join(translate(ROLES[role].name) for role in ROLES if role in TABLE[action].roles)


def years_around(year: int) -> list[int]:
    """Return the year with its neighbours that have an address."""
    return [near for near in (year - 1, year, year + 1) if FIRST_YEAR <= near <= LAST_YEAR]
