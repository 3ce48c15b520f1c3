"""Books and reports of a village and of a regency: each as a page, in the printed form, as a workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.final_acts import Remark
from pilar.design.forms import FaultsForm, posted
from pilar.design.views import file, number
from pilar.people.rules import NotFound, Standing
from pilar.people.views import Shown, answer
from pilar.platform.language import N_, translate
from pilar.villagefinance import operations
from pilar.villagefinance.documents.paper import KINDS, LAYOUT, Choices, Group, Made, Paper, Wanted
from pilar.villagefinance.documents.papers import REGION_PAPERS, VILLAGE_PAPERS
from pilar.villagefinance.forms.budgets import ReportForm
from pilar.villagefinance.pages.frame import require, village_name, village_page, years_around
from pilar.villagefinance.pages.oversight import choices, day_of, framed_page, fund_of
from pilar.villagefinance.pages.steps import Seen, Step, take
from pilar.villagefinance.pages.years import WAYS
from pilar.villagefinance.queries import reports as queries
from pilar.villagefinance.queries.books import is_closed
from pilar.villagefinance.queries.corrections import about_report, corrections
from pilar.villagefinance.queries.lines import books
from pilar.villagefinance.queries.people import officials
from pilar.villagefinance.queries.realisation import overseen
from pilar.villagefinance.queries.villages import is_synthetic, require_books
from pilar.villagefinance.rules.authority import AUTHORITY, REPORTED_BY, case_of
from pilar.villagefinance.rules.reports import WITHOUT_PAPER, ReportAct

RECORD = Step(
    operations.record_report, N_("Check before you put it on record"), N_("Put it on record"),
    N_("It is on record"), (N_("The camat, the office for villages and the inspectorate see it as done."),),
)  # fmt: skip


@village_page("villagefinance/papers/listed.html", tab="books")
def listed(request: HttpRequest, village: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """All papers of a village and year, and which of its reports are on record."""
    reports = queries.reports(village, year, scope=by, now=now)
    corrected = corrections(village, f"report/{year}", below=True)
    return {
        "village": village, "year": year, "years": years_around(year), "today": today_in(village[:5], now),
        "groups": _groups(VILLAGE_PAPERS, "paper", village=village, year=year),
        "reports": [
            (
                report, AUTHORITY.may(by, REPORTED_BY[report.act], case_of(village)),
                [row for row in corrected if row.about == about_report(year, report.act)],
            )
            for report in reports
        ],
    }  # fmt: skip


@answer
def record_report(
    request: HttpRequest, village: str, year: int, act: str, *, by: Standing, now: datetime
) -> HttpResponse:
    """Put a report of the year on record."""
    if act not in {*ReportAct}:
        raise NotFound
    of = ReportAct(act)
    require(by, REPORTED_BY[of], village)
    step = replace(RECORD, form=FaultsForm if of in WITHOUT_PAPER else ReportForm)
    given = {"by": by, "village": village, "year": year, "now": now}

    def look() -> Seen:
        row = next(report for report in queries.reports(village, year, scope=by, now=now) if report.act is of)
        due = _("Due on %(day)s.") % {"day": date_format(row.due, "j F Y")}
        here = reverse("villagefinance:papers", args=[village, year])
        blocked = tuple(Remark(fault) for fault in row.faults)
        return Seen(((_("Books and reports"), here),), f"{row.name}, {year}", (due,), blocked=blocked, done=row.done)

    return take(request, step, look, form=step.form(posted(request)), act=of, **given)


@village_page("villagefinance/papers/paper.html", tab="books")
def paper(
    request: HttpRequest, village: str, name: str, year: int, month: int = 0, *, by: Standing, now: datetime
) -> Shown:
    """A paper of a village."""
    require_books(village, scope=by)
    of = _named(VILLAGE_PAPERS, name)
    wanted, numbers = _wanted(request, of, Wanted(village, year, by, now, today_in(village[:5], now), month))
    closes = of.group is Group.BOOKS and "month" in of.asks and wanted.last < wanted.today
    step = "ask-reopening" if closes and is_closed(village, year, wanted.month) else "close-month"
    may = closes and AUTHORITY.may(by, WAYS[step].action, case_of(village))
    return {
        "village": village, **_shown(of, wanted, numbers),
        "at": _addresses("paper", of, village=village, year=year),
        "act": (translate(WAYS[step].step.act), f"villagefinance:{step}") if may else None,
    }  # fmt: skip


@framed_page("villagefinance/papers/region_listed.html", tab="region-papers")
def region_listed(request: HttpRequest, region: str, year: int, *, by: Standing) -> Shown:
    """All papers of a regency and year."""
    overseen(region, scope=by)
    return {"code": region, "year": year, "groups": _groups(REGION_PAPERS, "region-paper", region=region, year=year)}


@framed_page("villagefinance/papers/region_paper.html", tab="consolidation")
def region_paper(request: HttpRequest, region: str, name: str, year: int, *, by: Standing, now: datetime) -> Shown:
    """A paper of a regency."""
    of = _named(REGION_PAPERS, name)
    wanted, numbers = _wanted(request, of, Wanted(region, year, by, now, today_in(region, now)))
    at = _addresses("region-paper", of, region=region, year=year)
    return {"code": region, **_shown(of, wanted, numbers), "at": at, "title": of.about(wanted)}


@answer
def paper_file(
    request: HttpRequest, name: str, year: int, kind: str, *, by: Standing, now: datetime, village: str = "",
    region: str = "",
) -> HttpResponse:  # fmt: skip
    """A paper of a village or of a region as a file."""
    if village:
        require_books(village, scope=by)
    place, of = village or region, _named(VILLAGE_PAPERS if village else REGION_PAPERS, name)
    wanted, _numbers = _wanted(request, of, Wanted(place, year, by, now, today_in(place[:5], now)))
    filled = of.filled(wanted)
    if kind not in KINDS or filled is None:
        raise NotFound
    names = officials(place, filled.day) if of.signed else {}
    title = village_name(village) if village else areas.region(region).name
    made = Made(of, wanted, filled, title, names, is_synthetic(place))
    return file(*made.file(kind), inline=kind == "pdf")


@answer
def books_file(request: HttpRequest, village: str, *, by: Standing) -> HttpResponse:
    """The books of a village as a file that ``verify-books`` checks, with the proof of a sealed day."""
    require_books(village, scope=by)
    exported = books(village, scope=by, day=day_of(request))
    return file(json.dumps(exported, ensure_ascii=False), f"buku-{village}.json", "application/json")


def _named(papers: Mapping[str, Paper], name: str) -> Paper:
    if name not in papers:
        raise NotFound
    return papers[name]


def _wanted(request: HttpRequest, of: Paper, wanted: Wanted) -> tuple[Wanted, Choices]:
    """Return the paper that an address asks for, and the numbers to choose from; raises :class:`NotFound`."""
    month = of.month
    if "month" in of.asks:
        present = wanted.today.month if wanted.today.year == wanted.year else month
        month = wanted.month or number(request, "bulan", most=2) or present
    if not 1 <= month <= 12:
        raise NotFound
    wanted = replace(wanted, month=month, fund=fund_of(request) if "fund" in of.asks else "")
    numbers = of.numbers(wanted) if of.numbers else ()
    asked = number(request, "nomor") if of.numbers else None
    if asked is not None and asked not in dict(numbers):
        raise NotFound
    return replace(wanted, number=next(iter(dict(numbers)), None) if asked is None else asked), numbers


def _shown(of: Paper, wanted: Wanted, numbers: Choices) -> Mapping[str, Any]:
    """Return the values that the page of a paper needs."""
    asked = {"bulan": wanted.month if "month" in of.asks else None, "dana": wanted.fund, "nomor": wanted.number}
    return {
        "year": wanted.year, "paper": of, "about": of.about(wanted), "filled": of.filled(wanted),
        "asked": urlencode({name: value for name, value in asked.items() if value not in ("", None)}),
        "month": str(wanted.month), "fund": wanted.fund, "number": str(wanted.number),
        "numbers": [(str(key), said) for key, said in numbers],
        **choices(), "layout": translate(LAYOUT),
    }  # fmt: skip


def _addresses(name: str, of: Paper, **at: Any) -> list[tuple[str, str]]:
    """Return the addresses of a paper's page and files, each with the name of its format."""
    at["name"] = of.name
    files = [(kind.upper(), reverse(f"villagefinance:{name}-file", kwargs={**at, "kind": kind})) for kind in KINDS]
    return [("", reverse(f"villagefinance:{name}", kwargs=at)), *files]


def _groups(papers: Mapping[str, Paper], name: str, **at: Any) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Return the papers by their group, each with its addresses."""
    groups = {group: [paper for paper in papers.values() if paper.group is group] for group in Group}
    return [
        (translate(group), [(paper.said, _addresses(name, paper, **at)) for paper in members])
        for group, members in groups.items() if members
    ]  # fmt: skip
