"""Public statistics of the one-stop office: tables, charts and open data."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design import charts
from pilar.design.conditional import everybody
from pilar.design.tables import Column, Table
from pilar.evidence.documents import document
from pilar.people.rules import PUBLIC
from pilar.people.signin import standing_of
from pilar.people.views import Shown, page
from pilar.permits.documents.statistics import open_data
from pilar.permits.queries import services
from pilar.permits.queries.desk import letter_counts
from pilar.permits.queries.statistics import Statistics, statistics
from pilar.permits.rules.measures import OFFICE_WORDS
from pilar.surveys.queries import satisfaction

COUNTED = Table(
    gettext_lazy("Applications"),
    Column("name", gettext_lazy("Kind")),
    Column("issued", gettext_lazy("Issued"), number=True),
    Column("refused", gettext_lazy("Refused"), number=True),
    Column("withdrawn", gettext_lazy("Withdrawn"), number=True),
    Column("running", gettext_lazy("In process"), number=True),
    Column("share", gettext_lazy("Decided in time, %"), number=True),
)
YEARS = 3
"""The years that have a page: this year and those before it."""


@everybody
@page("permits/around/statistics_regions.html", public=True)
def regions(request: HttpRequest, *, now: datetime) -> Shown:
    """The regions that have services here; if there is only one, redirect to it."""
    today = today_in("", now)
    codes = services.regions(today)
    if len(codes) == 1:
        return redirect("permits:statistics", codes[0], today.year)
    return {"regions": [areas.region(code) for code in codes], "year": today.year}


@everybody
@page("permits/around/statistics.html", public=True)
def year(request: HttpRequest, region: str, year: int, *, now: datetime) -> Shown:
    """The applications of a year."""
    today, statistics = today_in(region, now), _found(region, year, now)
    issued = {month.name: month.issued for month in statistics.months}
    return {
        "region": areas.region(region), "year": year, "years": range(today.year - YEARS + 1, today.year + 1),
        "found": statistics, "rows": COUNTED.of(list(statistics.services)),
        "chart": charts.columns(issued, columns=(_("Month"), _("Permits"))) if issued else None,
        "letters": letter_counts(region, date(year, 1, 1), date(year, 12, 31), scope=PUBLIC),
        "satisfied": satisfaction(region, OFFICE_WORDS, scope=PUBLIC), "synthetic": settings.DEMO,
    }  # fmt: skip


@require_safe
def data(request: HttpRequest, region: str, year: int) -> HttpResponse:
    """The same as open data."""
    now = timezone.now()
    statistics, today = _found(region, year, now), today_in(region, now)
    home = settings.SITE_ADDRESS.rstrip("/") + reverse("permits:statistics", args=[region, year])
    return document(
        request, "permit-statistics", region, year, statistics, today, by=standing_of(request),
        make=lambda: open_data(
            statistics, region, year, home=home, created=datetime.combine(today, time(), UTC), synthetic=settings.DEMO
        ),
        name=f"perizinan-{region}-{year}.zip", media_type="application/zip",
    )  # fmt: skip


def _found(region: str, year: int, now: datetime) -> Statistics:
    areas.region(region)
    return statistics(region, date(year, 1, 1), date(year, 12, 31), scope=PUBLIC, now=now)
