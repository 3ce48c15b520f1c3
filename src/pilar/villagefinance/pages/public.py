"""The budgets of villages as everybody reads them, without signing in; no person is named on these pages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.conditional import everybody
from pilar.design.tables import Asked, Column, Listing, Table
from pilar.design.views import searched
from pilar.evidence.documents import document
from pilar.people.rules import PUBLIC
from pilar.people.signin import standing_of
from pilar.people.views import Shown, page
from pilar.platform.language import translate
from pilar.platform.paging import paged
from pilar.villagefinance.documents.opendata import open_data
from pilar.villagefinance.documents.papers.tables import ACTIVITIES, REALISED, VILLAGES
from pilar.villagefinance.pages.frame import village_name, years_around
from pilar.villagefinance.pages.oversight import choices, day_of, month_and_fund
from pilar.villagefinance.queries import public as asked
from pilar.villagefinance.queries import realisation as queries
from pilar.villagefinance.queries.lines import sealed, sealed_days, sealed_since
from pilar.villagefinance.queries.villages import is_synthetic

DETAIL, ACTIVITY = 4, 3
"""The level of the chart that the page leaves to the open data (objek), and the level of activities among their
fields."""

SEALS = Table(
    gettext_lazy("Sealed days"),
    Column("day", gettext_lazy("Day")),
    Column("root", gettext_lazy("Root of all villages")),
    Column("villages", gettext_lazy("Villages"), number=True),
)


@everybody
@page("villagefinance/public/regions.html", public=True)
def regions(request: HttpRequest, *, now: datetime) -> Shown:
    """The regions whose villages keep their books here."""
    return {"regions": queries.public_regions(scope=PUBLIC), "year": today_in("", now).year}


@everybody
@page("villagefinance/public/villages.html", public=True)
def villages(request: HttpRequest, region: str, year: int, *, now: datetime) -> Shown:
    """The villages of a region with the sums of their budgets."""
    month, _fund = month_and_fund(request, region, year, now)
    words, asking = searched(request), Asked.of(request)
    sumses = [
        public_village for public_village in queries.public_villages(region, year, month, scope=PUBLIC)
        if all(word in public_village.name.casefold() for word in words.casefold().split())
    ]  # fmt: skip
    return {
        "region": areas.region(region), "year": year, "years": years_around(year), "q": words,
        "month": str(month), "months": choices()["months"],
        "rows": VILLAGES.of(paged(sumses, **asking.part), asking, about=f"{region} {year}-{month:02}"),
    }  # fmt: skip


@everybody
@page("villagefinance/public/village.html", public=True)
def village(request: HttpRequest, village: str, year: int, *, now: datetime) -> Shown:
    """The budget and realisation of a village, by account and by activity; similar villages; the seal."""
    month, _fund = month_and_fund(request, village[:5], year, now)
    public_year = queries.public_year(village, year, month, scope=PUBLIC)
    told, photos = public_year.realisation, defaultdict(list)
    seal = sealed(village, scope=PUBLIC)
    for photo in asked.public_photos(village, year, scope=PUBLIC):
        photos[photo.activity].append(photo)
    return {
        "questions": asked.published_questions(village, year, scope=PUBLIC), "photos": photos, "deepest": ACTIVITY,
        "village": village, "name": village_name(village), "region": areas.region(village[:5]), "year": year,
        "years": years_around(year),
        "found": public_year, "month": str(month), "months": choices()["months"], "seal": seal,
        "sealed_on": date.fromisoformat(seal["day"]["proof"]["entry"]["subject"]) if seal else None,
        "heads": [
            (name, told.head(code)) for code, name in (
                ("4", translate("Revenue")), ("5", translate("Expenditure")), ("6.1", translate("Financing in")),
                ("6.2", translate("Financing out")),
            )
        ],
        "accounts": _folded(REALISED, [row for row in told.rows if row.level < DETAIL]),
        "totals": REALISED.of((told.surplus, told.net_financing, told.remaining), without={"code"}),
        "fields": _folded(ACTIVITIES, public_year.activities),
        "alike": VILLAGES.of(public_year.alike, without={"held"}),
    }  # fmt: skip


def _folded(table: Table, rows: Iterable[Any]) -> list[tuple[Any, Listing]]:
    """Fold the rows below each first level of the chart: unfolded they fill twenty screens of a phone."""
    groups = groupby(rows, lambda row: row.code.partition(".")[0])
    return [(head, table.of(below)) for _code, (head, *below) in groups]


@require_safe
def data(request: HttpRequest, village: str, year: int) -> HttpResponse:
    """The budget of a village as open data, with the seal of its books and the programs that check it."""
    today = today_in(village[:5], timezone.now())
    month = today.month if today.year == year else 12
    rows, seal = queries.data_rows(village, year, month, scope=PUBLIC), sealed(village, scope=PUBLIC)
    name = village_name(village)
    synthetic = is_synthetic(village)
    home = settings.SITE_ADDRESS.rstrip("/") + reverse("villagefinance:public", args=[village, year])
    return document(
        request, "village-budget", village, name, year, rows, seal, today, synthetic,
        by=standing_of(request),
        make=lambda: open_data(
            village, name, year, rows, seal, home=home, created=datetime.combine(today, time(), UTC),
            synthetic=synthetic,
        ),
        name=f"apbdes-{village}-{year}.zip", media_type="application/zip",
    )  # fmt: skip


@everybody
@page("villagefinance/public/seals.html", public=True)
def seals(request: HttpRequest, village: str, *, now: datetime) -> Shown:
    """The sealed days, each with its root and the proof of the state of a village's books."""
    queries.with_books(village)
    asked_for = Asked.of(request)
    rows = SEALS.of(sealed_days(scope=PUBLIC, **asked_for.part), asked_for, about="segel")
    return {
        "village": village, "name": village_name(village), "year": today_in(village[:5], now).year, "rows": rows,
        "since": sealed_since(village, scope=PUBLIC),
    }  # fmt: skip


@require_safe
def seal(request: HttpRequest, village: str) -> HttpResponse:
    """The proof of the state of a village's books on a sealed day, by default the latest."""
    proof = sealed(village, scope=PUBLIC, day=day_of(request))
    content = (json.dumps(proof, ensure_ascii=False, indent=1) + "\n").encode()
    return document(
        request, "village-seal", village, proof,
        by=standing_of(request), make=lambda: content, name=f"segel-{village}.json", media_type="application/json",
    )  # fmt: skip
