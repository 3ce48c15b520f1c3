"""Receive and move money; pay approved requests, account for advances, remit tax."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.design.final_acts import Remark
from pilar.design.forms import FaultsForm, Rows, shown_on
from pilar.design.views import done
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, button
from pilar.platform.language import N_
from pilar.platform.reading import rupiah_text
from pilar.villagefinance import operations
from pilar.villagefinance.forms.budgets import ReasonForm
from pilar.villagefinance.forms.paying import FIXED, BillForm, DayForm, PayForm, ProofsForm, RestForm, shown_bill
from pilar.villagefinance.forms.till import MoveForm, NtpnForm, NumberForm, ReceiveForm, RemitForm, SupplierForm
from pilar.villagefinance.operations.accounts import ChangeElsewhere
from pilar.villagefinance.pages.frame import require, sent_again, village_page
from pilar.villagefinance.pages.steps import At, Filled, Seen, Step, Way, acts, figures, fills
from pilar.villagefinance.queries import requests as queries
from pilar.villagefinance.queries.cash import Left, cash, lines_left, places
from pilar.villagefinance.queries.requests import RequestRow
from pilar.villagefinance.queries.suppliers import suppliers
from pilar.villagefinance.queries.taxes import Owed, confirmed_ntpn, owed, remitted
from pilar.villagefinance.queries.years import year_of_books
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.codes import FINANCING_OUT, SURPLUS_BROUGHT, is_under
from pilar.villagefinance.rules.requests import REQUESTS, RequestElsewhere, RequestFacts, RequestKind, RequestState

PAID, SETTLED = RequestState.PAID, RequestState.SETTLED


@village_page("villagefinance/paying/account.html", tab="payments", sends=True)
def account(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> Shown:
    """The receipts of an advance (SPJ), line by line."""
    at = {"village": village, "year": year, "number": number}
    row = At(by, now, **at).request
    require(by, Action.WRITE_REQUEST, village, row.case)
    if (row.kind, row.state) != (RequestKind.ADVANCE, PAID):
        raise RequestElsewhere
    sent = request.POST.dict()
    form = ProofsForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    rows = Rows(
        BillForm, "bills", first=[*map(shown_bill, row.bills)], fixed=FIXED,
        lines=[(line.line, f"{line.account} {line.account_name}") for line in row.lines],
        suppliers=suppliers(village, scope=by),
    )  # fmt: skip
    if request.method == "POST":
        proofs = form.take(by=by, region=village[:5], now=now)
        if sent.get("do", "save") != "save":
            rows.read(sent)
        elif rows.judge(sent) and form.is_valid():
            with shown_on(form, rows):
                bills = [bill_form.bill() for bill_form in rows.forms]
                operations.account_for(by=by, **at, bills=bills, proofs=proofs, now=now)
                return done(
                    request, _("The account is kept; the secretary checks it"), "villagefinance:request", *at.values()
                )
    if not rows.forms:
        rows.append({})
    return {"village": village, "year": year, "spp": row, "form": form, "rows": rows}


@village_page("villagefinance/paying/taxes.html", tab="taxes")
def taxes(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """Show the amount owed of each tax with its deadline, and the last remittances."""
    today, case = today_in(village[:5], now), case_of(village)
    return {
        "village": village, "year": today.year, "owed": owed(village, scope=by, today=today), "today": today,
        "remitted": remitted(village, scope=by), "may_pay": AUTHORITY.may(by, Action.PAY, case),
        "may_confirm": AUTHORITY.may(by, Action.CONFIRM_ACCOUNT, case),
    }  # fmt: skip


@button
def confirm_ntpn(request: HttpRequest, village: str, no: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Confirm the correct number of a receipt."""
    with sent_again(lambda: confirmed_ntpn(village, no, by=by), ChangeElsewhere):
        operations.confirm_ntpn(by=by, village=village, no=no, now=now)
    return done(request, _("The corrected NTPN counts from now on"), "villagefinance:taxes", village)


def _before_payment(at: At) -> Seen:
    row = at.request
    if row.state in (PAID, SETTLED):
        return Seen(_trail(row), done=True, result=(_("See the cash book"), _book(row)))
    move = REQUESTS.move(row.state, PAID)
    held = sum((box.amount for box in cash(row.village, at.day) if box.fund == row.fund), Decimal(0))
    known = {supplier.key: supplier for supplier in suppliers(row.village, scope=at.by)}
    paid = [(payee, known.get(payee.supplier or 0)) for payee in row.payees]
    unconfirmed = _("%(payee)s has no confirmed account number")
    return Seen(
        _trail(row), _about(row),
        will=(
            *(
                _("%(payee)s gets Rp%(net)s") % {"payee": payment.payee, "net": rupiah_text(payment.net)}
                + (f", {of.bank} {of.number}" if of and of.number else "")
                for payment, of in paid
            ),
            *(
                _("Rp%(amount)s of tax (%(tax)s) is withheld, due by %(day)s")
                % {"amount": rupiah_text(tax.amount), "tax": tax.title, "day": date_format(tax.due)}
                for tax in row.taxes
            ),
            *figures(
                (_("Asked, Rp"), rupiah_text(row.amount)),
                (_("Paid out, Rp"), rupiah_text(row.net)),
                (_("Cash of the fund, Rp"), rupiah_text(held)),
            ),
        ),
        unready=tuple(
            Remark(unconfirmed % {"payee": of.name}, reverse("villagefinance:accounts", args=[row.village]))
            for _one, of in paid if of and not of.number
        ),
        blocked=tuple(Remark(fault.said()) for fault in move.faults(_facts(at, row))),
        state=row.state,
    )  # fmt: skip


def _before_cancelling(at: At) -> Seen:
    row = at.request
    if row.state is not RequestState.CANCELLED and REQUESTS.move(row.state, RequestState.CANCELLED).made_by:
        raise RequestElsewhere
    return Seen(
        _trail(row), _about(row), state=row.state, done=row.state is RequestState.CANCELLED,
        will=figures((_("Asked, Rp"), rupiah_text(row.amount)), (_("Asked by"), row.maker)),
    )  # fmt: skip


def _before_account(at: At) -> Seen:
    row = at.request
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
        blocked=tuple(Remark(fault.said(), _here(row)) for fault in move.faults(_facts(at, row))),
        state=hashlib.sha256(repr((row.bills, row.receipts)).encode()).hexdigest(),
    )  # fmt: skip


def _before_remittance(at: At) -> Seen:
    trail = ((_("Taxes"), reverse("villagefinance:taxes", args=[at.village])),)
    debt = _owed(at)
    if debt is None:
        return Seen(trail, done=True, said=_("Nothing of this tax is owed"))
    return Seen(
        trail, debt.title,
        will=figures(
            (_("Owed, Rp"), rupiah_text(debt.amount)),
            (_("First due"), date_format(debt.due)),
            (_("Code of the slip (MAP)"), debt.map),
        ),
        state=" ".join(tax.key for tax in debt.taxes),
    )  # fmt: skip


def _before_dropping(at: At) -> Seen:
    action = Action.PAY if AUTHORITY.may(at.by, Action.PAY, case_of(at.village)) else Action.CONFIRM_ACCOUNT
    require(at.by, action, at.village)
    trail = ((_("Taxes"), reverse("villagefinance:taxes", args=[at.village])),)
    row = next((remittance for remittance in remitted(at.village, scope=at.by) if remittance.no == at.no), None)
    if row is None:
        return Seen(trail, done=True, said=_("This corrected NTPN does not wait any more"))
    asked = figures((_("Entered as"), row.ntpn), (_("Corrected"), row.correct), (_("Asked by"), row.asked_by))
    return Seen(trail, f"{row.title}, {row.ntpn}", will=asked)


def _trail(row: RequestRow) -> tuple[tuple[str, str], ...]:
    return ((row.told, _here(row)),)


def _about(row: RequestRow) -> str:
    return f"{row.told}, SPP {row.number}/{row.year}"


def _facts(at: At, row: RequestRow) -> RequestFacts:
    return queries.facts(row, at.by.signature, at.day)


def _owed(at: At) -> Owed | None:
    return next((tax for tax in owed(at.village, scope=at.by, today=at.today) if tax.tax == at.tax), None)


def _here(row: RequestRow) -> str:
    return reverse("villagefinance:request", args=[row.village, row.year, row.number])


def _book(row: RequestRow) -> str:
    day = row.paid_on or row.date
    return reverse("villagefinance:book", args=[row.village, "umum", day.year, day.month])


def _pay_form(at: At, sent: QueryDict | None) -> FaultsForm:
    """Make the form of a payment; it asks for no account where a transfer settles the request."""
    if at.request.income_line:
        return DayForm(sent, initial={"day": at.day})
    return PayForm(sent, places=places(at.village), today=at.day)


WAYS = {
    "pay-request": Way(
        Step(
            operations.pay_request, N_("Check before you pay"), N_("Pay and book"), N_("It is paid and booked"),
            (N_("It stands in the cash book for good; what was wrong is reversed by another entry."),),
        ),
        Action.PAY, _before_payment, _pay_form,
    ),
    "cancel-request": Way(
        Step(
            operations.cancel_request, N_("Check before you cancel the request"), N_("Cancel the request"),
            N_("The request is cancelled"),
            (
                N_("What it asks for is free again on its lines of the budget."),
                N_("It stays to be read with its reason and is never taken up again: write another one instead."),
            ),
            ReasonForm,
        ),
        Action.WRITE_REQUEST, _before_cancelling,
    ),
    "settle-advance": Way(
        Step(
            operations.settle_advance, N_("Check before you confirm the account"), N_("Confirm and book"),
            N_("The advance is accounted for"),
            (
                N_("What the receipts spent is booked on the lines of the budget, with the tax withheld."),
                N_("What is left of the promise is free again."),
            ),
        ),
        Action.CHECK_REQUEST, _before_account, lambda at, sent: DayForm(sent, initial={"day": at.day}),
    ),
    "drop-ntpn": Way(
        Step(
            operations.drop_ntpn, N_("Check before you drop the corrected NTPN"), N_("Drop it"),
            N_("The corrected NTPN does not count"),
            (N_("The number that was entered goes on counting; another one can be asked for."),), ReasonForm,
            final=False,
        ),
        Action.READ_BOOKS, _before_dropping,
    ),
    "remit": Way(
        Step(
            operations.remit_tax, N_("Check before you enter the remittance"), N_("Book the remittance"),
            N_("The remittance is booked"),
            (
                N_("The tax that is ticked leaves the account and is no longer owed."),
                N_("The number of the receipt (NTPN) counts once."),
            ),
        ),
        Action.PAY, _before_remittance,
        lambda at, sent: RemitForm(sent, tax_owed=_owed(at), places=places(at.village), today=at.today),
    ),
}  # fmt: skip
act = acts(WAYS)


def _income(at: At) -> list[Left]:
    """Return the lines that can receive money: income lines, and lines of expenditure for refunds; also those of the
    last year as long as its books are open."""
    lines = [*lines_left(at.village, at.today)]
    books = year_of_books(at.village, at.today.year, scope=at.by, now=at.now)
    if books.before == at.today.year - 1 and not books.before_closed:
        lines += lines_left(at.village, date(books.before, 12, 31))
    return [left for left in lines if left.account != SURPLUS_BROUGHT and not is_under(left.account, FINANCING_OUT)]


def _supplier_form(at: At, sent: QueryDict | None) -> SupplierForm:
    row = next((supplier for supplier in suppliers(at.village, scope=at.by) if supplier.key == at.key), None)
    if at.key and row is None:
        raise NotFound
    told = {name: getattr(row, name) for name in SupplierForm.base_fields if hasattr(row, name)}
    return SupplierForm(sent, initial=told)


def _number_form(at: At, sent: QueryDict | None) -> NumberForm:
    owners = [
        *((f"supplier:{supplier.key}", supplier.name) for supplier in suppliers(at.village, scope=at.by)),
        *((f"account:{place.key}", place.name) for place in places(at.village) if place.is_bank),
        ("account:", _("a new account of the village")),
    ]
    return NumberForm(sent, owners=owners)


SUPPLIER = Filled(
    Action.KEEP_SUPPLIERS, N_("Supplier"), N_("Keep"), N_("The supplier is kept"), _supplier_form,
    lambda at, form: operations.save_supplier(
        by=at.by, village=at.village, given=form.new_supplier(), key=at.key or None, now=at.now
    ), "accounts",
)  # fmt: skip
fill = fills({
    "receive": Filled(
        Action.RECEIVE, N_("Money came in"), N_("Book it"), N_("Booked as receipt %(number)s"),
        lambda at, sent: ReceiveForm(sent, lines=_income(at), places=places(at.village), today=at.today),
        lambda at, form: operations.receive(by=at.by, village=at.village, now=at.now, **form.given()),
    ),
    "move-cash": Filled(
        Action.RECEIVE, N_("Cash from or to the bank"), N_("Book it"), N_("Booked"),
        lambda at, sent: MoveForm(
            sent, places=places(at.village), funds=sorted({box.fund for box in cash(at.village, at.today)}),
            today=at.today,
        ),
        lambda at, form: operations.move_cash(by=at.by, village=at.village, now=at.now, **form.given()),
    ),
    "return-rest": Filled(
        Action.PAY, N_("Rest of an advance"), N_("Book it"), N_("What came back is booked"),
        lambda at, sent: RestForm(
            sent, places=places(at.village), today=at.today, initial={"amount": at.request.to_return}
        ),
        lambda at, form: operations.take_back(
            by=at.by, village=at.village, year=at.year, number=at.number, now=at.now, **form.cleaned_data
        ), "request",
    ),
    "add-supplier": SUPPLIER,
    "supplier": SUPPLIER,
    "ask-number": Filled(
        Action.ASK_ACCOUNT, N_("Another number of an account"), N_("Ask for the number"),
        N_("Asked. The secretary or the head confirms it in a day"), _number_form,
        lambda at, form: operations.ask_account(by=at.by, village=at.village, given=form.new_number(), now=at.now),
        "accounts",
    ),
    "correct-ntpn": Filled(
        Action.PAY, N_("Correct a mistyped NTPN"), N_("Ask for the number"),
        N_("Asked. The secretary or the head compares it with the receipt and confirms it"),
        lambda at, sent: NtpnForm(sent, initial={"ntpn": at.ntpn}),
        lambda at, form: operations.ask_ntpn(
            by=at.by, village=at.village, wrong=at.ntpn, now=at.now, **form.cleaned_data
        ), "taxes",
    ),
})  # fmt: skip
