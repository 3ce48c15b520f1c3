"""Why a printed final changed on the year before, as far as sources print it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pilar import index
from pilar.evaluation.queries.changes import FinalChange, NotKnown, as_printed
from pilar.evaluation.queries.regions import Explained, RegionProfile, region_profile
from pilar.evaluation.queries.results import year_row, years
from pilar.evaluation.queries.rows import Bilingual, InstrumentRow
from pilar.evaluation.rules.scales import scale_of
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


def _change(profile: RegionProfile, one: Explained, trees: Trees) -> FinalChange | None:
    statement = one.statement
    if statement.final is None or statement.phase == "I":
        return None
    before, contradicted = _before(profile, one)
    year = statement.year - 1
    improvement = statement.improvement
    if before is None:
        if not contradicted:
            return None
        return FinalChange(profile.region.code, year, improvement, {}, unknown=NotKnown.CONTRADICTED)
    change = FinalChange(profile.region.code, year, statement.final - before, _titles(trees, statement.year))
    if statement.year not in trees or year not in trees:
        return _unknown(change)
    if scale_of(trees[year][1]).ends != scale_of(trees[statement.year][1]).ends:
        return FinalChange(change.region, year, improvement, {}, unknown=NotKnown.OTHER_SCALE)
    then = _scores_then(profile, year, before)
    now = PublishedYear(trees[statement.year][1], statement.final, dict(statement.scores))
    return as_printed(change, PublishedYear(trees[year][1], before, then), now)


def _unknown(found: FinalChange) -> FinalChange:
    return FinalChange(found.region, found.year, found.improvement, {}, unknown=NotKnown.NO_INSTRUMENT)


def _before(profile: RegionProfile, one: Explained) -> tuple[Decimal | None, bool]:
    """Last year's final, by the printed improvement or as sources print it; and whether those contradict each other."""
    statement = one.statement
    if statement.improvement is not None and statement.final is not None:
        return statement.final - statement.improvement, False
    finals = _finals(profile, statement.year - 1)
    return (finals[0] if len(finals) == 1 else None), len(finals) > 1


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
