"""The closing of a month."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from pilar.areas.queries import village_names
from pilar.areas.reference import today_in
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.people.rules import NotFound, Standing
from pilar.people.views import answer
from pilar.platform.language import translate
from pilar.platform.reading import rupiah_text
from pilar.villagefinance import operations
from pilar.villagefinance.pages.paying import figures
from pilar.villagefinance.pages.till import require
from pilar.villagefinance.queries import books as queries
from pilar.villagefinance.queries.books import BOOK_NAMES, BookKind, BookOf
from pilar.villagefinance.rules.authority import Action
from pilar.villagefinance.rules.clocks import last_day


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
