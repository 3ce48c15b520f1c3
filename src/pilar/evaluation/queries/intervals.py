"""Between which ranks regions lie: in their group, their province, the nation, or among some regions alone.

What a version's results say never changes, so what was worked out stays in the process, by the hash of the results and
what was chosen; the oldest goes when it is full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from pilar import index
from pilar.evaluation.models import Instrument, SnapshotResult
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.mark_sheets import MarksState, sheets_of
from pilar.evaluation.queries.snapshots import ResultLine, SnapshotRow
from pilar.evaluation.rules.analysis import Choices, ScoreTable, Study, score_table, study
from pilar.evaluation.rules.reports import RankInterval, RankIntervals
from pilar.platform.language import N_, translate

SHARE = Fraction(9, 10)
BASIS = N_("weights ± %(spread)s %% by chance, seed %(seed)s")
NATION = ""
"""In place of the code of a group: all regions of the version."""


@dataclass(frozen=True, slots=True)
class Version:
    """The data that everything of one version depends on; ``phase`` is its key."""

    phase: int
    number: int
    result_sha256: str
    instrument_code: str
    instrument_version: str

    @classmethod
    def of(cls, phase: int, snapshot: SnapshotRow) -> Version:
        return cls(
            phase, snapshot.version, snapshot.result_sha256, snapshot.instrument_code, snapshot.instrument_version
        )


def rank_intervals(phase: int, snapshot: SnapshotRow, group: str = NATION) -> dict[str, RankInterval]:
    """Ranks in a group, by region, when weights vary as usual; a region without a final has none.

    ``phase`` is its key. Two queries, or none if the version was read before.
    """
    version = Version.of(phase, snapshot)
    _instrument, every = scored(version)
    if not every.within(group).regions:
        return {}
    study, _assessors = study_of(version, Choices(group=group), None)
    return _told(study.seed, _ends(study))


def intervals_among(phase: int, snapshot: SnapshotRow, regions: Iterable[str]) -> dict[str, RankInterval]:
    """Ranks among these regions alone, by the same draws. Two queries, or none if the version was read before."""
    some = tuple(sorted(regions))
    return _told(*_ends_among(Version.of(phase, snapshot), some)) if some else {}


def all_intervals(phase: int, snapshot: SnapshotRow, placed: Mapping[str, tuple[str, str]]) -> dict[str, RankIntervals]:
    """Ranks in the group, the province and the nation, by region. ``placed``: group and province of regions of the
    version. A region without a final has none. Three queries, or one if the version was read before.
    """
    groups = {group: rank_intervals(phase, snapshot, group) for group, _province in set(placed.values())}
    nation = rank_intervals(phase, snapshot)
    provinces: defaultdict[str, list[str]] = defaultdict(list)
    wanted = {province for _group, province in placed.values()}
    rows = SnapshotResult.objects.filter(
        snapshot__phase=phase, snapshot__version=snapshot.version, region__province__in=wanted
    )
    for region, province in rows.order_by("region").values_list("region", "region__province"):
        provinces[province].append(region)
    beside = {province: intervals_among(phase, snapshot, regions) for province, regions in provinces.items()}
    return {
        region: RankIntervals(groups[group][region], beside[province][region], nation[region])
        for region, (group, province) in placed.items()
        if region in nation
    }


def intervals_of(phase: int, snapshot: SnapshotRow, line: ResultLine) -> RankIntervals | None:
    """Those of one region; None without a final."""
    region = line.region
    return all_intervals(phase, snapshot, {region.code: (line.group_code, region.province.code)}).get(region.code)


@lru_cache(maxsize=4)
def scored(version: Version) -> tuple[index.Instrument, ScoreTable]:
    """The instrument of a version and its table of scores. Two queries, or none if it was read before."""
    used = Instrument.objects.get(code=version.instrument_code, version=version.instrument_version)
    rows = SnapshotResult.objects.filter(snapshot__phase=version.phase, snapshot__version=version.number)
    instrument = tree_of(used)
    return instrument, score_table(instrument, rows.order_by("region").values_list("region", "group", "scores"))


@lru_cache(maxsize=16)
def study_of(version: Version, choices: Choices, state: MarksState | None) -> tuple[Study, int]:
    """The study, and the largest panel whose marks were resampled."""
    instrument, every = scored(version)
    table = every.within(choices.group)
    marks = None if state is None else sheets_of(state, table.indicators).of(table.regions)
    return study(instrument, table, choices, marks), 0 if marks is None else marks.shape[2]


@lru_cache(maxsize=512)
def _ends_among(version: Version, regions: tuple[str, ...]) -> tuple[int, Mapping[str, tuple[int, int]]]:
    instrument, every = scored(version)
    study_of_group = study(instrument, every.among(regions), Choices())
    return study_of_group.seed, _ends(study_of_group)


def _ends(study: Study) -> dict[str, tuple[int, int]]:
    return {study.regions[place]: (int(study.lowest[place]), int(study.highest[place])) for place in study.order}


def _told(seed: int, ends: Mapping[str, tuple[int, int]]) -> dict[str, RankInterval]:
    basis = translate(BASIS, spread=Choices().spread, seed=seed)
    return {region: RankInterval(lowest, highest, SHARE, basis) for region, (lowest, highest) in ends.items()}
