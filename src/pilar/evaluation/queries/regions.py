"""A region's published results over the years, and how each came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from django.core.paginator import Page
from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import JSONObject

from pilar import index
from pilar.areas.models import Region
from pilar.evaluation.models import PublishedResult
from pilar.evaluation.queries.instruments import scoring_instruments
from pilar.evaluation.queries.results import MAX_TEXT, named
from pilar.evaluation.queries.rows import Bilingual, InstrumentRow, RegionRow, Statement
from pilar.evaluation.queries.statements import published, region_row, statements
from pilar.evaluation.rules.published import Recomputation, recompute
from pilar.evaluation.rules.scales import YearScale, scale_of_year
from pilar.platform.actors import Authority
from pilar.platform.errors import Faults, PilarError
from pilar.platform.language import N_
from pilar.platform.paging import PAGE, paged

Obstacle = Literal["only-final", "no-instrument", "incomplete", "does-not-fit"]


class RegionNotFound(PilarError):
    code = "region-not-found"
    status = 404
    sentence = N_("There is no regency or city with the code “%(given)s”. Codes look like 36.03")


class NothingStated(PilarError):
    code = "nothing-stated"
    status = 404
    sentence = N_("No source with a result of %(region)s in %(year)s was found")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum: ``contribution`` = ``weight`` (a share of 1) times ``score``."""

    code: str
    title: Bilingual
    weight: Fraction
    score: Decimal
    contribution: Fraction


@dataclass(frozen=True, slots=True)
class Explained:
    """A statement and how its final came about, or the obstacle that keeps this from being known.

    ``scores`` are the printed scores with their titles, in the order of the instrument.
    """

    statement: Statement
    scores: tuple[tuple[Bilingual, Decimal], ...]
    instrument: tuple[InstrumentRow, index.Instrument] | None
    recomputation: Recomputation | None
    obstacle: Obstacle | None
    steps: tuple[Step, ...]

    @property
    def recomputed(self) -> Explained | None:
        """Itself, where the final could be computed again."""
        return None if self.recomputation is None or self.instrument is None else self


@dataclass(frozen=True, slots=True)
class RegionYear:
    """All that is published about a region in one year; ``finals`` are the different finals, lowest first.

    ``scale``: on which they stand, None while no instrument is known at all.
    """

    year: int
    explained: tuple[Explained, ...]
    scale: YearScale | None

    @property
    def finals(self) -> tuple[Decimal, ...]:
        finals = {explained.statement.final for explained in self.explained if explained.statement.final is not None}
        return tuple(sorted(finals))

    @property
    def conflicting(self) -> bool:
        return any(explained.statement.conflicting for explained in self.explained)


@dataclass(frozen=True, slots=True)
class RegionProfile:
    """A region and its years, newest first; empty if nothing is published about it. ``instruments`` score the years."""

    region: RegionRow
    years: tuple[RegionYear, ...]
    instruments: Mapping[int, tuple[InstrumentRow, index.Instrument]]

    def year(self, year: int) -> RegionYear | None:
        return next((region_year for region_year in self.years if region_year.year == year), None)


@dataclass(frozen=True, slots=True)
class RegionSummary:
    """A region in a list: how many statements there are, and the newest year that has one."""

    region: RegionRow
    statements: int
    newest_year: int | None


def region_profile(code: str, *, scope: Authority) -> RegionProfile:
    """A region with everything published about it. Six queries. Raises RegionNotFound."""
    region = None if "\0" in code else Region.objects.select_related("province").filter(code=code).first()
    if region is None:
        raise RegionNotFound(given=code[:MAX_TEXT])
    shown = statements(published().filter(region=region).order_by("-year", "-phase", "pk"))
    instruments = scoring_instruments(scope=scope) if shown else {}
    trees = {year: tree for year, (_row, tree) in instruments.items()}
    titles = _titles(trees)
    years: dict[int, list[Explained]] = {}
    for statement in shown:
        years.setdefault(statement.year, []).append(explain(statement, instruments.get(statement.year), titles))
    listed = tuple(RegionYear(year, tuple(rows), scale_of_year(year, trees)) for year, rows in years.items())
    return RegionProfile(region_row(region), listed, instruments)


def regions(
    *, scope: Authority, text: str = "", province: str = "", page: int = 1, size: int | None = PAGE
) -> Page[RegionSummary]:
    """Regions by name or code, and how much is published about each. Two queries."""
    newest = PublishedResult.objects.filter(region=OuterRef("pk")).order_by().values("region")
    rows = (
        Region.objects.select_related("province")
        .filter(named(text), ended_at__isnull=True)
        .annotate(
            about=Subquery(newest.annotate(about=JSONObject(count=Count("pk"), newest=Max("year"))).values("about"))
        )
        .order_by("name")
    )
    if province:
        rows = rows.filter(province=province.replace("\0", ""))
    return paged(rows, lambda rows: map(_summary, rows), page=page, size=size)


def _summary(row: Any) -> RegionSummary:
    about = row.about or {}
    return RegionSummary(region_row(row), about.get("count", 0), about.get("newest"))


def explain(
    statement: Statement,
    instrument: tuple[InstrumentRow, index.Instrument] | None,
    titles: Mapping[str, Bilingual],
) -> Explained:
    """Compute a statement's final again with the instrument of its year; ``titles`` names nodes without one."""
    known = titles if instrument is None else _node_titles(instrument[1])
    scores = tuple((known.get(code, Bilingual(code, code)), value) for code, value in statement.scores.items())
    recomputation, obstacle = _recomputed(statement, None if instrument is None else instrument[1])
    steps = () if recomputation is None else _steps(recomputation)
    return Explained(statement, scores, instrument, recomputation, obstacle, steps)


def _recomputed(
    statement: Statement, instrument: index.Instrument | None
) -> tuple[Recomputation | None, Obstacle | None]:
    if not statement.scores:
        return None, "only-final"
    if instrument is None:
        return None, "no-instrument"
    try:
        recomputation = recompute(statement, instrument)
    except Faults:
        return None, "does-not-fit"
    return recomputation, "incomplete" if recomputation is None else None


def _steps(recomputation: Recomputation) -> tuple[Step, ...]:
    return tuple(
        Step(
            code=part.node.code,
            title=Bilingual(part.node.title["id"], part.node.title["en"]),
            weight=part.effective_weight,
            score=part.published,
            contribution=part.contribution,
        )
        for part in recomputation.result.explain().children
    )


def _node_titles(instrument: index.Instrument) -> dict[str, Bilingual]:
    return {node.code: Bilingual(node.title["id"], node.title["en"]) for node in instrument.nodes}


def _titles(trees: Mapping[int, index.Instrument]) -> dict[str, Bilingual]:
    """Titles for a year without an instrument: those of the newest instrument that has the node."""
    return {code: title for year in sorted(trees) for code, title in _node_titles(trees[year]).items()}
