"""Read the robustness of a version's ranks, of all its regions and of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from django.core.paginator import Page

from pilar import index
from pilar.evaluation.models import Phase, SnapshotResult
from pilar.evaluation.queries.computed import ComputedNotFound, published_version
from pilar.evaluation.queries.intervals import Version, scored, study_of
from pilar.evaluation.queries.mark_sheets import marks_state
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.queries.snapshots import (
    PhaseHeader,
    ResultLine,
    SnapshotRow,
    group_titles,
    header_of,
    predicates_of,
    result_lines,
    secretariat_version,
)
from pilar.evaluation.rules.analysis import FIRST, Choices, Levels, ScoreTable, Study, per_cent
from pilar.evaluation.rules.rank_questions import (
    Blanks,
    Bounds,
    Decides,
    FirstPlace,
    blanks_of,
    bounds_of,
    deciding_weights,
    first_place,
    is_linear,
)
from pilar.people.rules import Standing
from pilar.platform.actors import Authority
from pilar.platform.paging import paged

PAGE = 25


@dataclass(frozen=True, slots=True)
class RankLine:
    """One region's rank and how sure it is; ``rank`` is the printed one among those compared.

    ``first`` and ``holds`` are probabilities, NaN without one; ``alone``: nobody else is in its tier.
    """

    line: ResultLine
    rank: int | None
    median: int
    lowest: int
    highest: int
    first: float
    holds: float
    tier: int
    alone: bool
    blanks: Blanks | None

    @property
    def sure(self) -> RankLine | None:
        """Itself, where there is a rank to be sure of."""
        return None if self.rank is None else self

    @property
    def blanks_pay(self) -> bool:
        """Return whether it gains places by what it left blank."""
        return self.blanks is not None and self.blanks.alert

    @property
    def first_text(self) -> str:
        return per_cent(self.first)

    @property
    def holds_text(self) -> str:
        return per_cent(self.holds)

    @property
    def blank_text(self) -> str:
        """The share of the weight that other answers took over."""
        return "–" if self.blanks is None else per_cent(self.blanks.reweighted)

    @property
    def lowest_text(self) -> str:
        """The share of the weight whose blanks counted as the lowest score."""
        return "–" if self.blanks is None else per_cent(self.blanks.at_minimum)


@dataclass(frozen=True, slots=True)
class Subject:
    """The version under analysis, and the choices; ``draws`` were made, fewer than requested if it takes long.

    ``compared``: regions with a final that are ranked against each other. ``assessors``: largest panel whose marks were
    drawn again, 0 without.
    """

    header: PhaseHeader
    snapshot: SnapshotRow
    instrument: index.Instrument
    groups: Mapping[str, Bilingual]
    choices: Choices
    seed: int
    draws: int
    compared: int
    regions: int
    assessors: int
    linear: bool

    @property
    def predicates(self) -> bool:
        return bool(self.instrument.predicates)

    @property
    def has_first(self) -> bool:
        """Return whether more regions are compared than the first ten."""
        return self.compared > FIRST


@dataclass(frozen=True, slots=True)
class PhaseAnalysis:
    """A page of all regions, best first, those without a final last; ``tiers`` groups cannot be told apart inside."""

    subject: Subject
    page: Page[RankLine]
    tiers: int
    shift: float
    alerts: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A region that stands near; ``below``: how likely the region asked about is above it."""

    line: RankLine
    below: float

    @property
    def below_text(self) -> str:
        return per_cent(self.below)


@dataclass(frozen=True, slots=True)
class RegionAnalysis:
    """One region. ``shares``: rank and share of the draws, of every rank it had. ``bounds`` and ``first`` are None
    without a final, and for other than weighted means. ``mix``: name and part of those who together are always above.
    """

    subject: Subject
    line: RankLine
    shares: tuple[tuple[int, float], ...]
    neighbours: tuple[Neighbour, ...]
    bounds: Bounds | None
    first: FirstPlace | None
    mix: tuple[tuple[str, Fraction], ...]
    weights: tuple[Decides, ...]


def published_analysis(
    code: str, number: int, *, scope: Authority, choices: Choices, version: int | None = None, page: int = 1,
    size: int | None = PAGE,
) -> PhaseAnalysis:  # fmt: skip
    """All regions of a published version, the newest without ``version``. Raises ComputedNotFound, Faults."""
    phase, _known, snapshot = published_version(code, number, version)
    return _phase(_Loaded.of(phase, snapshot, _open(choices)), page, size)


def version_analysis(
    code: str, number: int, version: int, *, by: Standing, choices: Choices, page: int = 1, size: int | None = PAGE
) -> PhaseAnalysis:
    """All regions of any version, for the secretariat. Raises NotFound, NotAllowed, SnapshotNotFound, Faults."""
    phase, snapshot = secretariat_version(code, number, version, by=by)
    return _phase(_Loaded.of(phase, snapshot, choices), page, size)


def published_region_analysis(
    code: str, number: int, region: str, *, scope: Authority, choices: Choices, version: int | None = None
) -> RegionAnalysis:
    """One region of a published version, without what only single indicators tell. Raises ComputedNotFound, Faults."""
    phase, _known, snapshot = published_version(code, number, version)
    return _region(_Loaded.of(phase, snapshot, _open(choices)), region)


def version_region_analysis(
    code: str, number: int, version: int, region: str, *, by: Standing, choices: Choices
) -> RegionAnalysis:
    """One region of any version, for the secretariat. Raises as :func:`version_analysis`, and ComputedNotFound."""
    phase, snapshot = secretariat_version(code, number, version, by=by)
    return _region(_Loaded.of(phase, snapshot, choices), region)


def _open(choices: Choices) -> Choices:
    """Return what everybody may choose: the weights of single indicators are the secretariat's to try."""
    return replace(choices, levels=Levels.PARTS)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A version with its study."""

    phase: Phase
    version: Version
    subject: Subject
    table: ScoreTable
    study: Study | None

    @classmethod
    def of(cls, phase: Phase, snapshot: SnapshotRow, choices: Choices) -> _Loaded:
        groups = group_titles(phase)
        if choices.group not in groups:
            choices = replace(choices, group="")
        version = Version.of(phase.pk, snapshot)
        instrument, every = scored(version)
        state = marks_state(phase.pk) if choices.assessors else None
        table = every.within(choices.group)
        study, assessors = study_of(version, choices, state) if table.regions else (None, 0)
        subject = Subject(
            header=header_of(phase),
            snapshot=snapshot,
            instrument=instrument,
            groups=groups,
            choices=choices,
            seed=0 if study is None else study.seed,
            draws=0 if study is None else study.draws,
            compared=0 if study is None else len(study.order),
            regions=len(table.regions),
            assessors=assessors,
            linear=is_linear(instrument),
        )
        return cls(phase, version, subject, table, study)

    def lines(self, regions: Sequence[str]) -> list[RankLine]:
        """Return the lines of these regions in this order. One query."""
        rows = SnapshotResult.objects.filter(
            snapshot__phase=self.phase, snapshot__version=self.version.number, region__in=regions
        )
        read = rows.select_related("region__province").defer("scores")
        subject = self.subject
        lines = {
            line.region.code: line for line in result_lines(read, subject.groups, predicates_of(subject.instrument))
        }
        return [self._line(lines[region]) for region in regions]

    def _line(self, line: ResultLine) -> RankLine:
        study = self.study
        assert study is not None  # there is a study wherever there is a line
        place = study.place(line.region.code)
        tier = int(study.tier[place])
        return RankLine(
            line=line,
            rank=line.rank_in_group if self.subject.choices.group else line.rank_in_nation,
            median=int(study.median[place]),
            lowest=int(study.lowest[place]),
            highest=int(study.highest[place]),
            first=float(study.first[place]),
            holds=float(study.holds[place]),
            tier=tier,
            alone=int((study.tier == tier).sum()) == 1,
            blanks=_blanks(self.version).get(line.region.code),
        )


def _phase(loaded: _Loaded, page: int, size: int | None) -> PhaseAnalysis:
    study, table = loaded.study, loaded.table
    ranked = [] if study is None else [table.regions[place] for place in study.order]
    known = set(ranked)
    regions = [*ranked, *(region for region in table.regions if region not in known)]
    blanks = _blanks(loaded.version)
    return PhaseAnalysis(
        subject=loaded.subject,
        page=paged(regions, loaded.lines, page=page, size=size),
        tiers=0 if study is None else int(study.tier.max(initial=0)),
        shift=0.0 if study is None else study.shift,
        alerts=sum(blanks[region].alert for region in table.regions if region in blanks),
    )


def _region(loaded: _Loaded, region: str) -> RegionAnalysis:
    study, subject = loaded.study, loaded.subject
    if study is None or region not in study.regions:
        raise ComputedNotFound
    place = study.place(region)
    near = study.neighbours(place)
    line, *others = loaded.lines([region, *(study.regions[other] for other, _above in near)])
    answers = _answers(loaded.version, subject.choices, region) if place in study.order else None
    shares = study.shares[place]
    mixed = () if answers is None or answers.first is None else tuple(answers.first.mix.items())
    names = {
        rank_line.line.region.code: rank_line.line.region.name
        for rank_line in loaded.lines([code for code, _part in mixed])
    }
    return RegionAnalysis(
        subject=subject,
        line=line,
        shares=tuple((rank, float(share)) for rank, share in enumerate(shares.tolist(), 1) if share > 0),
        neighbours=tuple(Neighbour(other, above) for other, (_place, above) in zip(others, near, strict=True)),
        bounds=None if answers is None else answers.bounds,
        first=None if answers is None else answers.first,
        mix=tuple((names[code], part) for code, part in sorted(mixed, key=lambda pair: -pair[1])),
        weights=() if answers is None else answers.weights,
    )


@lru_cache(maxsize=4)
def _blanks(version: Version) -> Mapping[str, Blanks]:
    instrument, table = scored(version)
    return blanks_of(instrument, table) if table.regions else {}


@dataclass(frozen=True, slots=True)
class _Answers:
    bounds: Bounds | None
    first: FirstPlace | None
    weights: tuple[Decides, ...]


@lru_cache(maxsize=256)
def _answers(version: Version, choices: Choices, region: str) -> _Answers:
    instrument, every = scored(version)
    table = every.within(choices.group)
    place, linear = table.regions.index(region), is_linear(instrument)
    return _Answers(
        bounds=bounds_of(instrument, table, choices, place) if linear else None,
        first=first_place(instrument, table, choices, place) if linear else None,
        weights=deciding_weights(instrument, table, choices, place),
    )
