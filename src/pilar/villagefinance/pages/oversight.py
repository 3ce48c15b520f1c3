"""The regency's view of its villages: realisation, late steps, next stages, cash ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import number, searched
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, page
from pilar.platform.language import translate
from pilar.platform.paging import paged
from pilar.villagefinance import reference
from pilar.villagefinance.documents.paper import money
from pilar.villagefinance.documents.papers.tables import VILLAGES
from pilar.villagefinance.queries import oversight
from pilar.villagefinance.queries.realisation import consolidated
from pilar.villagefinance.rules.oversight import CashMonth, Late
from pilar.villagefinance.rules.stages import STAGE_NAMES


def _first(row: Late) -> str:
    of_month = f"{MONTHS[row.first.month]}, " if row.first.month else ""
    return of_month + _("due on %(day)s") % {"day": date_format(row.first.day, "j F Y")}


def _law(row: Late) -> str:
    origin = row.first.clock.origin
    assumed = _("assumption")
    return f"{origin.law} ({assumed})" if origin.is_assumption else origin.law


def _month(row: CashMonth) -> str:
    return str(MONTHS[row.month]) if row.month else _("Today")


LATE = Table(
    gettext_lazy("Late"),
    Column("name", gettext_lazy("Village, district")),
    Column("code", gettext_lazy("Code"), on_page=False),
    Column("title", gettext_lazy("Step")),
    Column("month", gettext_lazy("Since"), _first),
    Column("count", gettext_lazy("How many"), number=True),
    Column("law", gettext_lazy("Rule"), _law),
)
STAGES = Table(
    gettext_lazy("Next stages"),
    Column("name", gettext_lazy("Village, district")),
    Column("code", gettext_lazy("Code"), on_page=False),
    Column("fund", gettext_lazy("Fund")),
    Column("stage", gettext_lazy("Stage"), "ready.stage.code"),
    money("amount", gettext_lazy("Amount, Rp"), "ready.amount"),
    Column("state", gettext_lazy("State"), lambda row: translate(STAGE_NAMES[row.ready.state][0])),
    Column("last", gettext_lazy("Last day"), "ready.last"),
    Column("lacking", gettext_lazy("Lacks")),
)
CASH = Table(
    gettext_lazy("Cash ahead"),
    Column("fund", gettext_lazy("Fund")),
    Column("month", gettext_lazy("Month"), _month),
    money("into", gettext_lazy("In, Rp")),
    money("out", gettext_lazy("Out, Rp")),
    money("after", gettext_lazy("Balance, Rp")),
)


def framed(context: Mapping[str, Any], by: Standing, tab: str) -> Mapping[str, Any]:
    """Add the region and year of a page, and the reader's place in them."""
    code, year = context["code"], context["year"]
    titles = {
        "consolidation": _("Realisation (LRA)"), "region-papers": _("Reports"), "village-sums": _("Villages"),
        "late": _("Late"), "stages": _("Next stages"), "cash-ahead": _("Cash ahead"),
    }  # fmt: skip
    tabs = [
        (title, reverse(f"villagefinance:{name}", args=[code, year]), name == tab) for name, title in titles.items()
    ]
    return {"region": areas.region(code), "title": titles[tab], "tabs": tabs, "tab": tab}


framed_page = partial(page, frame=framed)
region_page = partial(framed_page, "villagefinance/oversight.html")


@region_page(tab="village-sums")
def village_sums(request: HttpRequest, region: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """Show the sums of each village's budget."""
    (month, fund), asked = month_and_fund(request, region, year, now), Asked.of(request)
    consolidation = consolidated(region, year, month, scope=by, fund=fund)
    about = f"{region} {year}-{month:02} {fund}".strip()
    return {
        **_given(region, year), "month": str(month), "fund": fund, **choices(),
        **_looked_for(request),
        "rows": VILLAGES.of(paged(_fitting(request, consolidation.villages), **asked.part), asked, about=about),
    }  # fmt: skip


@region_page(tab="late")
def late(request: HttpRequest, region: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """Show which villages are late with which steps."""
    asked = Asked.of(request)
    rows = paged(_fitting(request, oversight.late(region, year, scope=by, now=now)), **asked.part)
    lead = _(
        "The report of a month counts as made when its books are closed, the others when they are on record. In the"
        " present year also what is left of the year before."
    )
    listed = LATE.of(rows, asked, about=f"{region}-{year}")
    unheard = oversight.unheard(region, scope=by)
    return {**_given(region, year), **_looked_for(request), "lead": lead, "rows": listed, "unheard": unheard}


@region_page(tab="stages")
def stages(request: HttpRequest, region: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """The next stage of each fund, and its missing conditions."""
    fund, asked = fund_of(request), Asked.of(request)
    rows = paged(_fitting(request, oversight.next_stages(region, year, scope=by, now=now, fund=fund)), **asked.part)
    assumed = any(row.assumed for row in rows)
    return {
        **_given(region, year), **_looked_for(request), "fund": fund, "funds": _funds(), "assumed": assumed,
        "unheard": oversight.unheard(region, scope=by),
        "rows": STAGES.of(rows, asked, about=f"{region}-{year} {fund}".strip()),
    }  # fmt: skip


@region_page(tab="cash-ahead")
def cash_ahead(request: HttpRequest, region: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """Show the money that the villages hold of each fund, and its forecast by their cash plans."""
    rows = oversight.forecast(region, year, scope=by, now=now)
    return {**_given(region, year), "rows": CASH.of(rows, Asked.of(request), about=f"{region}-{year}")}


def month_and_fund(request: HttpRequest, region: str, year: int, now: datetime) -> tuple[int, str]:
    """Return the month (by default the present or last one) and the fund that an address asks for."""
    today = today_in(region, now)
    month = number(request, "bulan", most=2) or (today.month if today.year == year else 12)
    if not 1 <= month <= 12:
        raise NotFound
    return month, fund_of(request)


def choices() -> Mapping[str, Any]:
    """Return the choices of funds and months."""
    return {"funds": _funds(), "months": [(str(key), name) for key, name in MONTHS.items()]}


def _given(region: str, year: int) -> Mapping[str, Any]:
    return {"code": region, "year": year}


def _looked_for(request: HttpRequest) -> Mapping[str, Any]:
    return {"by_name": True, "q": searched(request)}


def _fitting(request: HttpRequest, rows: Iterable[Any]) -> list[Any]:
    """Return the rows of villages whose name or district holds all words that an address looks for."""
    words = searched(request).lower().split()
    return [row for row in rows if all(word in row.name.lower() for word in words)]


def fund_of(request: HttpRequest) -> str:
    """Return the fund that an address asks for; empty for all. Raises :class:`NotFound` for an unknown one."""
    fund = request.GET.get("dana", "")
    if fund and fund not in reference.funds():
        raise NotFound
    return fund


def day_of(request: HttpRequest) -> date | None:
    """Return the day that an address asks for, as ``2026-03-31``; None without one. Raises :class:`NotFound` for
    anything else."""
    try:
        return date.fromisoformat(request.GET["hari"]) if "hari" in request.GET else None
    except ValueError:
        raise NotFound from None


def _funds() -> list[tuple[str, str]]:
    return [("", _("All funds")), *((fund.code, fund.name) for fund in reference.funds().values())]
