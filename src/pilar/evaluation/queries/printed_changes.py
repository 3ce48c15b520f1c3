"""Explain a printed final's change on the one before, as far as sources print it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pilar import index
from pilar.evaluation.queries.changes import FinalChange, NotKnown, as_printed
from pilar.evaluation.queries.regions import Explained, RegionProfile, region_profile
from pilar.evaluation.queries.results import year_row, years
from pilar.evaluation.queries.rows import Bilingual, InstrumentRow
from pilar.evaluation.rules.scales import scale_of_year
from pilar.index.change import PublishedYear
from pilar.platform.actors import Authority

Trees = Mapping[int, tuple[InstrumentRow, index.Instrument]]


def printed_changes(profile: RegionProfile, year: int) -> dict[int, FinalChange]:
    """The change behind each statement about a year that prints one, by the key of the statement.

    A statement about phase I alone has none, and neither has one without a final, or of which no final before is known.
    """
    region_year = profile.year(year)
    if region_year is None:
        return {}
    changes = {
        explained.statement.key: _change(profile, explained, profile.instruments) for explained in region_year.explained
    }
    return {key: change for key, change in changes.items() if change is not None}


def changes_of_year(code: str, year: int, *, scope: Authority) -> tuple[tuple[str, FinalChange], ...]:
    """Source address and change of each statement about a region and year. Raises RegionNotFound, UnknownYear."""
    profile = region_profile(code, scope=scope)
    year_row(year, years(scope=scope))
    changes = printed_changes(profile, year)
    region_year = profile.year(year)
    rows = () if region_year is None else region_year.explained
    return tuple((row.statement.source_url, changes[row.statement.key]) for row in rows if row.statement.key in changes)


def improved(profile: RegionProfile, explained: Explained) -> tuple[Decimal, int] | None:
    """The improvement behind a statement and the year of the final before: as it is printed, otherwise what the finals
    of sources give, over a gap of years too. None without one on the same scale, or where sources contradict.
    """
    statement = explained.statement
    if statement.improvement is not None:
        return statement.improvement, statement.year - 1
    if statement.final is None or statement.phase == "I":
        return None
    year, before = _before(profile, explained)
    if year is None or before is None or _other_scale(profile, statement.year, year):
        return None
    return statement.final - before, year


def _change(profile: RegionProfile, explained: Explained, trees: Trees) -> FinalChange | None:
    statement = explained.statement
    if statement.final is None or statement.phase == "I":
        return None
    year, before = _before(profile, explained)
    if year is None:
        return None
    code, printed = profile.region.code, statement.improvement
    if before is None:
        return FinalChange(code, year, printed, {}, unknown=NotKnown.CONTRADICTED)
    if _other_scale(profile, statement.year, year):
        return FinalChange(code, year, printed, {}, unknown=NotKnown.OTHER_SCALE)
    change = FinalChange(code, year, statement.final - before, _titles(trees, statement.year))
    if statement.year not in trees or year not in trees:
        return FinalChange(code, year, change.improvement, {}, unknown=NotKnown.NO_INSTRUMENT)
    then = _scores_then(profile, year, before)
    now = PublishedYear(trees[statement.year][1], statement.final, dict(statement.scores))
    return as_printed(change, PublishedYear(trees[year][1], before, then), now)


def _before(profile: RegionProfile, explained: Explained) -> tuple[int | None, Decimal | None]:
    """The year of the last final before and that final: by the printed improvement, otherwise as sources print it.

    No final where they contradict each other about that year, no year where there is none before.
    """
    statement = explained.statement
    if statement.improvement is not None and statement.final is not None:
        return statement.year - 1, statement.final - statement.improvement
    for year in sorted((row.year for row in profile.years if row.year < statement.year), reverse=True):
        finals = _finals(profile, year)
        if finals:
            return year, finals[0] if len(finals) == 1 else None
    return None, None


def _other_scale(profile: RegionProfile, *years: int) -> bool:
    """Return whether the finals of two years stand on different scales; that of a year without an instrument is
    assumed, as pages show it."""
    trees = {year: tree for year, (_row, tree) in profile.instruments.items()}
    scales = [scale_of_year(year, trees) for year in years]
    return len({scale.ends for scale in scales if scale is not None}) > 1


def _finals(profile: RegionProfile, year: int) -> list[Decimal]:
    region_year = profile.year(year)
    rows = (
        []
        if region_year is None
        else [explained.statement for explained in region_year.explained if explained.statement.phase != "I"]
    )
    return sorted({row.final for row in rows if row.final is not None})


def _scores_then(profile: RegionProfile, year: int, final: Decimal) -> dict[str, Decimal]:
    """The printed scores of the one statement with that final that has any."""
    region_year = profile.year(year)
    rows = (
        []
        if region_year is None
        else [explained.statement for explained in region_year.explained if explained.statement.phase != "I"]
    )
    return next((dict(row.scores) for row in rows if row.final == final and row.scores), {})


def _titles(trees: Trees, year: int) -> dict[str, Bilingual]:
    return {node.code: Bilingual(**node.title) for node in trees[year][1].nodes} if year in trees else {}
