"""A payment in three screens: choose the line, photograph the receipts, send; and the next steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas.reference import today_in
from pilar.design.forms import Rows, posted, stored, stored_once
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done
from pilar.evidence import queries as evidence
from pilar.evidence.listing import EVIDENCE
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, button
from pilar.platform.language import translate
from pilar.platform.spelling import rupiah_in_words
from pilar.villagefinance import operations
from pilar.villagefinance.documents.paper import money
from pilar.villagefinance.forms.paying import FIXED, AskForm, BillForm, ReturnForm, shown_bill
from pilar.villagefinance.pages.frame import Act, drawn_again, next_actions, require, village_page
from pilar.villagefinance.queries import requests as queries
from pilar.villagefinance.queries.cash import cash, lines_left
from pilar.villagefinance.queries.executors import own_lines, reads_all
from pilar.villagefinance.queries.requests import RequestRow, due_of_advance
from pilar.villagefinance.queries.suppliers import suppliers
from pilar.villagefinance.rules.authority import AUTHORITY, Action, action_of, case_of, case_of_own
from pilar.villagefinance.rules.codes import EXPENDITURE, TRANSFER, is_under
from pilar.villagefinance.rules.requests import (
    KIND_NAMES,
    REQUEST_NAMES,
    REQUESTS,
    WRITTEN,
    ProofKind,
    RequestElsewhere,
    RequestKind,
    RequestState,
    ReturnedAlready,
)
from pilar.villagefinance.rules.taxes import PAYMENT_NAMES

REQUESTED = Table(
    gettext_lazy("Payment requests"),
    Column("told", gettext_lazy("What for")),
    Column("number", gettext_lazy("Number"), on_page=False),
    Column("year", gettext_lazy("Year"), on_page=False),
    Column("date", gettext_lazy("Day")),
    Column("payee", gettext_lazy("Payee"), on_page=False),
    Column("activity", gettext_lazy("Activity"), on_page=False),
    Column("fund", gettext_lazy("Fund")),
    money("amount", gettext_lazy("Amount, Rp")),
    Column("state_name", gettext_lazy("State")),
)
PAGES = {
    RequestState.PAID: "pay-request", RequestState.SETTLED: "settle-advance", RequestState.CANCELLED: "cancel-request",
}  # fmt: skip
"""Moves that have a page "check before you …"; the others are buttons."""


@village_page("villagefinance/paying/requests.html", tab="payments")
def requests(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """Show the requests that wait for the reader and for others, today's cash, and all requests."""
    asked, today = Asked.of(request), today_in(village[:5], now)
    state = request.GET.get("state", "")
    state = state if state in {*RequestState} else ""
    waiting = queries.waiting(village, scope=by)
    mine = [row for row in waiting if waits_for(by, row)]
    all_of_them = reads_all(village, by)
    about = village if all_of_them else _("%(village)s own activities") % {"village": village}
    return {
        "village": village, "year": today.year,
        "requests": REQUESTED.of(queries.requests(village, scope=by, state=state, **asked.part), asked, about=about),
        "mine": mine, "others": len(waiting) - len(mine), "cash": cash(village, today), "today": today,
        "state": state, "states": [("", _("All")), *((to.value, translate(n)) for to, n in REQUEST_NAMES.items())],
        "may_ask": AUTHORITY.may(by, Action.WRITE_REQUEST, case_of_own(by, village)), "own_alone": not all_of_them,
        "may_receive": AUTHORITY.may(by, Action.RECEIVE, case_of(village)),
    }  # fmt: skip


@village_page("villagefinance/paying/lines.html", tab="payments")
def choose_line(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """The first screen: the budget lines for spending, with the amount left on each."""
    today = today_in(village[:5], now)
    require(by, Action.WRITE_REQUEST, village, case_of_own(by, village))
    lefts = [left for left in lines_left(village, today) if left.is_spending]
    return {
        "village": village, "year": today.year, "lines": own_lines(by, village, lefts), "others": bool(lefts),
        "executors": reverse("villagefinance:executors", args=[village, today.year]),
    }  # fmt: skip


@village_page("villagefinance/paying/ask.html", tab="payments", sends=True)
def ask(request: HttpRequest, village: str, year: int, line: int, *, by: Standing, now: datetime) -> Shown:
    """The second screen: amount, purpose, payee, and the receipts."""
    return _asked(request, village, year, line, None, by=by, now=now)


@village_page("villagefinance/paying/ask.html", tab="payments", sends=True)
def ask_again(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """The second screen of a request that was not sent yet, or was returned."""
    row = queries.request(village, year, number, scope=by, today=today_in(village[:5], now))
    require(by, Action.WRITE_REQUEST, village, row.case)
    if row.state not in WRITTEN:
        raise RequestElsewhere
    return _asked(request, village, year, row.lines[0].line, row, by=by, now=now)


def _asked(
    request: HttpRequest, village: str, year: int, line: int, row: RequestRow | None, *, by: Standing, now: datetime
) -> Shown:
    """Serve the second screen; a request has lines of one activity and fund, those of the chosen line."""
    require(by, Action.WRITE_REQUEST, village, case_of_own(by, village))
    today = min(today_in(village[:5], now), date(year, 12, 31))
    lefts = lines_left(village, today)
    own = own_lines(by, village, [left for left in lefts if left.is_spending])
    chosen = next((left for left in own if left.key == line), None)
    if chosen is None:
        raise NotFound
    beside = [left for left in own if (left.activity, left.fund) == (chosen.activity, chosen.fund)]
    named = {
        "spending": is_under(chosen.account, EXPENDITURE),
        "transfers": [left for left in lefts if is_under(left.account, TRANSFER) and left.fund == chosen.fund],
    }
    rows = Rows(
        BillForm, "bills", first=_first(row) or [{"line": line}], fixed=FIXED,
        lines=[(left.key, left.label) for left in beside], suppliers=suppliers(village, scope=by),
    )  # fmt: skip
    form, proofs, sent = AskForm(**named, initial=_initial(row, today)), [], request.POST.dict()
    number = row.number if row else None
    if request.method == "POST":
        form = AskForm(request.POST, request.FILES, **named)
        proofs = form.take(by=by, region=village[:5], now=now)
        if sent.get("do", "save") != "save":
            rows.read(sent)
            form = form.again(**named)
        elif rows.judge(sent) and stored_once(
            form,
            lambda: operations.write_request(
                by=by, village=village, year=year, given=form.new_request(bill_form.bill() for bill_form in rows.forms),
                number=number, proofs=proofs, now=now,
            ), rows,
            kind="villagefinance.request", owner=by.account,
        ):  # fmt: skip
            if (number := form.outcome or number) is None:
                return done(request, _("It was kept already"), "villagefinance:payments", village)
            said = _("Kept. Look through it and send it")
            return done(request, said, "villagefinance:request", village, year, number)
    if not rows.forms:
        rows.append({"line": line})
    return {
        "village": village, "year": year, "line": chosen, "lines": beside, "form": form, "rows": rows, "spp": row,
        "kept": sum(1 for key in (row.receipts + row.progress if row else ())) + len(proofs),
    }  # fmt: skip


@village_page("villagefinance/paying/request.html", tab="payments")
def request_(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """The third screen: the whole request, its missing conditions, who acts next, and the reader's buttons."""
    return _shown(queries.request(village, year, number, scope=by, today=today_in(village[:5], now)), by, now)


@button
def move(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Send, confirm, approve or return a request; ``to`` is the state."""
    to = request.POST.get("to", "")
    if to not in {*RequestState}:
        raise NotFound
    target, form = RequestState(to), ReturnForm(posted(request))
    named = {"by": by, "village": village, "year": year, "number": number, "to": target, "now": now}
    row = queries.request(village, year, number, scope=by, today=today_in(village[:5], now))
    if row.state is target and _moves_to(by, row):  # a second click, or a colleague was faster
        if target is RequestState.RETURNED and request.POST.get("reason", "").strip() not in ("", row.reason):
            raise ReturnedAlready
    elif target is not RequestState.RETURNED:
        operations.move_request(**named)
    elif not stored(form, lambda: operations.move_request(**named, **form.cleaned_data)):
        row = queries.request(village, year, number, scope=by, today=today_in(village[:5], now))
        shown = {**_shown(row, by, now), "return_form": form}
        return drawn_again(request, "villagefinance/paying/request.html", shown, by=by, tab="payments")
    return done(request, translate(REQUEST_NAMES[target]), "villagefinance:request", village, year, number)


def _shown(row: RequestRow, by: Standing, now: datetime) -> dict[str, Any]:
    today = today_in(row.village[:5], now)
    named = {kind: EVIDENCE.of(evidence.evidence_list(keys, scope=by)) for kind, keys in
             ((ProofKind.RECEIPT, row.receipts), (ProofKind.PROGRESS, row.progress))}  # fmt: skip
    case = row.case
    advance = row.kind is RequestKind.ADVANCE and row.state is RequestState.PAID
    return {
        "village": row.village, "year": row.year, "spp": row, "kind_name": translate(KIND_NAMES[row.kind]),
        "words": rupiah_in_words(row.amount) if row.amount else "",
        "receipts": named[ProofKind.RECEIPT], "progress": named[ProofKind.PROGRESS],
        "bills": [(bill, translate(PAYMENT_NAMES[bill.kind])) for bill in row.bills],
        "acts": acts_of(by, row, today), "return_form": ReturnForm() if _may_return(by, row) else None,
        "may_write": row.state in WRITTEN and AUTHORITY.may(by, Action.WRITE_REQUEST, case),
        "may_account": advance and AUTHORITY.may(by, Action.WRITE_REQUEST, case),
        "may_take_back": advance and row.to_return > 0 and AUTHORITY.may(by, Action.PAY, case),
        "due": due_of_advance(row.village, row.paid_on) if advance and row.paid_on else None, "today": today,
        "assumed": any(tax.assumed for tax in row.taxes), "settled_by": queries.settled_by(row),
    }  # fmt: skip


def acts_of(by: Standing, row: RequestRow, today: date) -> tuple[Act, ...]:
    """Return the acts of a reader on a request except returning it, each with the conditions that do not hold yet."""
    facts = queries.facts(row, by.signature, today)
    acts = []
    for move in REQUESTS.moves(row.state):
        if (
            move.made_by
            or move.target is RequestState.RETURNED
            or not AUTHORITY.may(by, action_of(move.source, move.target), row.case)
        ):
            continue
        to = reverse(
            f"villagefinance:{PAGES.get(move.target, 'move-request')}", args=[row.village, row.year, row.number]
        )
        aside = move.target is RequestState.CANCELLED
        faults = () if aside else tuple(fault.said() for fault in move.faults(facts))
        acts.append(Act(translate(move.name), to, faults, aside, "" if move.target in PAGES else move.target.value))
    return tuple(acts)


def _may_return(by: Standing, row: RequestRow) -> bool:
    move = REQUESTS.find(row.state, RequestState.RETURNED)
    return move is not None and AUTHORITY.may(by, action_of(row.state, move.target), row.case)


def _moves_to(by: Standing, row: RequestRow) -> bool:
    """Return whether a reader may make one of the moves that lead to the present state of a request."""
    moves = (move for move in REQUESTS.all if move.target is row.state and not move.made_by)
    return any(AUTHORITY.may(by, action_of(move.source, move.target), row.case) for move in moves)


def waits_for(by: Standing, row: RequestRow) -> bool:
    """Return whether the next step of a request is the reader's."""
    return any(AUTHORITY.may(by, action, row.case) for action in next_actions(row))


def _initial(row: RequestRow | None, today: date) -> dict[str, Any]:
    if row is None:
        return {"day": today}
    return {"kind": row.kind, "told": row.told, "day": row.date, "income_line": row.income_line,
            "plan_reason": row.plan_reason}  # fmt: skip


def _first(row: RequestRow | None) -> list[dict[str, Any]]:
    """Return the initial rows: the bills of a request, or the lines of an advance, which has no bills yet."""
    if row is None:
        return []
    return [*map(shown_bill, row.bills)] or [{"line": line.line, "amount": line.amount} for line in row.lines]
