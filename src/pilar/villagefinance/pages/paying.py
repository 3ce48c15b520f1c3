"""Money comes in and moves; what is approved is paid, an advance accounted for, tax remitted."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.design.final_acts import Remark
from pilar.design.forms import Rows, posted, shown_on, stored_once
from pilar.design.views import done
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer
from pilar.platform.language import mark
from pilar.platform.reading import rupiah_text
from pilar.villagefinance import operations
from pilar.villagefinance.forms.paying import BillForm, DayForm, PayForm, ProofsForm, RestForm
from pilar.villagefinance.forms.till import MoveForm, ReceiveForm, RemitForm
from pilar.villagefinance.pages.frame import require, village_page
from pilar.villagefinance.pages.steps import Seen, Step, figures, take
from pilar.villagefinance.queries import requests as queries
from pilar.villagefinance.queries.cash import cash, lines_left, places
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.queries.suppliers import suppliers
from pilar.villagefinance.queries.taxes import owed
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.codes import SURPLUS_BROUGHT
from pilar.villagefinance.rules.requests import REQUESTS, RequestElsewhere, RequestKind, RequestState

FORM = "villagefinance/paying/form.html"
BOOKED = "villagefinance.booked"
PAID, SETTLED = RequestState.PAID, RequestState.SETTLED


PAY = Step(
    operations.pay_request, mark("Check before you pay"), mark("Pay and book"), mark("It is paid and booked"),
    (mark("It stands in the cash book for good; what was wrong is reversed by another entry."),),
)  # fmt: skip
SETTLE = Step(
    operations.settle_advance, mark("Check before you confirm the account"), mark("Confirm and book"),
    mark("The advance is accounted for"),
    (
        mark("What the receipts spent is booked on the lines of the budget, with the tax withheld."),
        mark("What is left of the promise is free again."),
    ),
)  # fmt: skip
REMIT = Step(
    operations.remit_tax, mark("Check before you enter the remittance"), mark("Book the remittance"),
    mark("The remittance is booked"),
    (
        mark("The tax that is ticked leaves the account and is no longer owed."),
        mark("The number of the receipt (NTPN) counts once."),
    ),
)  # fmt: skip


@answer
def pay(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Pay an approved request."""
    at = {"village": village, "year": year, "number": number}
    row, today = _request(at, by, now), _day(village, year, now)
    form = (
        DayForm(posted(request), initial={"day": today})
        if row.income_line
        else PayForm(posted(request), places=places(village), today=today)
    )
    look = partial(_before_payment, at, by, now)
    return take(request, PAY, look, form=form, by=by, now=now, bank_account=None, **at)


@answer
def settle(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Confirm what accounts for an advance, and book it."""
    at = {"village": village, "year": year, "number": number}
    form = DayForm(posted(request), initial={"day": _day(village, year, now)})
    return take(request, SETTLE, partial(_before_account, at, by, now), form=form, by=by, now=now, **at)


@village_page("villagefinance/paying/account.html", tab="payments", sends=True)
def account(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """The receipts of an advance (SPJ), line by line."""
    at = {"village": village, "year": year, "number": number}
    row = _request(at, by, now)
    require(by, Action.WRITE_REQUEST, village)
    if (row.kind, row.state) != (RequestKind.ADVANCE, PAID):
        raise RequestElsewhere
    sent = request.POST.dict()
    form = ProofsForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    rows = Rows(BillForm, "bills", first=[_first(one) for one in row.bills], fixed=("line", "payment", "parts"),
                lines=row.lines, suppliers=suppliers(village, scope=by))  # fmt: skip
    if request.method == "POST":
        proofs = form.take(by=by, region=village[:5], now=now)
        if sent.get("do", "save") != "save":
            rows.read(sent)
        elif rows.judge(sent) and form.is_valid():
            with shown_on(form, rows):
                bills = [one.bill(one.cleaned_data["line"]) for one in rows.forms]
                operations.account_for(by=by, **at, bills=bills, proofs=proofs, now=now)
                return done(
                    request, _("The account is kept; the secretary checks it"), "villagefinance:request", *at.values()
                )
    return {"village": village, "year": year, "spp": row, "form": form, "rows": rows}


@village_page(FORM, tab="payments", sends=True)
def return_rest(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """The rest of an advance comes back."""
    at = {"village": village, "year": year, "number": number}
    row = _request(at, by, now)
    require(by, Action.PAY, village)
    form = RestForm(
        posted(request), places=places(village), today=today_in(village[:5], now), initial={"amount": row.to_return}
    )
    if stored_once(
        form, lambda: operations.take_back(by=by, now=now, **at, **form.cleaned_data), kind=BOOKED, owner=by.account
    ):
        return done(request, _("What came back is booked"), "villagefinance:request", *at.values())
    return {
        "village": village, "year": year, "spp": row, "form": form, "heading": _("Rest of an advance"),
        "submit": _("Book it"),
    }  # fmt: skip


@village_page(FORM, tab="payments", sends=True)
def receive(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """Book what came in."""
    require(by, Action.RECEIVE, village)
    today = today_in(village[:5], now)
    lines = [one for one in lines_left(village, today) if one.account != SURPLUS_BROUGHT and one.account[:3] != "6.2"]
    form = ReceiveForm(posted(request), lines=lines, places=places(village), today=today)
    if stored_once(
        form, lambda: operations.receive(by=by, village=village, given=form.received(), now=now),
        kind=BOOKED, owner=by.account,
    ):  # fmt: skip
        said = _("Booked as receipt %(number)s") % {"number": form.outcome.number} if form.outcome else _("Booked")
        return done(request, said, "villagefinance:payments", village)
    return {
        "village": village, "year": today.year, "form": form, "heading": _("Money came in"), "submit": _("Book it")
    }  # fmt: skip


@village_page(FORM, tab="payments", sends=True)
def move_cash(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """Cash from the bank, or to it."""
    require(by, Action.RECEIVE, village)
    today = today_in(village[:5], now)
    funds = sorted({one.fund for one in cash(village, today)})
    form = MoveForm(posted(request), places=places(village), funds=funds, today=today)
    if stored_once(
        form, lambda: operations.move_cash(by=by, village=village, now=now, **form.given()),
        kind=BOOKED, owner=by.account,
    ):  # fmt: skip
        return done(request, _("Booked"), "villagefinance:payments", village)
    return {
        "village": village, "year": today.year, "form": form, "heading": _("Cash from or to the bank"),
        "submit": _("Book it"),
    }  # fmt: skip


@village_page("villagefinance/paying/taxes.html", tab="taxes")
def taxes(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """What is owed of each tax, and until when."""
    today = today_in(village[:5], now)
    return {
        "village": village, "year": today.year, "owed": owed(village, scope=by, today=today), "today": today,
        "may_pay": AUTHORITY.may(by, Action.PAY, case_of(village)),
    }  # fmt: skip


@answer
def remit(request: HttpRequest, village: str, tax: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Remit a tax to the state."""
    require(by, Action.PAY, village)
    today = today_in(village[:5], now)
    found = next((one for one in owed(village, scope=by, today=today) if one.tax == tax), None)
    form = RemitForm(posted(request), found=found, places=places(village), today=today)
    given = {"by": by, "village": village, "tax": tax, "now": now}
    return take(request, REMIT, lambda: _before_remittance(village, tax, by, today), form=form, **given)


def _day(village: str, year: int, now: datetime) -> date:
    """Today, or the last day of a year that is over: what belongs to its budget is booked in it."""
    return min(today_in(village[:5], now), date(year, 12, 31))


def _before_payment(at: dict[str, Any], by: Standing, now: datetime) -> Seen:
    row, today = _request(at, by, now), _day(at["village"], at["year"], now)
    require(by, Action.PAY, row.village)
    if row.state in (PAID, SETTLED):
        return Seen(_trail(row), done=True, result=(_("See the cash book"), _book(row)))
    move = REQUESTS.move(row.state, PAID)
    held = sum((one.amount for one in cash(row.village, today) if one.fund == row.fund), Decimal(0))
    payee = next((one for one in suppliers(row.village, scope=by) if one.key == row.supplier), None)
    unconfirmed = Remark(
        _("The supplier has no confirmed account number"), reverse("villagefinance:accounts", args=[row.village])
    )
    return Seen(
        _trail(row), _about(row),
        will=(
            _("%(payee)s gets Rp%(net)s") % {"payee": row.payee or row.maker, "net": rupiah_text(row.net)},
            *(
                _("Rp%(amount)s of tax (%(tax)s) is withheld, due by %(day)s")
                % {"amount": rupiah_text(one.amount), "tax": one.title, "day": date_format(one.due)}
                for one in row.taxes
            ),
            *figures(
                (_("Asked, Rp"), rupiah_text(row.amount)),
                (_("Paid out, Rp"), rupiah_text(row.net)),
                (_("Cash of the fund, Rp"), rupiah_text(held)),
                *([(_("Account of the supplier"), f"{payee.bank} {payee.number}")] if payee and payee.number else []),
            ),
        ),
        unready=(unconfirmed,) if payee and not payee.number else (),
        blocked=tuple(Remark(one.said()) for one in move.faults(queries.facts(row, by.signature, today))),
        state=row.state,
    )  # fmt: skip


def _before_account(at: dict[str, Any], by: Standing, now: datetime) -> Seen:
    row, today = _request(at, by, now), _day(at["village"], at["year"], now)
    require(by, Action.CHECK_REQUEST, row.village)
    if row.state is SETTLED:
        return Seen(_trail(row), done=True, result=(_("See the cash book"), _book(row)))
    move = REQUESTS.move(row.state, SETTLED)
    return Seen(
        _trail(row), _about(row),
        will=figures(
            (_("Advance, Rp"), rupiah_text(row.amount)),
            (_("By receipts, Rp"), rupiah_text(row.billed)),
            (_("Came back, Rp"), rupiah_text(row.returned)),
            (_("Still to come back, Rp"), rupiah_text(row.to_return)),
        ),
        blocked=tuple(Remark(one.said(), _here(row)) for one in move.faults(queries.facts(row, by.signature, today))),
        state=str(len(row.receipts)),
    )  # fmt: skip


def _before_remittance(village: str, tax: str, by: Standing, today: date) -> Seen:
    trail = ((_("Taxes"), reverse("villagefinance:taxes", args=[village])),)
    found = next((one for one in owed(village, scope=by, today=today) if one.tax == tax), None)
    if found is None:
        return Seen(trail, done=True, said=_("Nothing of this tax is owed"))
    return Seen(
        trail, found.title,
        will=figures(
            (_("Owed, Rp"), rupiah_text(found.amount)),
            (_("First due"), date_format(found.due)),
            (_("Code of the slip (MAP)"), found.map),
        ),
        state=" ".join(one.key for one in found.taxes),
    )  # fmt: skip


def _trail(row: RequestRow) -> tuple[tuple[str, str], ...]:
    return ((row.told, _here(row)),)


def _about(row: RequestRow) -> str:
    return f"{row.told}, SPP {row.number}/{row.year}"


def _request(at: dict[str, Any], by: Standing, now: datetime) -> RequestRow:
    return queries.request(**at, scope=by, today=today_in(at["village"][:5], now))


def _here(row: RequestRow) -> str:
    return reverse("villagefinance:request", args=[row.village, row.year, row.number])


def _book(row: RequestRow) -> str:
    day = row.paid_on or row.date
    return reverse("villagefinance:book", args=[row.village, "umum", day.year, day.month])


def _first(bill: queries.BillRow) -> dict[str, Any]:
    return {
        "line": bill.line, "amount": bill.amount, "told": bill.told, "payment": bill.kind, "parts": bill.parts,
        "supplier": bill.supplier, "payee": "" if bill.supplier else bill.payee,
    }  # fmt: skip
