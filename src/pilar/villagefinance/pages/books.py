"""The cash book with its sub-books, what was realised, the closing of a month: as pages, tables and documents."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas.queries import village_names
from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import file, number
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer
from pilar.platform.language import translate
from pilar.platform.reading import rupiah_text
from pilar.reports.pdf import typeset
from pilar.villagefinance import operations, reference
from pilar.villagefinance.documents.books import book_document, realisation_document, receipt_document
from pilar.villagefinance.pages.frame import village_page
from pilar.villagefinance.pages.paying import figures
from pilar.villagefinance.pages.till import require
from pilar.villagefinance.queries import books as queries
from pilar.villagefinance.queries import realisation as realised
from pilar.villagefinance.queries import requests
from pilar.villagefinance.queries.books import BOOK_NAMES, KIND_NAMES, BookKind, BookOf
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.clocks import last_day
from pilar.villagefinance.rules.realisation import Realisation

PDF = "application/pdf"
SHORT_HASH = 12
"""Characters of a hash that a printed book shows."""


def _amount(name: str, head: str) -> Column:
    return Column(name, head, number=True)


LINES = Table(
    gettext_lazy("Book"),
    Column("day", gettext_lazy("Day")),
    Column("entry", gettext_lazy("Entry"), lambda one: f"{translate(KIND_NAMES[one.kind])} {one.number}"),
    Column("told", gettext_lazy("What for")),
    Column("paper", gettext_lazy("Paper")),
    Column("holder", gettext_lazy("Where it lies")),
    Column("fund", gettext_lazy("Fund")),
    _amount("into", gettext_lazy("In, Rp")),
    _amount("out", gettext_lazy("Out, Rp")),
    _amount("balance", gettext_lazy("Balance, Rp")),
    Column("hash", gettext_lazy("Seal"), lambda one: one.hash[:SHORT_HASH]),
)
REALISED = Table(
    gettext_lazy("Realisation of the budget"),
    Column("code", gettext_lazy("Code")),
    Column("name", gettext_lazy("Name of the account"), lambda one: one.name if one.code else translate(one.name)),
    _amount("budget", gettext_lazy("Budget, Rp")),
    _amount("realised", gettext_lazy("Realised, Rp")),
    _amount("difference", gettext_lazy("Difference, Rp")),
    _amount("per_cent", gettext_lazy("Per cent")),
)


@village_page("villagefinance/paying/book.html", tab="books")
def book(request: HttpRequest, village: str, kind: str, year: int, month: int, *, by: Standing, now: datetime) -> Shown:
    """A book of a month."""
    found = _book(village, kind, year, month, by)
    asked, about = Asked.of(request), f"{village} {kind} {year}-{month:02}"
    case = case_of(village)
    over = last_day(year, month) < today_in(village[:5], now)
    return {
        "village": village, "year": year, "month": month, "kind": kind, "book": found, "month_name": MONTHS[month],
        "lines": LINES.of(found.lines, asked, about=about), "title": translate(BOOK_NAMES[found.kind]),
        "kinds": [(one.value, translate(name)) for one, name in BOOK_NAMES.items()],
        "before": _month(year, month, -1), "after": _month(year, month, 1),
        "may_close": over and not found.closed and AUTHORITY.may(by, Action.CLOSE_MONTH, case),
    }  # fmt: skip


@answer
def book_pdf(
    request: HttpRequest, village: str, kind: str, year: int, month: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """A book of a month in the printed form."""
    found = _book(village, kind, year, month, by)
    made = book_document(found, LINES.of(found.lines), village_name(village), now)
    return file(typeset(made), f"{kind}-{village}-{year}-{month:02}.pdf", PDF, inline=True)


@village_page("villagefinance/paying/realisation.html", tab="books")
def realisation(request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """What was realised of the budget (LRA) by a month, of all funds or one."""
    found = _realised(request, village, year, by, now)
    asked = Asked.of(request)
    return {
        "village": village, "year": year, "found": found, "fund": found.fund, "month": str(found.month),
        "rows": REALISED.of(found.whole, asked, about=f"{village} {year}-{found.month:02} {found.fund}".strip()),
        "funds": [("", _("All funds")), *((one.code, one.name) for one in reference.funds().values())],
        "months": [(str(key), name) for key, name in MONTHS.items()],
    }  # fmt: skip


@answer
def realisation_pdf(request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime) -> HttpResponse:
    """What was realised, in the printed form."""
    found = _realised(request, village, year, by, now)
    rows = REALISED.of(found.whole)
    made = realisation_document(found, rows, village_name(village), now)
    return file(typeset(made), f"lra-{village}-{year}-{found.month:02}.pdf", PDF, inline=True)


@answer
def receipt(request: HttpRequest, village: str, year: int, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """The receipt (kuitansi) of a payment, its amount in words."""
    row = requests.request(village, year, number, scope=by, today=today_in(village[:5], now))
    if row.paid_on is None:
        raise NotFound
    made = receipt_document(row, village_name(village), now)
    return file(typeset(made), f"kuitansi-{village}-{year}-{number}.pdf", PDF, inline=True)


@answer
def close_month(
    request: HttpRequest, village: str, year: int, month: int, *, by: Standing, now: datetime
) -> HttpResponse:
    """Close the books of a month."""
    return confirm(
        request,
        lambda: _close_check(village, year, month, by, now),
        lambda: operations.close_month(by=by, village=village, year=year, month=month, now=now),
    )


def village_name(code: str) -> str:
    """The name of a village."""
    return village_names(codes=[code]).get(code, code)


def _close_check(village: str, year: int, month: int, by: Standing, now: datetime) -> Check | Done:
    require(by, Action.CLOSE_MONTH, village)
    found = _book(village, BookKind.GENERAL, year, month, by)
    here = reverse("villagefinance:book", args=[village, BookKind.GENERAL, year, month])
    if found.closed:
        return Done(_("The month is closed"), here)
    last = last_day(year, month)
    early = Remark(_("The month is not over yet"))
    return Check(
        title=_("Check before you close the month"),
        act=_("Close the month"),
        about=f"{MONTHS[month]} {year}",
        will=(
            _("Nothing more is booked on a day of this month."),
            _("It is opened again by two people alone, with a reason."),
            *figures(
                (_("In, Rp"), rupiah_text(found.into)),
                (_("Out, Rp"), rupiah_text(found.out)),
                (_("Balance, Rp"), rupiah_text(found.after)),
            ),
        ),
        blocked=() if last < today_in(village[:5], now) else (early,),
        trail=((translate(BOOK_NAMES[BookKind.GENERAL]), here),),
        state=str(len(found.lines)),
    )


def _book(village: str, kind: str, year: int, month: int, by: Standing) -> BookOf:
    if kind not in {*BookKind} or not 1 <= month <= 12:
        raise NotFound
    return queries.book(village, year, month, BookKind(kind), scope=by)


def _realised(request: HttpRequest, village: str, year: int, by: Standing, now: datetime) -> Realisation:
    today = today_in(village[:5], now)
    month = number(request, "bulan", most=2) or (today.month if today.year == year else 12)
    fund = request.GET.get("dana", "")
    if not 1 <= month <= 12 or (fund and fund not in reference.funds()):
        raise NotFound
    return realised.realisation(village, year, month, scope=by, fund=fund)


def _month(year: int, month: int, by: int) -> date:
    months = year * 12 + month - 1 + by
    return date(months // 12, months % 12 + 1, 1)
