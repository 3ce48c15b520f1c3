"""Explain a final's change on the previous one, from two stored results or from figures in print."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from pilar import index
from pilar.evaluation.models import (
    Campaign,
    Instrument,
    Phase,
    PublishedResult,
    ScoringYear,
    Snapshot,
    SnapshotResult,
)
from pilar.evaluation.queries.cases import assessment_for
from pilar.evaluation.queries.computed import ComputedNotFound, published_version
from pilar.evaluation.queries.computing import campaigns_before, newest_finals, year_before
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.intervals import NATION, rank_intervals
from pilar.evaluation.queries.region_result import region_result
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.queries.snapshots import SnapshotRow, snapshot_rows
from pilar.evaluation.rules.authority import Action, Case, holds
from pilar.evaluation.rules.changes import (
    OwnPart,
    Scored,
    Split,
    printed_nodes,
    printed_split,
    rank_split,
    split,
)
from pilar.evaluation.rules.computing import PreviousOrigin
from pilar.evaluation.rules.reports import RankInterval
from pilar.index.change import PublishedChange, PublishedYear, RankChange
from pilar.people.rules import Standing
from pilar.platform.language import N_, translate


class NotKnown(Enum):
    """Why nothing is known about a change but the two finals."""

    NO_PREVIOUS = N_("There is no previous final, so there is no change to explain.")
    NO_FINAL = N_("There is no final this year, so there is no change to explain.")
    REPLACED = N_("The result before was corrected after this version was computed, so its scores are not compared.")
    OTHER_SCALE = N_(
        "The scores of the two years stand on different scales, so the finals are not subtracted and what moved is not "
        "divided."
    )
    NO_INSTRUMENT = N_("No instrument of one of the two years is known, so what moved is not known.")
    CONTRADICTED = N_("Sources contradict each other about the year before, so what moved is not known.")
    DOES_NOT_FIT = N_("The printed scores do not fit the instrument of their year, so what moved is not known.")

    @property
    def sentence(self) -> str:
        """The reason in the reader's language."""
        return translate(str(self.value))


@dataclass(frozen=True, slots=True)
class RankMove:
    """A change of rank in the group or the nation, divided; below 0 is up.

    ``before`` and ``after``: between which ranks the region lay, None where that was not asked for.
    """

    within: str
    change: RankChange
    before: RankInterval | None = None
    after: RankInterval | None = None


@dataclass(frozen=True, slots=True)
class FinalChange:
    """The change on ``year`` of one region. Exactly one of ``split`` (both years in full), ``printed`` (what printed
    figures say) and ``unknown`` is there. ``titles`` names nodes of both years by code; ``indicators`` says whether
    single indicators are told. ``improvement`` is that of the printed finals."""

    region: str
    year: int | None
    improvement: Decimal | None
    titles: Mapping[str, Bilingual]
    indicators: bool = False
    split: Split | None = None
    printed: PublishedChange | None = None
    unknown: NotKnown | None = None
    ranks: tuple[RankMove, ...] = ()

    def title(self, code: str) -> Bilingual:
        return self.titles.get(code, Bilingual(code, code))

    @property
    def parts(self) -> tuple[OwnPart, ...]:
        return () if self.split is None else self.split.parts


@dataclass(frozen=True, slots=True)
class Stored:
    """A version and the key of its phase."""

    phase: int
    snapshot: SnapshotRow


@dataclass(frozen=True, slots=True)
class Earlier:
    """The computed results of a year before: ``rows`` by region, of the version ``then``, by instrument ``used``."""

    used: index.Instrument
    then: Stored
    rows: Mapping[str, SnapshotResult]


@dataclass(frozen=True, slots=True)
class StatedYear:
    """The statements of sources about an earlier year, by region, and the instrument of that year."""

    used: index.Instrument | None
    rows: Mapping[str, tuple[PublishedResult, ...]]


@dataclass(frozen=True)
class Compared:
    """A version of this year with the results before, read once. ``rows`` are this year's by region, each set
    against the year that it names, without one against ``year``; ``computed`` and ``stated`` are of years before.
    """

    instrument: index.Instrument
    year: int
    rows: Mapping[str, SnapshotResult]
    computed: Mapping[int, Earlier]
    stated: Mapping[int, StatedYear]
    _finals: dict[tuple[int, str], tuple[dict[str, Fraction], dict[str, Fraction]]] = field(default_factory=dict)

    def year_of(self, row: SnapshotResult) -> int:
        """The year that a result is set against."""
        return row.previous_year or self.year

    def then(self, region: str) -> Stored | None:
        """The version that a result is set against, if Pilar computed it."""
        earlier = self.computed.get(self.year_of(self.rows[region]))
        return None if earlier is None else earlier.then

    def change(self, region: str, *, indicators: bool = False) -> FinalChange:
        """The change of one region; ``KeyError`` for one without a result."""
        row = self.rows[region]
        year = self.year_of(row)
        change = FinalChange(region, year, row.improvement, self._titles(year), indicators)
        if row.previous_final is None:
            return replace(change, unknown=NotKnown.NO_PREVIOUS)
        if row.final is None:
            return replace(change, unknown=NotKnown.NO_FINAL)
        if row.previous_origin == PreviousOrigin.COMPUTED:
            return self._computed(change, row)
        if row.improvement is None:
            return replace(change, unknown=NotKnown.OTHER_SCALE)
        return self._stated(change, row)

    def _titles(self, year: int) -> dict[str, Bilingual]:
        known = (self.computed.get(year), self.stated.get(year))
        trees = [
            *(earlier.used for earlier in known if earlier is not None and earlier.used is not None),
            self.instrument,
        ]
        return {node.code: Bilingual(**node.title) for tree in trees for node in tree.nodes}

    def _computed(self, change: FinalChange, row: SnapshotResult) -> FinalChange:
        earlier = self.computed.get(self.year_of(row))
        then = None if earlier is None else earlier.rows.get(change.region)
        if earlier is None or then is None or then.final != row.previous_final:
            return replace(change, unknown=NotKnown.REPLACED)
        ranks = tuple(self._ranks(change.region, row, then))
        if row.improvement is None:
            return replace(change, unknown=NotKnown.OTHER_SCALE, ranks=ranks)
        then_and_now = Scored(earlier.used, then.scores), Scored(self.instrument, row.scores)
        divided = split(*then_and_now, indicators=change.indicators)
        return replace(change, split=divided, ranks=ranks)

    def _ranks(self, region: str, row: SnapshotResult, then: SnapshotResult) -> Iterator[RankMove]:
        """In the group where it is the same one in both years, and in the nation."""
        year = self.year_of(row)
        for within in ("group", "nation"):
            if within == "group" and row.group != then.group:
                continue
            before, after = self._finals_in(year, row.group if within == "group" else "")
            change = rank_split(before, after, region, self.instrument.ties)
            if change is not None:
                yield RankMove(within, change)

    def _finals_in(self, year: int, group: str) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        if (year, group) not in self._finals:
            years = [
                {
                    code: Fraction(snapshot_result.final_exact)
                    for code, snapshot_result in rows.items()
                    if snapshot_result.final_exact and group in ("", snapshot_result.group)
                }
                for rows in (self.computed[year].rows, self.rows)
            ]
            self._finals[year, group] = (years[0], years[1])
        return self._finals[year, group]

    def _stated(self, change: FinalChange, row: SnapshotResult) -> FinalChange:
        stated = self.stated.get(self.year_of(row))
        statements = (
            []
            if stated is None
            else [result for result in stated.rows.get(change.region, ()) if result.final == row.previous_final]
        )
        if stated is None or stated.used is None:
            return replace(change, unknown=NotKnown.NO_INSTRUMENT)
        if not statements:
            return replace(change, unknown=NotKnown.REPLACED)
        then = {score.node: score.value for statement in statements[:1] for score in statement.scores.all()}
        now = printed_nodes(self.instrument, {code: Fraction(text) for code, text in row.scores.items()})
        assert row.previous_final is not None
        assert row.final is not None
        before = PublishedYear(stated.used, row.previous_final, then)
        return as_printed(change, before, PublishedYear(self.instrument, row.final, now))


def as_printed(change: FinalChange, before: PublishedYear, after: PublishedYear) -> FinalChange:
    """The change as far as printed figures tell it."""
    printed = printed_split(before, after)
    return replace(change, printed=printed, unknown=NotKnown.DOES_NOT_FIT if printed is None else None)


def compared(
    phase: Phase, instrument: index.Instrument, rows: Mapping[str, SnapshotResult], *, region: str = ""
) -> Compared:
    """Results of a version with those before, of all regions or to explain one; the phase with its campaign at hand.

    Seven queries at most with one year before, and one of the scores of ``region``.
    """
    campaign = phase.campaign
    default = year_before(campaign)
    wanted = [region] if region else list(rows)
    years: dict[str, set[int]] = {}
    for code in wanted:
        years.setdefault(rows[code].previous_origin, set()).add(rows[code].previous_year or default)
    computed = years.get(PreviousOrigin.COMPUTED, set())
    return Compared(
        instrument,
        default,
        rows,
        _computed_then(campaign, computed, whole=not region) if computed else {},
        {year: _stated_then(year, wanted) for year in sorted(years.get(PreviousOrigin.STATED, set()))},
    )


def public_change(code: str, number: int, region: str, *, scope: Standing, version: int | None = None) -> FinalChange:
    """The change behind a published result (the newest version without ``version``), for everybody.

    Single indicators are told to the region's team and the secretariat. Raises ComputedNotFound.
    """
    phase, _known, snapshot = published_version(code, number, version)
    indicators = holds(scope, Action.SEE_AGREED_MARKS, Case(region=region))
    return change_in(phase, snapshot, region, indicators=indicators)


def own_change(key: int, *, by: Standing, now: datetime) -> FinalChange | None:
    """The change behind an assessment's result for its team, with single indicators; None before one is approved.

    Raises NotFound, NotAllowed, WrongState as the region's result does.
    """
    snapshot = region_result(key, by=by, now=now).snapshot
    if snapshot is None:
        return None
    assessment = assessment_for(by, key)
    return change_in(assessment.phase, snapshot, assessment.participation.region_id, indicators=True)


def change_in(phase: Phase, snapshot: SnapshotRow, region: str, *, indicators: bool) -> FinalChange:
    """The change of one region in a version that the reader may see. Raises ComputedNotFound."""
    results = SnapshotResult.objects.filter(snapshot__phase=phase, snapshot__version=snapshot.version)
    rows = {result.region_id: result for result in results.defer("scores").order_by()}
    if region not in rows:
        raise ComputedNotFound
    used = Instrument.objects.get(code=snapshot.instrument_code, version=snapshot.instrument_version)
    both = compared(phase, tree_of(used), rows, region=region)
    change = both.change(region, indicators=indicators)
    now = Stored(phase.pk, snapshot)
    return replace(change, ranks=tuple(_sure(both, rank, region, now) for rank in change.ranks))


def _sure(both: Compared, move: RankMove, region: str, now: Stored) -> RankMove:
    """The move with the intervals of both ranks."""
    group = both.rows[region].group if move.within == "group" else NATION
    ends = [
        None if stored is None else rank_intervals(stored.phase, stored.snapshot, group).get(region)
        for stored in (both.then(region), now)
    ]
    return replace(move, before=ends[0], after=ends[1])


def _computed_then(campaign: Campaign, years: Collection[int], *, whole: bool) -> dict[int, Earlier]:
    """The newest published results of the last phase of campaigns before, of these years; ``whole``: scores of all
    regions too."""
    links = {key: year for key, year in campaigns_before(campaign).items() if year in years}
    newest = newest_finals(links)
    snapshots = Snapshot.objects.filter(pk__in=newest.values()).select_related("approval", "publication")
    earliers: dict[int, Earlier] = {}
    for snapshot in snapshots.select_related("phase"):
        rows = SnapshotResult.objects.filter(snapshot=snapshot).order_by()
        used = Instrument.objects.get(code=snapshot.instrument_code, version=snapshot.instrument_version)
        (row,) = snapshot_rows([snapshot])
        earliers[links[snapshot.phase.campaign_id]] = Earlier(
            tree_of(used),
            Stored(snapshot.phase_id, row),
            {result.region_id: result for result in (rows if whole else rows.defer("scores"))},
        )
    return earliers


def _stated_then(year: int, regions: Collection[str]) -> StatedYear:
    scoring = ScoringYear.objects.filter(year=year).select_related("instrument").first()
    rows = PublishedResult.objects.filter(year=year, phase__in=["", "II"], region__in=regions)
    results: dict[str, tuple[PublishedResult, ...]] = {}
    for row in rows.prefetch_related("scores").order_by("pk"):
        results[row.region_id] = (*results.get(row.region_id, ()), row)
    return StatedYear(None if scoring is None else tree_of(scoring.instrument), results)
