"""Investment: areas and answers for everybody, and the records kept by the office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design import charts
from pilar.design.conditional import everybody
from pilar.design.forms import posted, stored
from pilar.design.import_files import template_text
from pilar.design.imports import ImportPage, look_then_store
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done, file, searched
from pilar.measures.rules.periods import parse_period
from pilar.people.pages.citizens import to_sign_in
from pilar.people.rules import PUBLIC, NotFound, Standing
from pilar.people.views import Shown, answer, button, page
from pilar.permits import imports, operations
from pilar.permits.forms.around import PotentialForm, RealisedForm
from pilar.permits.queries import investment as queries
from pilar.permits.reference.investment import published
from pilar.permits.reference.kbli import CLASS, find
from pilar.permits.rules.authority import AUTHORITY, Action, Case
from pilar.platform.paging import paged

POTENTIALS = Table(
    gettext_lazy("Where one may invest"),
    Column("name", gettext_lazy("Name")),
    Column("number", gettext_lazy("On the map"), lambda row: row.number or None, number=True),
    Column("kind_name", gettext_lazy("Kind")),
    Column("district_name", gettext_lazy("District")),
    Column("area", gettext_lazy("Area, ha"), number=True),
    Column("note", gettext_lazy("Note")),
    Column("source", gettext_lazy("Source")),
)
REALISED = Table(
    gettext_lazy("Realised investment"),
    Column("quarter", gettext_lazy("Quarter"), lambda row: parse_period(f"{row.year}-Q{row.quarter}").text()),
    Column("business", gettext_lazy("Business")),
    Column("nib", gettext_lazy("NIB")),
    Column("kbli", gettext_lazy("KBLI")),
    Column("capital_name", gettext_lazy("Capital")),
    Column("planned", gettext_lazy("Planned, Rp"), number=True),
    Column("realised", gettext_lazy("Realised, Rp"), number=True),
    Column("workers", gettext_lazy("Workers"), number=True),
    Column("state_name", gettext_lazy("State")),
)
OSS = Table(
    gettext_lazy("Businesses by the OSS"),
    Column("business", gettext_lazy("Business")),
    Column("nib", gettext_lazy("NIB")),
    Column("kbli", gettext_lazy("KBLI")),
    Column("title", gettext_lazy("Title")),
    Column("risk", gettext_lazy("Risk")),
    Column("status", gettext_lazy("Status")),
    Column("as_of", gettext_lazy("As of")),
)
RECOMMENDED = Table(
    gettext_lazy("To be entered in the OSS"),
    Column("nib", gettext_lazy("NIB")),
    Column("business", gettext_lazy("Business")),
    Column("service", gettext_lazy("Service")),
    Column("case", gettext_lazy("Application")),
    Column("outcome", gettext_lazy("Outcome")),
    Column("decided_on", gettext_lazy("Decided on")),
    Column("permit", gettext_lazy("Permit")),
)
IMPORTS: dict[str, tuple[type[imports.Around], str]] = {
    "potensi": (imports.Potentials, "potentials"),
    "realisasi": (imports.RealisedEntries, "realised"),
    "oss": (imports.OssRecords, "oss"),
}
"""By the word in the address: the import, and the page of the data it fills."""


@everybody
@page("permits/around/regions.html", public=True)
def regions(request: HttpRequest) -> Shown:
    """The regions that show areas for investment; if there is only one, redirect to it."""
    codes = queries.regions(scope=PUBLIC)
    if len(codes) == 1:
        return redirect("permits:investment", codes[0])
    return {"regions": [areas.region(code) for code in codes]}


@everybody
@page("permits/around/investment.html", public=True)
def investment(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Show areas for investment, the form to ask whether a business is allowed, and the realised investment."""
    asking, today = Asked.of(request), today_in(region, now)
    year = today.year
    told = published(region)
    words, rows = searched(request), queries.potentials(region, scope=PUBLIC)
    years = {figure.period: figure.total for figure in told if figure.whole}
    chart = charts.bars(
        dict(years), columns=(_("Year"), _("Rp trillion")), minimum=Decimal(), maximum=max(years.values())
    ) if years else None  # fmt: skip
    return {
        "region": areas.region(region), "q": words, "codes": find(words) if words else None, "chart": chart,
        "published": told, "year": year, "sums": queries.realised_sums(region, year, range(1, 5), scope=PUBLIC)[""],
        "rows": POTENTIALS.of(paged(rows, **asking.part), asking, about=region), "map": _map(rows),
        "of": (year, (today.month + 2) // 3),
        "works": AUTHORITY.may(by, Action.READ_AROUND, Case(region)),
        "keeps": AUTHORITY.may(by, Action.KEEP_INVESTMENT, Case(region)),
    }  # fmt: skip


def _map(rows: Sequence[queries.PotentialRow]) -> charts.Chart | None:
    """The areas that have coordinates, by their numbers."""
    marks = [
        charts.Place(row.name, row.point.latitude, row.point.longitude, (row.kind_name, row.district_name))
        for row in rows if row.point
    ]  # fmt: skip
    return charts.places(marks, columns=(_("Name"), _("Kind"), _("District"))) if marks else None


@page("permits/around/answer.html", public=True)
def answer_for(request: HttpRequest, region: str, code: str, *, now: datetime) -> Shown:
    """Answer whether a business with a KBLI code is allowed here: requirements, services, places and time."""
    if len(code) != CLASS:
        raise NotFound
    return {
        "region": areas.region(region), "found": queries.answer(region, code, scope=PUBLIC),
        "services": queries.services_for(region, code, today_in(region, now), scope=PUBLIC),
    }  # fmt: skip


@page("permits/around/potentials.html", sends=True)
def potentials(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Show the areas for investment as the office maintains them."""
    _require(by, region, Action.KEEP_INVESTMENT)
    form = PotentialForm(posted(request), region=region)
    if stored(form, lambda: operations.save_potentials(by=by, region=region, given=[form.entry()], now=now)):
        return done(request, _("The changes are kept"), "permits:potentials", region)
    asking = Asked.of(request)
    rows = paged(queries.potentials(region, scope=by), **asking.part)
    return {"region": areas.region(region), "form": form, "rows": POTENTIALS.of(rows, asking, about=region)}


@button
def withdraw_potential(request: HttpRequest, region: str, code: str, *, by: Standing) -> HttpResponse:
    """Stop showing an area."""
    operations.withdraw_potential(by=by, region=region, code=code)
    return done(request, _("It is no longer shown"), "permits:potentials", region)


@page("permits/around/report.html", public=True, sends=True)
def report(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Let a business report its investment of a quarter with its public account."""
    if by.citizen is None:
        return to_sign_in(request)
    form = RealisedForm(posted(request), region=region)
    if stored(form, lambda: operations.enter_realised(by=by, region=region, given=form.entry(), now=now)):
        return done(request, _("The office confirms it next"), "permits:investment", region)
    return {"region": areas.region(region), "form": form}


@page("permits/around/realised.html", sends=True)
def realised(request: HttpRequest, region: str, *, by: Standing, now: datetime) -> Shown:
    """Show the entered investments, to be confirmed by a second person."""
    asking, form = Asked.of(request), RealisedForm(posted(request), region=region)
    rows = queries.realised(region, scope=by, **asking.part)
    if stored(form, lambda: operations.enter_realised(by=by, region=region, given=form.entry(), now=now)):
        return done(request, _("A second person confirms it next"), "permits:realised", region)
    return {
        "region": areas.region(region), "rows": REALISED.of(rows, asking, about=region),
        "form": form if AUTHORITY.may(by, Action.KEEP_INVESTMENT, Case(region)) else None,
        "judges": AUTHORITY.may(by, Action.REPORT, Case(region)),
    }  # fmt: skip


@button
def judge_realised(request: HttpRequest, region: str, entry: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Confirm or reject an entry."""
    operations.judge_realised(by=by, entry=entry, confirmed=request.POST.get("confirmed") == "1", now=now)
    return done(request, _("The changes are kept"), "permits:realised", region)


@page("permits/around/oss.html")
def oss(request: HttpRequest, region: str, *, by: Standing) -> Shown:
    """Show the newest statements of the national OSS about businesses."""
    asking, words = Asked.of(request), searched(request)
    rows = queries.oss_records(region, scope=by, words=words, **asking.part)
    keeps = AUTHORITY.may(by, Action.KEEP_INVESTMENT, Case(region))
    return {"region": areas.region(region), "q": words, "rows": OSS.of(rows, asking, about=region), "keeps": keeps}


@page("permits/around/recommended.html")
def recommended(request: HttpRequest, region: str, *, by: Standing) -> Shown:
    """Show the decisions about businesses, as a list and a file for entering them in the national OSS."""
    asking = Asked.of(request)
    rows = queries.recommended(region, scope=by, **asking.part)
    return {"region": areas.region(region), "rows": RECOMMENDED.of(rows, asking, about=region)}


@answer
def import_(request: HttpRequest, region: str, what: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Import a file of areas, realised investment or OSS data, in two steps."""
    importer, to = _import(by, region, what, now)
    templates = ((_("File to begin with (CSV)"), reverse("permits:import-template", args=[region, what])),)
    shown = ImportPage(
        done=reverse(f"permits:{to}", args=[region]), label=_("File"), hint=_("XLSX or CSV"), templates=templates
    )

    def draw(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
        given = {"region": areas.region(region), "to": shown.done, **context}
        return render(request, "permits/around/import.html", given, status=status)

    return look_then_store(request, importer, shown, draw)


@answer
def import_template(request: HttpRequest, region: str, what: str, *, by: Standing, now: datetime) -> HttpResponse:
    """A template file."""
    importer, _to = _import(by, region, what, now)
    return file(template_text(importer.columns(), []), f"{what}-{region}.csv", "text/csv")


def _import(by: Standing, region: str, what: str, now: datetime) -> tuple[imports.Around, str]:
    if what not in IMPORTS:
        raise NotFound
    _require(by, region, Action.KEEP_INVESTMENT)
    importer, to = IMPORTS[what]
    return importer(by, region, now), to


def _require(by: Standing, region: str, action: Action) -> None:
    case = Case(region)
    AUTHORITY.require(by, action, case, known=AUTHORITY.holds(by, Action.READ_AROUND, case))
