"""A region: its results over the years, and how each came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pilar import index
from pilar.areas.reference import today_in
from pilar.design import charts, numbers
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import searched
from pilar.evaluation import queries
from pilar.evaluation.conditional import public
from pilar.evaluation.pages.changes import ShownChange
from pilar.evaluation.pages.changes import shown as shown_change
from pilar.evaluation.queries import PUBLIC, Explained, RegionProfile
from pilar.evaluation.queries.changes import FinalChange
from pilar.evaluation.queries.changes_told import printed_lines
from pilar.evaluation.queries.computed import ComputedResult, computed_of_region
from pilar.evaluation.queries.hub import region_hub
from pilar.evaluation.queries.printed_changes import printed_changes
from pilar.evaluation.queries.rows import Bilingual, Statement
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
class Lead:
    """The newest result of a region, stated by a source or computed by Pilar, and what can be said of it.

    ``address`` tells how it came about; ``scores`` are those of the dimensions, as far as they are known.
    """

    year: int
    address: str
    final: Decimal
    improvement: Decimal | None
    scale: YearScale | None
    scores: tuple[tuple[Bilingual, Decimal], ...]
    said: tuple[str, ...]
    statement: Statement | None = None
    rank: int | None = None


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


PHASES = 2
"""Of a year; a statement that names none is about the whole of it."""
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
    found = queries.regions(scope=PUBLIC, text=text, province=province, **asked.part)
    provinces = [("", _("All provinces")), *((one.code, one.name) for one in queries.provinces(scope=PUBLIC))]
    return {"regions": REGIONS.of(found, asked), "text": text, "province": province, "provinces": provinces}


@page("evaluation/region.html", public=True)
def region(request: HttpRequest, code: str, *, now: datetime) -> Shown:
    """What a region shows first, and everything published about it; what was made up for a demonstration stands
    apart."""
    profile = queries.region_profile(code, scope=PUBLIC)
    computed = computed_of_region(code, scope=PUBLIC)
    return {
        "profile": profile,
        "lead": _lead(profile, [one for one in computed if not one.phase.header.synthetic]),
        "hub": region_hub(code, now=now),
        "today": today_in(code, now),
        "statements": [(row, one.statement) for row in profile.years for one in row.explained],
        "computed": [one for one in computed if not one.phase.header.synthetic],
        "synthetic": [one for one in computed if one.phase.header.synthetic],
        "trends": _trends(profile),
    }


@public
def region_year(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """One year of a region: each statement, its scores, and how the final came about."""
    profile = queries.region_profile(code, scope=PUBLIC)
    found = profile.year(year)
    computed = [one for one in computed_of_region(code, scope=PUBLIC) if one.phase.header.year == year]
    if found is None and not computed:
        queries.year_row(year, queries.years(scope=PUBLIC))
    changes = printed_changes(profile, year)
    shown = (
        [] if found is None else [_shown(one, found.scale, changes.get(one.statement.key)) for one in found.explained]
    )
    context = {
        "profile": profile,
        "year": year,
        "found": found,
        "shown": shown,
        "computed": [one for one in computed if not one.phase.header.synthetic],
        "synthetic": [one for one in computed if one.phase.header.synthetic],
        "trends": _trends(profile),
    }
    return render(request, "evaluation/region_year.html", context)


def _lead(profile: RegionProfile, computed: Sequence[ComputedResult]) -> Lead | None:
    """The newest final: one that Pilar computed, or that a source states and none contradicts; the last of its year."""
    contradicted = ""
    own = next((one for one in computed if one.line.final is not None), None)
    for row in profile.years:
        if own and own.phase.header.year >= row.year:
            break
        finals = [one for one in row.explained if one.statement.final is not None]
        agreed = [one for one in finals if not one.statement.conflicting]
        if agreed:
            told = max(agreed, key=lambda one: (one.statement.phase_number or PHASES, len(one.scores)))
            return _stated(profile, told, row.scale, contradicted)
        if finals:
            contradicted = contradicted or _("Sources of %(year)s contradict each other.") % {"year": row.year}
    return None if own is None else _computed(own, contradicted)


def _stated(profile: RegionProfile, told: Explained, scale: YearScale | None, contradicted: str) -> Lead:
    statement = told.statement
    assert statement.final is not None, "the caller asked for one"
    change = printed_changes(profile, statement.year).get(statement.key)
    improvement = change.improvement if statement.improvement is None and change else statement.improvement
    said = (contradicted, *_moved(improvement, change), *_ends(told.scores), *_beside(statement))
    address = reverse("evaluation:region_year", args=[profile.region.code, statement.year])
    return Lead(
        statement.year, address, statement.final, improvement, scale, told.scores, tuple(filter(None, said)), statement
    )


def _computed(own: ComputedResult, contradicted: str) -> Lead:
    header, line = own.phase.header, own.line
    assert line.final is not None, "the caller asked for one"
    scores = tuple((part.title, part.published) for part in own.parts if part.depth == 0 and part.published is not None)
    said = filter(None, (contradicted, *_height(line.improvement), *_ends(scores)))
    address = reverse("evaluation:computed-region", args=[header.campaign, header.number, line.region.code])
    return Lead(
        header.year, address, line.final, line.improvement, header.scale, scores, tuple(said), rank=line.rank_in_group
    )


def _moved(improvement: Decimal | None, change: FinalChange | None) -> Iterator[str]:
    """How the final moved, and by which dimension, as far as sources print it."""
    yield from _height(improvement)
    if not improvement:
        return
    parts = {line.title: line.value for line in ([] if change is None else printed_lines(change))}
    known = {title: value for title, value in parts.items() if value is not None}
    if known and len(known) == len(parts):
        title, value = max(known.items(), key=lambda part: abs(part[1]))
        yield _("Moved most by %(dimension)s (%(part)s).") % {"dimension": title, "part": _signed(value)}
    else:
        yield _("Which dimensions moved it cannot be told from what sources print.")


def _height(improvement: Decimal | None) -> Iterator[str]:
    """How high the final stands beside the year before, where that is known."""
    if improvement is None:
        return
    amount = _score(abs(improvement))
    if improvement > 0:
        yield _("Up %(amount)s on the year before.") % {"amount": amount}
    elif improvement < 0:
        yield _("Down %(amount)s on the year before.") % {"amount": amount}
    else:
        yield _("As high as the year before.")


def _ends(scores: Sequence[tuple[Bilingual, Decimal]]) -> Iterator[str]:
    """The highest and the lowest dimensions, with all that are as high; silent where all are alike."""
    values = [value for _title, value in scores]
    if scores and min(values) < max(values):
        yield _("Highest: %(highest)s (%(most)s); lowest: %(lowest)s (%(least)s).") % {
            "highest": _named(scores, max(values)), "most": _score(max(values)),
            "lowest": _named(scores, min(values)), "least": _score(min(values)),
        }  # fmt: skip


def _named(scores: Sequence[tuple[Bilingual, Decimal]], value: Decimal) -> str:
    return ", ".join(str(title) for title, score in scores if score == value)


def _beside(statement: Statement) -> Iterator[str]:
    """How many were evaluated, where a source says so and prints no rank among them."""
    if statement.rank is None and statement.rank_size:
        yield _("One of %(count)s regions evaluated.") % {"count": statement.rank_size}


def _score(value: Decimal) -> str:
    return numbers.plain(value, get_language() or "id")


def _signed(value: Decimal) -> str:
    return numbers.signed(value, get_language() or "id")


def _shown(one: Explained, scale: YearScale | None, change: FinalChange | None) -> ShownRegion:
    told = None if change is None else shown_change(change)
    scores = {str(title): value for title, value in one.scores}
    if not scores or scale is None:
        return ShownRegion(one, None, None, _sum(one), told)
    named = charts.Series(str(one.statement.year), list(scores.values()))
    ends = {"minimum": scale.minimum, "maximum": scale.maximum}
    return ShownRegion(
        one,
        bars=charts.bars(scores, columns=(_("Dimension"), _("Score")), **ends),
        radar=charts.radar(list(scores), [named], first_column=_("Dimension"), **ends) if len(scores) > 2 else None,
        sum=_sum(one),
        change=told,
    )


def _sum(one: Explained) -> Sum | None:
    found = one.recomputation
    if found is None or one.instrument is None:
        return None
    return Sum(
        lines=tuple(
            Line(str(step.title), _written(step.weight * 100), step.score, _written(step.contribution))
            for step in one.steps
        ),
        unrounded=_written(found.unrounded),
        rounded=found.rounded,
        difference=None if found.difference is None else _written(found.difference),
        differs=found.differs,
        largest_rounding=found.largest_rounding,
        weights_source=one.instrument[1].root.weights_source,
    )


def _written(value: Fraction) -> Decimal:
    return Decimal(index.decimal_text(value))


def _trends(profile: RegionProfile) -> Trends:
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
