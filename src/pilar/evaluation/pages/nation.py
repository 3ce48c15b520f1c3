"""The ministry's overview of the nation or of a province: what runs, what is published, how it went over the years."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pilar.areas.reference import province_tiles
from pilar.design import charts
from pilar.design.sheets import XLSX, add_sheet, new_workbook
from pilar.design.tables import Asked, Column, Listing, Table
from pilar.design.views import file
from pilar.evaluation.queries import nation as reads
from pilar.evaluation.queries.nation import Nation, PivotRow, ProvinceFigures, RegionScores, Trend
from pilar.evaluation.queries.stragglers import stragglers
from pilar.evaluation.queries.work import run_phases
from pilar.evaluation.rules.authority import Action, Case, in_time, provinces_read, reads_campaigns
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page

FEW = 8
"""Stragglers of a phase, and weakest indicators, that are shown at once."""

PROVINCES = Table(
    gettext_lazy("Provinces"),
    Column("name", gettext_lazy("Province"), "province.name"),
    Column("code", gettext_lazy("Code"), "province.code", on_page=False),
    Column("regions", gettext_lazy("Regions"), "spread.regions", number=True),
    Column("scored", gettext_lazy("With a final"), "spread.scored", number=True),
    Column("mean", gettext_lazy("Mean final"), "spread.mean", number=True),
    Column("lowest", gettext_lazy("Lowest"), "spread.lowest", number=True),
    Column("highest", gettext_lazy("Highest"), "spread.highest", number=True),
)
STRAGGLERS = Table(
    gettext_lazy("Who is waited for"),
    Column("region", gettext_lazy("Region")),
    Column("percent", gettext_lazy("So far")),
    Column("whom", gettext_lazy("Who can act")),
    Column("reminded", gettext_lazy("Reminded on")),
)
WEAKEST = Table(
    gettext_lazy("Weakest indicators"),
    Column("title", gettext_lazy("Indicator")),
    Column("dimension", gettext_lazy("Dimension")),
    Column("mean", gettext_lazy("Mean score"), number=True),
    Column("regions", gettext_lazy("Regions with a score"), number=True),
)
TRENDS = Table(
    gettext_lazy("Over the years"),
    Column("year", gettext_lazy("Year"), lambda row: str(row.round.header.year)),
    Column("campaign", gettext_lazy("Campaign"), lambda row: row.round.header.title),
    Column("regions", gettext_lazy("Regions"), "spread.regions", number=True),
    Column("mean", gettext_lazy("Mean final"), "spread.mean", number=True),
    Column("median", gettext_lazy("Median"), "spread.median", number=True),
    Column("lowest", gettext_lazy("Lowest"), "spread.lowest", number=True),
    Column("highest", gettext_lazy("Highest"), "spread.highest", number=True),
)


@page("evaluation/nation.html")
def nation(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """The overview, of the nation or of the province that the address names."""
    asked, listed = _asked(request), Asked.of(request)
    own = sorted(provinces_read(by))
    if own and not reads_campaigns(by) and asked["province"] not in own:
        return redirect(f"{reverse('evaluation:nation')}{_query(own[0])}")
    nation = reads.nation(scope=by, **asked)
    whole = reads_campaigns(by)
    few = FEW if whole else None  # who has no board of the phase finds everybody here
    running = [
        stragglers(
            phase.head.campaign,
            phase.head.number,
            scope=by,
            now=now,
            province=asked["province"],
            size=few,
        )
        for phase in run_phases(scope=by)
        if in_time(Action.REMIND, Case(phase=phase.head.state))
    ]
    return {
        "found": nation,
        "asked": asked,
        "running": [
            (stragglers, STRAGGLERS.of(list(stragglers.page), without=() if stragglers.names else ("whom",)))
            for stragglers in running
        ],
        "rounds": [(chosen.key, _round_title(chosen)) for chosen in nation.rounds],
        "choices": [
            *([("", _("The whole nation"))] if whole else []),
            *((province.code, province.name) for province in nation.all_provinces),
        ],
        "whole": whole,
        "chosen": nation.chosen.key if nation.chosen else "",
        "columns": _distribution(nation),
        "tiles": _tiles(nation.provinces),
        "provinces": PROVINCES.of(nation.provinces, listed if not nation.province else None, about=_about(nation)),
        "regions": _regions(nation, listed),
        "means": _means(nation),
        "weakest": WEAKEST.of(nation.weakest[:FEW]),
        "others": WEAKEST.of(nation.weakest[FEW:]),
        "trends": TRENDS.of(nation.trends),
        "lines": _lines(nation.trends),
        "pivot": f"{reverse('evaluation:nation-pivot')}{_query(asked['province'])}",
    }


@answer
@require_safe
def pivot(request: HttpRequest, *, by: Standing) -> HttpResponse:
    """Regions by dimensions by years as a workbook: one row a region, and one row a score for a pivot table."""
    province = _asked(request)["province"]
    rows = reads.pivot(scope=by, province=province)
    stream = io.BytesIO()
    made = new_workbook(stream)
    keys = sorted({(row.year, row.campaign, row.number) for row in rows})
    heads = [_("Code"), _("Regency or city"), _("Province")]
    nodes = {key: list(dict.fromkeys((row.node, str(row.title)) for row in rows if _key(row) == key)) for key in keys}
    several = len({year for year, _campaign, _number in keys}) < len(keys)
    named = [
        f"{title} {key[0]}" + (f" ({key[1]})" if several else "") for key in keys for _node, title in nodes[key]
    ]  # fmt: skip
    scores = {(row.code, _key(row), row.node): row.score for row in rows}
    places = dict.fromkeys((row.code, row.region, row.province) for row in rows)
    wide = (
        [*place, *(scores.get((place[0], key, node)) for key in keys for node, _title in nodes[key])]
        for place in places
    )
    add_sheet(made, _("Regions by year"), [*heads, *named], wide)
    long_heads = [
        *heads, _("Group"), _("Year"), _("Campaign"), _("Phase"), _("Synthetic data"),
        _("Node"), _("Title"), _("Score"),
    ]  # fmt: skip
    long_rows = (
        [
            row.code, row.region, row.province, row.group, row.year, row.campaign, row.number,
            _("yes") if row.synthetic else _("no"), row.node or "final", str(row.title), row.score,
        ]
        for row in rows
    )  # fmt: skip
    add_sheet(made, _("Scores"), long_heads, long_rows)
    made.close()
    return file(stream.getvalue(), f"pivot-{province or 'nasional'}.xlsx", XLSX)


def _key(row: PivotRow) -> tuple[int, str, int]:
    return row.year, row.campaign, row.number


def _asked(request: HttpRequest) -> dict[str, str]:
    given = {"chosen": request.GET.get("round", ""), "province": request.GET.get("province", "")}
    return {name: text.replace("\0", "?")[:100] for name, text in given.items()}


def _query(province: str) -> str:
    return f"?{urlencode({'province': province})}" if province else ""


def _about(nation: Nation) -> str:
    return nation.chosen.key if nation.chosen else ""


def _round_title(row: reads.Round) -> str:
    named = {"title": row.header.title, "number": row.header.number, "phases": row.header.phase_count}
    return _("%(title)s, phase %(number)s of %(phases)s") % named


def _distribution(nation: Nation) -> charts.Chart | None:
    if nation.spread is None or not nation.spread.scored:
        return None
    counts = {f"{_plain(step.low)}–{_plain(step.high)}": step.regions for step in nation.steps}
    return charts.columns(counts, columns=(_("Final"), _("Regions")))


def _plain(edge: Decimal) -> str:
    return number_format(edge.normalize(), use_l10n=True, force_grouping=False)


def _tiles(provinces: Iterable[ProvinceFigures]) -> charts.Chart | None:
    places = province_tiles()
    given = [
        charts.Tile(
            row.province.name,
            places[row.province.code].letters,
            places[row.province.code].column,
            places[row.province.code].row,
            row.spread.mean,
            (f"{row.spread.scored} / {row.spread.regions}",),
        )
        for row in provinces
        if row.province.code in places
    ]
    if not any(tile.value is not None for tile in given):
        return None
    columns = (_("Province"), _("Mean final"), _("Regions with a final"))
    return charts.tiles(given, columns=columns, legend=(_("low"), _("middle"), _("high")))


def _regions(nation: Nation, listed: Asked) -> Listing | None:
    """The regions of a province with their dimensions, as the round names them."""
    if nation.province is None:
        return None
    table: Table = Table(
        _("Regions"),
        Column("rank", _("Rank in the nation"), lambda row: row.rank, number=True),
        Column("region", _("Regency or city")),
        Column("code", _("Code"), on_page=False),
        Column("final", _("Final"), number=True),
        *(_dimension(place, str(title)) for place, title in enumerate(nation.dimensions)),
    )
    rows = sorted(nation.regions, key=lambda row: (row.rank is None, row.rank or 0, row.code))
    return table.of(rows, listed, about=f"{nation.province.code} {_about(nation)}")


def _dimension(place: int, title: str) -> Column:
    def read(row: RegionScores) -> Decimal | None:
        return row.scores[place]

    return Column(f"dimension{place}", title, read, number=True)


def _means(nation: Nation) -> charts.Chart | None:
    if nation.chosen is None or not any(mean is not None for mean in nation.dimension_means):
        return None
    values = {str(title): mean for title, mean in zip(nation.dimensions, nation.dimension_means, strict=True)}
    scale = nation.chosen.header.scale
    return charts.bars(
        values, columns=(_("Dimension"), _("Mean score")), minimum=scale.minimum, maximum=scale.maximum
    )  # fmt: skip


def _lines(trends: Iterable[Trend]) -> list[tuple[str, charts.Chart]]:
    """A line of means for each scale, made-up years apart; of several campaigns of a year that of most regions."""
    kinds: dict[tuple[bool, tuple[Decimal, Decimal]], dict[int, Trend]] = {}
    for trend in trends:
        head = trend.round.header
        if trend.spread.mean is None:
            continue
        years = kinds.setdefault((head.synthetic, head.scale.ends), {})
        known = years.get(head.year)
        if known is None or known.spread.scored < trend.spread.scored:
            years[head.year] = trend
    lines = []
    for (synthetic, ends), years in kinds.items():
        title = _("Mean final over the years, made-up data") if synthetic else _("Mean final over the years")
        values = {year: trend.spread.mean for year, trend in years.items()}
        chart = charts.trend(values, columns=(_("Year"), _("Mean final")), minimum=ends[0], maximum=ends[1])
        lines.append((title, chart))
    return lines
