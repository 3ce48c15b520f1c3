"""Regions: all of them, and a year of one with how each result came about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar import index
from pilar.design import charts
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import searched
from pilar.evaluation import queries
from pilar.evaluation.conditional import public
from pilar.evaluation.pages.changes import ShownChange
from pilar.evaluation.pages.changes import shown as shown_change
from pilar.evaluation.queries import PUBLIC, Explained, RegionProfile
from pilar.evaluation.queries.changes import FinalChange
from pilar.evaluation.queries.computed import computed_of_region
from pilar.evaluation.queries.printed_changes import printed_changes
from pilar.evaluation.rules.scales import YearScale
from pilar.people.views import Shown, page


@dataclass(frozen=True)
class Line:
    """One line of the sum as it is written: weight in percent, score, contribution."""

    title: str
    weight: Decimal
    score: Decimal
    contribution: Decimal


@dataclass(frozen=True)
class Sum:
    """The sum as it is written; ``difference`` is the unrounded sum minus the printed final.

    Up to ``largest_rounding`` the rounding of printed figures explains it.
    """

    lines: tuple[Line, ...]
    unrounded: Decimal
    rounded: Decimal
    difference: Decimal | None
    differs: bool
    largest_rounding: Decimal
    weights_source: str


@dataclass(frozen=True)
class ShownRegion:
    """One statement as the page shows it."""

    explained: Explained
    bars: charts.Chart | None
    radar: charts.Chart | None
    sum: Sum | None
    change: ShownChange | None


@dataclass(frozen=True)
class Trend:
    """The finals of the years on one scale."""

    scale: YearScale
    chart: charts.Chart


@dataclass(frozen=True)
class Trends:
    """A line for each scale; ``several``: the region's finals stand on more than one."""

    lines: tuple[Trend, ...]
    several: bool


REGIONS = Table(
    gettext_lazy("Regencies and cities"),
    Column("name", gettext_lazy("Regency or city"), "region.name"),
    Column("code", gettext_lazy("Code"), "region.code"),
    Column("province", gettext_lazy("Province"), "region.province.name"),
    Column("statements", gettext_lazy("Statements"), number=True),
    Column("newest_year", gettext_lazy("Newest year"), number=True),
)


@public
@page("evaluation/regions.html", public=True)
def regions(request: HttpRequest) -> Shown:
    """Find a region among all regencies and cities."""
    text, province, asked = searched(request), request.GET.get("province", ""), Asked.of(request)
    page = queries.regions(scope=PUBLIC, text=text, province=province, **asked.part)
    provinces = [("", _("All provinces")), *((row.code, row.name) for row in queries.provinces(scope=PUBLIC))]
    return {"regions": REGIONS.of(page, asked), "text": text, "province": province, "provinces": provinces}


@public
def region_year(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """One year of a region: each statement, its scores, and how the final came about."""
    profile = queries.region_profile(code, scope=PUBLIC)
    region_year = profile.year(year)
    computed = [result for result in computed_of_region(code, scope=PUBLIC) if result.phase.header.year == year]
    if region_year is None and not computed:
        queries.year_row(year, queries.years(scope=PUBLIC))
    changes = printed_changes(profile, year)
    shown = (
        []
        if region_year is None
        else [
            _shown(explained, region_year.scale, changes.get(explained.statement.key))
            for explained in region_year.explained
        ]
    )
    context = {
        "profile": profile,
        "year": year,
        "found": region_year,
        "shown": shown,
        "computed": [result for result in computed if not result.phase.header.synthetic],
        "synthetic": [result for result in computed if result.phase.header.synthetic],
        "trends": trends_of(profile),
    }
    return render(request, "evaluation/region_year.html", context)


def _shown(explained: Explained, scale: YearScale | None, change: FinalChange | None) -> ShownRegion:
    told = None if change is None else shown_change(change)
    scores = {str(title): value for title, value in explained.scores}
    if not scores or scale is None:
        return ShownRegion(explained, None, None, _sum(explained), told)
    named = charts.Series(str(explained.statement.year), list(scores.values()))
    ends = {"minimum": scale.minimum, "maximum": scale.maximum}
    return ShownRegion(
        explained,
        bars=charts.bars(scores, columns=(_("Dimension"), _("Score")), **ends),
        radar=charts.radar(list(scores), [named], first_column=_("Dimension"), **ends) if len(scores) > 2 else None,
        sum=_sum(explained),
        change=told,
    )


def _sum(explained: Explained) -> Sum | None:
    recomputation = explained.recomputation
    if recomputation is None or explained.instrument is None:
        return None
    return Sum(
        lines=tuple(
            Line(str(step.title), _written(step.weight * 100), step.score, _written(step.contribution))
            for step in explained.steps
        ),
        unrounded=_written(recomputation.unrounded),
        rounded=recomputation.rounded,
        difference=None if recomputation.difference is None else _written(recomputation.difference),
        differs=recomputation.differs,
        largest_rounding=recomputation.largest_rounding,
        weights_source=explained.instrument[1].root.weights_source,
    )


def _written(value: Fraction) -> Decimal:
    return Decimal(index.decimal_text(value))


def trends_of(profile: RegionProfile) -> Trends:
    """The finals over the years; a year whose sources contradict each other stays a gap.

    Finals of two scales are never drawn as one line: each scale with two years or more has its own.
    """
    known = [row for row in profile.years if row.finals and row.scale is not None]
    scales = {row.scale.ends: row.scale for row in sorted(known, key=lambda row: row.year) if row.scale}
    drawn = []
    for ends, scale in scales.items():
        years = sorted((row for row in known if row.scale and row.scale.ends == ends), key=lambda row: row.year)
        finals = {row.year: row.finals[0] if len(row.finals) == 1 else None for row in years}
        if sum(value is not None for value in finals.values()) > 1:
            columns = (_("Year"), _("Final"))
            chart = charts.trend(finals, columns=columns, minimum=scale.minimum, maximum=scale.maximum)
            drawn.append(Trend(YearScale(*ends), chart))
    return Trends(tuple(drawn), several=len(scales) > 1)
