"""Money comes in and moves; accounts and suppliers."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, button
from pilar.villagefinance import operations
from pilar.villagefinance.forms.till import CashBoxForm, MoveForm, NumberForm, ReceiveForm, SupplierForm
from pilar.villagefinance.pages.frame import village_page
from pilar.villagefinance.queries.cash import cash, lines_left, places
from pilar.villagefinance.queries.suppliers import changes, suppliers
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.codes import SURPLUS_BROUGHT

FORM = "villagefinance/paying/form.html"


@village_page(FORM, tab="payments", sends=True)
def receive(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """Book what came in."""
    require(by, Action.RECEIVE, village)
    today = today_in(village[:5], now)
    lines = [one for one in lines_left(village, today) if one.account != SURPLUS_BROUGHT and one.account[:3] != "6.2"]
    form = ReceiveForm(posted(request), lines=lines, places=places(village), today=today)
    if stored(form, lambda: operations.receive(by=by, village=village, given=form.received(), now=now)):
        said = _("Booked as receipt %(number)s") % {"number": form.outcome.number}
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
    if stored(form, lambda: operations.move_cash(by=by, village=village, now=now, **form.given())):
        return done(request, _("Booked"), "villagefinance:payments", village)
    return {
        "village": village, "year": today.year, "form": form, "heading": _("Cash from or to the bank"),
        "submit": _("Book it"),
    }  # fmt: skip


@village_page("villagefinance/paying/accounts.html", tab="accounts", sends=True)
def accounts(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """Accounts and suppliers, and the numbers that wait for a second person."""
    require(by, Action.READ_ACCOUNTS, village)
    case = case_of(village)
    may_ask = AUTHORITY.may(by, Action.ASK_ACCOUNT, case)
    form = CashBoxForm(posted(request)) if may_ask else None
    if request.method == "POST" and form is None:
        require(by, Action.ASK_ACCOUNT, village)
    if form and stored(
        form, lambda: operations.open_cash_box(by=by, village=village, now=now, **form.cleaned_data)
    ):  # fmt: skip
        return done(request, _("The cash box is open"), "villagefinance:accounts", village)
    return {
        "village": village, "region": village[:5], "year": today_in(village[:5], now).year, "places": places(village),
        "now": now,
        "suppliers": suppliers(village, scope=by), "changes": changes(village, scope=by), "form": form,
        "may_ask": may_ask, "may_confirm": AUTHORITY.may(by, Action.CONFIRM_ACCOUNT, case),
        "may_keep": AUTHORITY.may(by, Action.KEEP_SUPPLIERS, case),
    }  # fmt: skip


@village_page(FORM, tab="accounts", sends=True)
def supplier(request: HttpRequest, village: str, key: int = 0, *, by: Standing, now: datetime) -> Shown:
    """Enter a supplier, or say anew what is known of one."""
    require(by, Action.KEEP_SUPPLIERS, village)
    row = next((one for one in suppliers(village, scope=by) if one.key == key), None)
    if key and row is None:
        raise NotFound
    first = {name: getattr(row, name) for name in SupplierForm.base_fields} if row else {}
    form = SupplierForm(posted(request), initial=first)
    if stored(
        form,
        lambda: operations.save_supplier(
            by=by, village=village, given=form.new_supplier(), key=key or None, now=now
        ),
    ):  # fmt: skip
        return done(request, _("The supplier is kept"), "villagefinance:accounts", village)
    return {
        "village": village, "year": today_in(village[:5], now).year, "form": form, "heading": _("Supplier"),
        "submit": _("Keep"),
    }  # fmt: skip


@village_page(FORM, tab="accounts", sends=True)
def ask_number(request: HttpRequest, village: str, *, by: Standing, now: datetime) -> Shown:
    """Ask for another number of an account."""
    require(by, Action.ASK_ACCOUNT, village)
    owners = [
        *((f"supplier:{one.key}", one.name) for one in suppliers(village, scope=by)),
        *((f"account:{one.key}", one.name) for one in places(village) if one.is_bank),
        ("account:", _("a new account of the village")),
    ]
    form = NumberForm(posted(request), owners=owners)
    if stored(form, lambda: operations.ask_account(by=by, village=village, given=form.new_number(), now=now)):
        said = _("Asked. The secretary or the head confirms it in a day")
        return done(request, said, "villagefinance:accounts", village)
    return {
        "village": village, "year": today_in(village[:5], now).year, "form": form,
        "heading": _("Another number of an account"), "submit": _("Ask for the number"),
    }  # fmt: skip


@button
def confirm_number(request: HttpRequest, village: str, no: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Let another number of an account count."""
    operations.confirm_account(by=by, village=village, no=no, now=now)
    return done(request, _("The number counts from now on"), "villagefinance:accounts", village)


def require(by: Standing, action: Action, village: str) -> None:
    """Raise for who may not do this in a village."""
    case = case_of(village)
    AUTHORITY.require(by, action, case, known=AUTHORITY.holds(by, Action.READ_BOOKS, case))
