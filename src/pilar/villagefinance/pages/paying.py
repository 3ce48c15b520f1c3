"""What is approved is paid; an advance is accounted for, its rest comes back; tax is remitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import Rows, posted, shown_on, stored
from pilar.design.views import done
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer
from pilar.platform.reading import rupiah_text
from pilar.villagefinance import operations
from pilar.villagefinance.forms.paying import BillForm, DayForm, PlaceForm, ProofsForm, RestForm
from pilar.villagefinance.forms.till import RemitForm
from pilar.villagefinance.pages.frame import village_page
from pilar.villagefinance.queries import requests as queries
from pilar.villagefinance.queries.cash import cash, places
from pilar.villagefinance.queries.people import signed
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.queries.suppliers import suppliers
from pilar.villagefinance.queries.taxes import Owed, owed
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.requests import REQUESTS, RequestElsewhere, RequestKind, RequestState

PAID, SETTLED = RequestState.PAID, RequestState.SETTLED


@answer
def pay(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Pay an approved request."""
    at = {"village": village, "year": year, "number": number}
    row = _request(at, by, now)
    today = today_in(village[:5], now)
    form = (
        DayForm(posted(request), initial={"day": today})
        if row.income_line
        else PlaceForm(posted(request), places=places(village), today=today)
    )
    return confirm(
        request,
        lambda: _pay_check(_request(at, by, now), by, now),
        lambda: operations.pay_request(by=by, now=now, **at, **{"bank_account": None, **form.cleaned_data}),
        form=form,
    )


@answer
def settle(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Confirm what accounts for an advance, and book it."""
    at = {"village": village, "year": year, "number": number}
    form = DayForm(posted(request), initial={"day": today_in(village[:5], now)})
    return confirm(
        request,
        lambda: _settle_check(_request(at, by, now), by, now),
        lambda: operations.settle_advance(by=by, now=now, **at, **form.cleaned_data),
        form=form,
    )


@village_page("villagefinance/paying/account.html", tab="payments", sends=True)
def account(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """The receipts of an advance (SPJ), line by line."""
    at = {"village": village, "year": year, "number": number}
    row = _request(at, by, now)
    _require(by, Action.WRITE_REQUEST, village)
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


@village_page("villagefinance/paying/form.html", tab="payments", sends=True)
def return_rest(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """The rest of an advance comes back."""
    at = {"village": village, "year": year, "number": number}
    row = _request(at, by, now)
    _require(by, Action.PAY, village)
    form = RestForm(
        posted(request), places=places(village), today=today_in(village[:5], now), initial={"amount": row.to_return}
    )
    if stored(form, lambda: operations.take_back(by=by, now=now, **at, **form.cleaned_data)):
        return done(request, _("What came back is booked"), "villagefinance:request", *at.values())
    return {
        "village": village, "year": year, "spp": row, "form": form, "heading": _("Rest of an advance"),
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
    _require(by, Action.PAY, village)
    today = today_in(village[:5], now)
    found = next((one for one in owed(village, scope=by, today=today) if one.tax == tax), None)
    form = RemitForm(
        posted(request), taxes=found.taxes if found else (), places=places(village), today=today
    )  # fmt: skip
    return confirm(
        request,
        lambda: _remit_check(village, tax, by, now),
        lambda: (
            operations.remit_tax(by=by, village=village, tax=tax, now=now, **form.given()),
            Done(_("The remittance is booked"), reverse("villagefinance:taxes", args=[village])),
        )[1],
        form=form,
    )


def _pay_check(row: RequestRow, by: Standing, now: datetime) -> Check | Done:
    _require(by, Action.PAY, row.village)
    here = _here(row)
    if row.state in (PAID, SETTLED):
        return Done(_("It is paid and booked"), here, _("See the cash book"), _book(row))
    today = today_in(row.village[:5], now)
    move = REQUESTS.move(row.state, PAID)
    held = sum(one.amount for one in cash(row.village, today) if one.fund == row.fund)
    payee = next((one for one in suppliers(row.village, scope=by) if one.key == row.supplier), None)
    return Check(
        title=_("Check before you pay"),
        act=_("Pay and book"),
        about=f"{row.told}, SPP {row.number}/{row.year}",
        will=(
            _("%(payee)s gets Rp%(net)s") % {"payee": row.payee or row.maker, "net": rupiah_text(row.net)},
            *(
                _("Rp%(amount)s of tax (%(tax)s) is withheld, due by %(day)s")
                % {"amount": rupiah_text(one.amount), "tax": one.title, "day": date_format(one.due)}
                for one in row.taxes
            ),
            _("It stands in the cash book for good; what was wrong is reversed by another entry."),
            *figures(
                (_("Asked, Rp"), rupiah_text(row.amount)),
                (_("Paid out, Rp"), rupiah_text(row.net)),
                (_("Cash of the fund, Rp"), rupiah_text(held)),
                *([(_("Account of the supplier"), f"{payee.bank} {payee.number}")] if payee and payee.number else []),
            ),
        ),
        unready=(
            Remark(
                _("The supplier has no confirmed account number"),
                reverse("villagefinance:accounts", args=[row.village]),
            ),
        )
        if payee and not payee.number
        else (),
        blocked=tuple(Remark(one.said()) for one in move.faults(queries.facts(row, signed(by), today))),
        trail=((row.told, here),),
        state=row.state,
    )


def _settle_check(row: RequestRow, by: Standing, now: datetime) -> Check | Done:
    _require(by, Action.CHECK_REQUEST, row.village)
    here = _here(row)
    if row.state is SETTLED:
        return Done(_("The advance is accounted for"), here, _("See the cash book"), _book(row))
    today = today_in(row.village[:5], now)
    move = REQUESTS.move(row.state, SETTLED)
    return Check(
        title=_("Check before you confirm the account"),
        act=_("Confirm and book"),
        about=f"{row.told}, SPP {row.number}/{row.year}",
        will=(
            _("What the receipts spent is booked on the lines of the budget, with the tax withheld."),
            _("What is left of the promise is free again."),
            *figures(
                (_("Advance, Rp"), rupiah_text(row.amount)),
                (_("By receipts, Rp"), rupiah_text(row.billed)),
                (_("Came back, Rp"), rupiah_text(row.returned)),
                (_("Still to come back, Rp"), rupiah_text(row.to_return)),
            ),
        ),
        blocked=tuple(Remark(one.said(), here) for one in move.faults(queries.facts(row, signed(by), today))),
        trail=((row.told, here),),
        state=str(len(row.receipts)),
    )


def _remit_check(village: str, tax: str, by: Standing, now: datetime) -> Check | Done:
    _require(by, Action.PAY, village)
    here = reverse("villagefinance:taxes", args=[village])
    found = next((one for one in owed(village, scope=by, today=today_in(village[:5], now)) if one.tax == tax), None)
    if found is None:
        return Done(_("Nothing of this tax is owed"), here)
    return Check(
        title=_("Check before you enter the remittance"),
        act=_("Book the remittance"),
        about=found.title,
        will=(
            _("The tax that is ticked leaves the account and is no longer owed."),
            _("The number of the receipt (NTPN) counts once."),
            *figures(
                (_("Owed, Rp"), rupiah_text(found.amount)),
                (_("First due"), date_format(found.due)),
                (_("Code of the slip (MAP)"), found.map),
            ),
        ),
        trail=((_("Taxes"), here),),
        state=_state(found),
    )


def figures(*told: tuple[str, str]) -> list[str]:
    """Amounts with their names, as lines: side by side they do not fit on a phone."""
    return [f"{name}: {figure}" for name, figure in told]


def _state(found: Owed) -> str:
    return " ".join(one.key for one in found.taxes)


def _request(at: dict[str, Any], by: Standing, now: datetime) -> RequestRow:
    return queries.request(**at, scope=by, today=today_in(at["village"][:5], now))


def _require(by: Standing, action: Action, village: str) -> None:
    case = case_of(village)
    AUTHORITY.require(by, action, case, known=AUTHORITY.holds(by, Action.READ_BOOKS, case))


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
