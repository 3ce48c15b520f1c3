"""A region compared with its peers in one published version, each with the interval of its rank; open to everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pilar import index
from pilar.areas import queries as areas
from pilar.areas.queries import FigureRow
from pilar.areas.rules import FigureKind
from pilar.evaluation.models import Instrument, SnapshotResult
from pilar.evaluation.queries.computed import ComputedNotFound, PublishedPhase, published_version
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.intervals import intervals_among, rank_intervals
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.queries.snapshots import (
    ResultLine,
    SnapshotRow,
    group_titles,
    predicates_of,
    result_lines,
)
from pilar.evaluation.rules.peers import COUNTS, Basis, Chosen, Place, choose, traits_of
from pilar.evaluation.rules.reports import RankInterval, exact, medians
from pilar.index.peers import PeerComparison, PeerGroup, compare_with_peers
from pilar.platform.actors import Authority


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One region of the table; ``villages`` is 0 where that is not known. ``interval`` is of its national rank.

    ``figures``: the newest of each kind that is not of a year after the evaluation.
    """

    line: ResultLine
    villages: int
    interval: RankInterval | None
    own: bool
    figures: tuple[FigureRow, ...]


@dataclass(frozen=True, slots=True)
class PeerPart:
    """A dimension of the region compared with the median of its peers, both as printed; None without a score."""

    code: str
    title: Bilingual
    score: Decimal | None
    median: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Subtract the two printed numbers, as readers do."""
        return None if self.score is None or self.median is None else self.score - self.median


@dataclass(frozen=True, slots=True)
class Peers:
    """``rows``: the region and its peers by rank, those without a score last; ``decimals``: of a printed score.

    ``interval``: of the region's place among its peers. ``chosen``: how they were chosen; ``left_out``: the names of
    regions of its kind of which a figure is not known.
    """

    phase: PublishedPhase
    snapshot: SnapshotRow
    line: ResultLine
    group: PeerGroup[str]
    comparison: PeerComparison
    interval: RankInterval | None
    parts: tuple[PeerPart, ...]
    rows: tuple[PeerRow, ...]
    decimals: int
    chosen: Chosen
    left_out: tuple[str, ...]


def peers(
    code: str,
    number: int,
    region: str,
    *,
    scope: Authority,
    version: int | None = None,
    basis: Basis = Basis.USUAL,
    count: int = COUNTS[1],
) -> Peers:
    """A region of a published version (the newest without ``version``) among the peers that were evaluated with it.

    ``basis``: what they are alike in; ``count``: how many of the nearest by a figure. Twelve queries at most. Raises
    ComputedNotFound.
    """
    phase, known, snapshot = published_version(code, number, version)
    rows = SnapshotResult.objects.filter(snapshot__phase=phase, snapshot__version=snapshot.version)
    stored = {row.region_id: row for row in rows.select_related("region__province").defer("scores").order_by("region")}
    if region not in stored:
        raise ComputedNotFound
    used = tree_of(Instrument.objects.get(code=snapshot.instrument_code, version=snapshot.instrument_version))
    villages = areas.village_counts()
    counts: defaultdict[str, list[int]] = defaultdict(list)
    for row in areas.regions():
        counts[row.kind].append(villages.get(row.code, 0))
    places = {
        key: Place(snapshot_result.region.kind, snapshot_result.region.province_id, villages.get(key, 0))
        for key, snapshot_result in stored.items()
    }
    figures = areas.newest_figures(regions=stored.keys(), until=known.header.year)
    chosen = choose(region, traits_of(places, counts), _values(figures), basis=basis, count=count)
    group = chosen.group
    scores = {
        key: Fraction(snapshot_result.final_exact)
        for key, snapshot_result in stored.items()
        if snapshot_result.final_exact
    }
    shown = (region, *group.members)
    lines = result_lines([stored[key] for key in shown], group_titles(phase), predicates_of(used))
    intervals = rank_intervals(phase.pk, snapshot)
    listed = [
        PeerRow(
            line,
            villages.get(line.region.code, 0),
            intervals.get(line.region.code),
            own=line.region.code == region,
            figures=tuple(figures.get(line.region.code, {}).values()),
        )
        for line in lines
    ]
    return Peers(
        phase=known,
        snapshot=snapshot,
        line=lines[0],
        group=group,
        comparison=compare_with_peers(scores, group, used.ties),
        interval=intervals_among(phase.pk, snapshot, shown).get(region),
        parts=tuple(_parts(used, region, dict(rows.filter(region__in=shown).values_list("region", "scores")))),
        rows=tuple(sorted(listed, key=_by_rank)),
        decimals=used.decimals,
        chosen=chosen,
        left_out=tuple(stored[key].region.name for key in chosen.left_out),
    )


def _values(figures: Mapping[str, Mapping[FigureKind, FigureRow]]) -> dict[str, dict[FigureKind, Decimal]]:
    return {
        region: {kind: row.value for kind, row in rows.items() if row.value is not None}
        for region, rows in figures.items()
    }


def _parts(used: index.Instrument, region: str, stored: Mapping[str, Mapping[str, str]]) -> Iterator[PeerPart]:
    codes = [node.code for node in used.root.children]
    scores = {code: exact(scores, codes) for code, scores in stored.items()}
    own = scores.pop(region)
    middle = medians(scores.values(), codes)
    for node in used.root.children:
        score, median = (
            None if node.code not in sums else index.round_published(sums[node.code], used.decimals, used.rounding)
            for sums in (own, middle)
        )
        yield PeerPart(node.code, Bilingual(**node.title), score, median)


def _by_rank(row: PeerRow) -> tuple[bool, int, str]:
    rank = row.line.rank_in_nation
    return rank is None, rank or 0, row.line.region.code
