"""Compute the effect of other weights on a computed version, for the secretariat. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.paginator import Page

from pilar import index
from pilar.evaluation.models import Instrument, Phase, SnapshotResult
from pilar.evaluation.queries.cases import case_of_phase
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.intervals import rank_intervals
from pilar.evaluation.queries.rows import Bilingual, RegionRow
from pilar.evaluation.queries.snapshots import (
    PhaseHeader,
    SnapshotRow,
    group_titles,
    header_of,
    predicates_of,
    secretariat_version,
)
from pilar.evaluation.queries.statements import region_row
from pilar.evaluation.rules.analysis import draft_intervals, score_table
from pilar.evaluation.rules.authority import Action, require
from pilar.evaluation.rules.reports import RankInterval
from pilar.evaluation.rules.scenarios import Tried, moved, try_weights
from pilar.index.scenarios import Move
from pilar.people.rules import Standing
from pilar.platform.paging import PAGE, paged


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One region under both sets of weights; ``places`` below 0 is up.

    ``interval_before`` and ``interval``: ranks at 5 and 95 per cent, with the weights as they are and as tried.
    """

    region: RegionRow
    group: Bilingual
    before: Decimal | None
    after: Decimal | None
    rank_before: int | None
    rank_after: int | None
    places: int | None
    interval_before: tuple[int, int] | None
    interval: tuple[int, int] | None
    predicate_before: Bilingual | None
    predicate_after: Bilingual | None

    @property
    def difference(self) -> Decimal | None:
        """Subtract the finals as they would be printed."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def new_predicate(self) -> bool:
        return self.predicate_before != self.predicate_after


@dataclass(frozen=True, slots=True)
class Effect:
    """The regions that move: the ``page`` lists those that move furthest first."""

    page: Page[MoveRow]
    regions: int
    movers: int
    new_predicates: int
    mean_shift: Fraction | None


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """A scenario of one version; ``effect`` is None while no weight differs or one is at fault."""

    header: PhaseHeader
    snapshot: SnapshotRow
    instrument: index.Instrument
    groups: Mapping[str, Bilingual]
    tried: Tried
    effect: Effect | None


def scenario(
    code: str,
    number: int,
    version: int,
    *,
    by: Standing,
    weights: Mapping[str, str],
    group: str = "",
    page: int = 1,
    size: int | None = PAGE,
) -> ScenarioPage:
    """A version with other weights, by node as text; ``group`` ranks the regions of one group alone.

    Ten queries at most. Raises NotFound, NotAllowed, SnapshotNotFound.
    """
    phase, snapshot, instrument = _version(code, number, version, by)
    groups = group_titles(phase)
    tried = try_weights(instrument, weights)
    effect = None
    if tried.draft is not None and tried.weights:
        rows = SnapshotResult.objects.filter(snapshot__phase=phase, snapshot__version=version)
        if group:
            rows = rows.filter(group=group.replace("\0", ""))
        stored = {row.region_id: row for row in rows.select_related("region__province").order_by("region")}
        now = rank_intervals(phase.pk, snapshot, group) if stored else {}
        effect = _effect(_Case(instrument, tried, tried.draft, stored, groups, now), page, size)
    return ScenarioPage(header_of(phase), snapshot, instrument, groups, tried, effect)


def instrument_to_try(code: str, number: int, version: int, *, by: Standing) -> index.Instrument:
    """The instrument of a version. Raises NotFound, NotAllowed, SnapshotNotFound."""
    return _version(code, number, version, by)[2]


def _version(code: str, number: int, version: int, by: Standing) -> tuple[Phase, SnapshotRow, index.Instrument]:
    phase, snapshot = secretariat_version(code, number, version, by=by)
    require(by, Action.TRY_WEIGHTS, case_of_phase(phase), known=True)
    used = Instrument.objects.get(code=snapshot.instrument_code, version=snapshot.instrument_version)
    return phase, snapshot, tree_of(used)


@dataclass(frozen=True)
class _Case:
    """A scenario whose weights can be used, and the stored results by region that it is about."""

    instrument: index.Instrument
    tried: Tried
    draft: index.Instrument
    stored: Mapping[str, SnapshotResult]
    groups: Mapping[str, Bilingual]
    now: Mapping[str, RankInterval]


def _effect(case: _Case, page: int, size: int | None) -> Effect:
    scores = {region: snapshot_result.scores for region, snapshot_result in case.stored.items()}
    scenario = moved(case.instrument, case.draft, scores, case.tried.weights)
    table = score_table(
        case.draft,
        [(code, snapshot_result.group, snapshot_result.scores) for code, snapshot_result in case.stored.items()],
    )
    intervals = draft_intervals(case.draft, table)
    moves = scenario.moves
    order = sorted(moves, key=lambda code: (-abs(moves[code].places or 0), moves[code].rank_after or 0, code))
    predicates = predicates_of(case.instrument)
    return Effect(
        page=paged(
            order,
            lambda codes: [_row(case, code, moves[code], intervals.get(code), predicates) for code in codes],
            page=page,
            size=size,
        ),
        regions=len(order),
        movers=len(scenario.movers),
        new_predicates=len(scenario.new_predicates),
        mean_shift=scenario.mean_rank_shift,
    )


def _row(
    case: _Case, code: str, move: Move, interval: tuple[int, int] | None, predicates: Mapping[str, Bilingual]
) -> MoveRow:
    stored, now = case.stored[code], case.now.get(code)
    before, after = move.published_before, move.published_after
    return MoveRow(
        region=region_row(stored.region),
        group=case.groups[stored.group],
        before=None if isinstance(before, index.NoScore) else before,
        after=None if isinstance(after, index.NoScore) else after,
        rank_before=move.rank_before,
        rank_after=move.rank_after,
        places=move.places,
        interval_before=None if now is None else (now.lowest, now.highest),
        interval=interval,
        predicate_before=None if move.predicate_before is None else predicates[move.predicate_before.code],
        predicate_after=None if move.predicate_after is None else predicates[move.predicate_after.code],
    )
