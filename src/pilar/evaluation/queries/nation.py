"""Read the ministry's view of the nation or a province: published rounds, their figures, and the trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count

from pilar import index
from pilar.areas.models import Province
from pilar.evaluation.models import Publication, SnapshotResult
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.rows import Bilingual, ProvinceRow
from pilar.evaluation.queries.snapshots import PhaseHeader, header_of
from pilar.evaluation.rules import authority
from pilar.evaluation.rules import nation as rules
from pilar.evaluation.rules.nation import Spread, Step
from pilar.people.rules import NotFound, Standing
from pilar.platform.kept import Kept


@dataclass(frozen=True, slots=True)
class Round:
    """A phase whose results are published, with the version that counts."""

    header: PhaseHeader
    snapshot: int
    version: int
    instrument: index.Instrument

    @property
    def key(self) -> str:
        """Return how an address names it."""
        return f"{self.header.campaign}.{self.header.number}"


@dataclass(frozen=True, slots=True)
class ProvinceFigures:
    """The distribution of the finals of a round in a province."""

    province: ProvinceRow
    spread: Spread


@dataclass(frozen=True, slots=True)
class RegionScores:
    """A region in a round: its final and the scores of the dimensions, rounded for reading; None without a score."""

    code: str
    region: str
    province: str
    final: Decimal | None
    rank: int | None
    scores: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class WeakNode:
    """The mean of an indicator over the regions that have a score of it, with the dimension that it belongs to."""

    code: str
    title: Bilingual
    dimension: Bilingual
    mean: Decimal
    regions: int


@dataclass(frozen=True, slots=True)
class Trend:
    """The finals of the last published phase of a campaign."""

    round: Round
    spread: Spread


@dataclass(frozen=True, slots=True)
class Nation:
    """The published figures, of all provinces or of one. ``chosen`` is None while nothing is published.

    ``all_provinces`` are all that exist, ``regions`` those of the round; ``dimensions`` name their scores; ``weakest``:
    the indicators, the lowest mean first.
    """

    all_provinces: tuple[ProvinceRow, ...]
    province: ProvinceRow | None
    rounds: tuple[Round, ...]
    chosen: Round | None
    spread: Spread | None
    steps: tuple[Step, ...]
    provinces: tuple[ProvinceFigures, ...]
    dimensions: tuple[Bilingual, ...]
    dimension_means: tuple[Decimal | None, ...]
    regions: tuple[RegionScores, ...]
    weakest: tuple[WeakNode, ...]
    trends: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class PivotRow:
    """One score of one region in one year: ``node`` is a dimension, or empty for the final."""

    code: str
    region: str
    province: str
    group: str
    year: int
    campaign: str
    number: int
    synthetic: bool
    node: str
    title: Bilingual
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class _Stored:
    """A region's published result, as all figures here are made of."""

    code: str
    region: str
    province_code: str
    province: str
    group: str
    final: Decimal | None
    rank: int | None
    scores: Mapping[str, str]


MEANS: Kept[tuple[rules.NodeMean, ...]] = Kept(16)
"""Means of nodes by snapshot and province: a published version never changes."""


def nation(*, scope: Standing, chosen: str = "", province: str = "") -> Nation:
    """Return what is published of a round (``campaign.phase``; without one, that of the most regions and, of several,
    the newest), in a province if one is named.

    Five queries, however many regions there are. Raises NotFound for what is not there, NotAllowed.
    """
    authority.require_province(scope, province)
    reads_all = authority.reads_campaigns(scope)
    provinces = tuple(
        ProvinceRow(province.code, province.name)
        for province in Province.objects.filter(ended_at=None).order_by("name")
        if reads_all or province.code in authority.provinces_read(scope)
    )
    own = next((row for row in provinces if row.code == province), None)
    if province and own is None:
        raise NotFound
    rounds = _rounds()
    chosen_round = next((row for row in rounds if row.key == chosen), None) if chosen else _largest(rounds)
    if chosen and chosen_round is None:
        raise NotFound
    newest = _last_phases(rounds)
    finals = _finals(newest, province)
    trends = tuple(Trend(row, rules.spread(finals.get(row.snapshot, ()))) for row in newest)
    if chosen_round is None:
        return Nation(provinces, own, (), None, None, (), (), (), (), (), (), ())
    stored = _stored(chosen_round, province)
    dimensions = chosen_round.instrument.root.children
    return Nation(
        all_provinces=provinces,
        province=own,
        rounds=rounds,
        chosen=chosen_round,
        spread=rules.spread([row.final for row in stored]),
        steps=rules.steps((row.final for row in stored), chosen_round.header.scale),
        provinces=() if own else _by_province(provinces, stored),
        dimensions=tuple(Bilingual(**node.title) for node in dimensions),
        dimension_means=_dimension_means(chosen_round, province, stored),
        regions=tuple(_region(row, [node.code for node in dimensions]) for row in stored),
        weakest=_weakest(chosen_round, province, stored),
        trends=trends,
    )


def pivot(*, scope: Standing, province: str = "") -> tuple[PivotRow, ...]:
    """Every final and score of a dimension in the last published phase of each campaign, by region and year.

    As many queries as rounds, and one. Raises NotAllowed.
    """
    authority.require_province(scope, province)
    rows = []
    for phase in _last_phases(_rounds()):
        head, dimensions = phase.header, phase.instrument.root.children
        for stored in _stored(phase, province):
            said = (
                stored.code, stored.region, stored.province, stored.group, head.year, head.campaign, head.number,
                head.synthetic,
            )  # fmt: skip
            rows.append(PivotRow(*said, "", Bilingual(**phase.instrument.root.title), stored.final))
            rows += [
                PivotRow(*said, node.code, Bilingual(**node.title), _shown(stored.scores.get(node.code)))
                for node in dimensions
            ]
    return tuple(sorted(rows, key=lambda row: (row.code, row.year, row.campaign)))


def _rounds() -> tuple[Round, ...]:
    """The newest published version of each phase, newest year first. One query."""
    rounds: dict[int, Round] = {}
    published = Publication.objects.select_related("snapshot__phase__campaign__instrument")
    for row in published.order_by(
        "-snapshot__phase__campaign__year", "snapshot__phase__campaign__code", "-snapshot__phase__number",
        "-snapshot__version",
    ):  # fmt: skip
        phase = row.snapshot.phase
        if phase.pk not in rounds:
            tree = tree_of(phase.campaign.instrument)
            rounds[phase.pk] = Round(header_of(phase), row.snapshot_id, row.snapshot.version, tree)
    return tuple(rounds.values())


def _largest(rounds: Sequence[Round]) -> Round | None:
    """The round of the most regions, the first among equals. One query."""
    rows = SnapshotResult.objects.filter(snapshot__in=[phase.snapshot for phase in rounds]).order_by()
    regions = dict(rows.values_list("snapshot").annotate(Count("pk")))
    return max(rounds, key=lambda phase: regions.get(phase.snapshot, 0), default=None)


def _last_phases(rounds: Sequence[Round]) -> tuple[Round, ...]:
    """Return the last published phase of each campaign, oldest year first."""
    last: dict[str, Round] = {}
    for phase in rounds:
        known = last.get(phase.header.campaign)
        if known is None or known.header.number < phase.header.number:
            last[phase.header.campaign] = phase
    return tuple(sorted(last.values(), key=lambda phase: (phase.header.year, phase.header.campaign)))


def _finals(rounds: Sequence[Round], province: str) -> dict[int, list[Decimal | None]]:
    """The finals of each round by its snapshot. One query."""
    rows = SnapshotResult.objects.filter(snapshot__in=[phase.snapshot for phase in rounds], **_within(province))
    finals: dict[int, list[Decimal | None]] = {}
    for snapshot, final in rows.order_by().values_list("snapshot", "final"):
        finals.setdefault(snapshot, []).append(final)
    return finals


def _stored(phase: Round, province: str) -> list[_Stored]:
    """The results of a round by the codes of regions. One query."""
    rows = SnapshotResult.objects.filter(snapshot=phase.snapshot, **_within(province)).order_by("region")
    named = rows.values_list(
        "region", "region__name", "region__province", "region__province__name", "group", "final", "rank_in_nation",
        "scores",
    )  # fmt: skip
    return [_Stored(*row) for row in named]


def _within(province: str) -> dict[str, Any]:
    return {"region__province": province} if province else {}


def _by_province(provinces: Sequence[ProvinceRow], stored: Sequence[_Stored]) -> tuple[ProvinceFigures, ...]:
    finals: dict[str, list[Decimal | None]] = {}
    for row in stored:
        finals.setdefault(row.province_code, []).append(row.final)
    return tuple(ProvinceFigures(province, rules.spread(finals.get(province.code, ()))) for province in provinces)


def _region(row: _Stored, dimensions: Sequence[str]) -> RegionScores:
    scores = tuple(_shown(row.scores.get(code)) for code in dimensions)
    return RegionScores(row.code, row.region, row.province, row.final, row.rank, scores)


def _means(phase: Round, province: str, stored: Sequence[_Stored]) -> tuple[rules.NodeMean, ...]:
    codes = [node.code for node in phase.instrument.nodes]
    return MEANS.get(
        (phase.snapshot, province, len(stored)), lambda: rules.node_means((row.scores for row in stored), codes)
    )


def _dimension_means(phase: Round, province: str, stored: Sequence[_Stored]) -> tuple[Decimal | None, ...]:
    means = {mean.code: mean.mean for mean in _means(phase, province, stored)}
    return tuple(means.get(node.code) for node in phase.instrument.root.children)


def _weakest(phase: Round, province: str, stored: Sequence[_Stored]) -> tuple[WeakNode, ...]:
    leaves = {node.code: node for node in phase.instrument.leaves}
    return tuple(
        WeakNode(
            mean.code,
            Bilingual(**leaves[mean.code].title),
            Bilingual(**_dimension(phase.instrument, mean.code).title),
            mean.mean,
            mean.regions,
        )
        for mean in _means(phase, province, stored)
        if mean.code in leaves
    )


def _dimension(instrument: index.Instrument, code: str) -> index.Node:
    """The child of the root that a node lies in."""
    node = instrument.node(code)
    while (above := instrument.parents.get(node.code)) is not None and above is not instrument.root:
        node = above
    return node


def _shown(exact: str | None) -> Decimal | None:
    """A score as it is read; the exact one stays in the results."""
    return index.round_published(Fraction(exact), rules.SHOWN) if exact else None
