"""Published results that Pilar computed, open to everybody; apart from the statements of sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, QuerySet

from pilar import index
from pilar.evaluation.models import Instrument, Phase, Publication, Snapshot, SnapshotResult
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.intervals import intervals_of
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.queries.snapshots import (
    PhaseHeader,
    ResultLine,
    SnapshotRow,
    group_titles,
    header_of,
    lines_of,
    predicates_of,
    result_lines,
    snapshot_rows,
)
from pilar.evaluation.rules.computing import explain
from pilar.evaluation.rules.reports import RankIntervals
from pilar.platform.actors import Authority
from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.paging import PAGE


class ComputedNotFound(PilarError):
    code = "computed-result-not-found"
    status = 404
    sentence = N_("No such result of an evaluation in Pilar is published")


@dataclass(frozen=True, slots=True)
class PublishedPhase:
    """A phase whose results are published; ``versions`` are the published ones, newest first."""

    header: PhaseHeader
    versions: tuple[SnapshotRow, ...]
    regions: int

    @property
    def newest(self) -> SnapshotRow:
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class ComputedPage:
    """A page of one published version."""

    phase: PublishedPhase
    snapshot: SnapshotRow
    page: Page[ResultLine]
    groups: Mapping[str, Bilingual]


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the sum, exact: ``contribution`` = ``weight`` (a share of 1) times ``score`` below weighted means.

    ``published``, ``percent`` and ``share`` are score, weight and contribution as they are shown, rounded.
    """

    code: str
    title: Bilingual
    depth: int
    weight: Fraction
    score: Fraction | None
    published: Decimal | None
    contribution: Fraction | None

    @property
    def indent(self) -> str:
        return "· " * self.depth

    @property
    def percent(self) -> Decimal:
        return _shown(self.weight * 100, 2)

    @property
    def share(self) -> Decimal | None:
        return None if self.contribution is None else _shown(self.contribution, 4)


@dataclass(frozen=True, slots=True)
class ComputedResult:
    """A region's result in one published version; ``parts`` are the nodes above the indicators, top down.

    ``weights_source``: where the weights of the dimensions come from, an address or ``assumption``; ``parts_assumed``:
    whether those of any part below are an assumption. ``predicate``: the one that the final holds.
    ``intervals``: of its ranks, where they were asked for and there is a final.
    """

    phase: PublishedPhase
    snapshot: SnapshotRow
    line: ResultLine
    final_exact: Fraction | None
    parts: tuple[Part, ...]
    weights_source: str
    parts_assumed: bool
    predicate: index.Predicate | None
    intervals: RankIntervals | None = None

    @property
    def unrounded(self) -> Decimal | None:
        """The final to six decimals, as it is shown next to the rounded one."""
        return None if self.final_exact is None else _shown(self.final_exact, 6)


@dataclass(frozen=True, slots=True)
class GroupLeaders:
    """The highest finals of a group in the newest published phase of a campaign; ``regions``: how many have one."""

    header: PhaseHeader
    group: Bilingual
    regions: int
    lines: tuple[ResultLine, ...]


def computed_phases(*, scope: Authority, year: int | None = None) -> tuple[PublishedPhase, ...]:
    """Every phase with published results, newest year first, or those of one year. Two queries."""
    phases = _published_phases()
    if year is not None:
        phases = phases.filter(campaign__year=year)
    listed = list(phases.order_by("-campaign__year", "campaign", "-number"))
    return tuple(_phases(listed))


def leaders(year: int, *, scope: Authority, size: int) -> tuple[GroupLeaders, ...]:
    """List the regions that stand highest in each group of the campaigns of a year, made-up ones left out.

    The number of queries grows with campaigns and groups.
    """
    leaderses: list[GroupLeaders] = []
    phases: dict[str, Phase] = {}
    for phase in _published_phases().filter(campaign__year=year, campaign__synthetic=False).order_by("number"):
        phases[phase.campaign.code] = phase
    for phase in phases.values():
        (known,) = _phases([phase])
        scored = SnapshotResult.objects.filter(
            snapshot__phase=phase, snapshot__version=known.newest.version, final__isnull=False
        )
        counts = dict(scored.order_by().values_list("group").annotate(Count("pk")))
        for code, title in group_titles(phase).items():
            if code in counts:
                page = lines_of(phase, known.newest.version, group=code, page=1, size=size)
                lines = tuple(line for line in page if line.final is not None)
                leaderses.append(GroupLeaders(known.header, title, counts[code], lines))
    return tuple(leaderses)


def computed_page(
    code: str,
    number: int,
    *,
    scope: Authority,
    version: int | None = None,
    group: str = "",
    search: str = "",
    page: int = 1,
    size: int | None = PAGE,
) -> ComputedPage:
    """One published version (the newest without ``version``); ``search``: a name or code of regions. Raises
    ComputedNotFound."""
    phase, known, snapshot = published_version(code, number, version)
    lines = lines_of(phase, snapshot.version, group=group, search=search, page=page, size=size)
    return ComputedPage(known, snapshot, lines, group_titles(phase))


def computed_result(
    code: str, number: int, region: str, *, scope: Authority, version: int | None = None, intervals: bool = False
) -> ComputedResult:
    """One region's result and how it came about; ``intervals``: with those of its ranks. Raises ComputedNotFound."""
    phase, known, snapshot = published_version(code, number, version)
    stored = (
        None
        if "\0" in region
        else SnapshotResult.objects.filter(snapshot__phase=phase, snapshot__version=snapshot.version, region=region)
        .select_related("region__province")
        .first()
    )
    if stored is None:
        raise ComputedNotFound
    used = Instrument.objects.get(code=snapshot.instrument_code, version=snapshot.instrument_version)
    result = _result(known, snapshot, stored, tree_of(used), group_titles(phase))
    return replace(result, intervals=intervals_of(phase.pk, snapshot, result.line)) if intervals else result


def computed_of_region(region: str, *, scope: Authority) -> tuple[ComputedResult, ...]:
    """A region's results in the newest published version of every phase, newest year first.

    The number of queries grows with the phases that the region took part in.
    """
    phases = (
        _published_phases().filter(assessments__participation__region=region).order_by("-campaign__year", "-number")
    )
    results = []
    for known in _phases(list(phases)):
        try:
            results.append(computed_result(known.header.campaign, known.header.number, region, scope=scope))
        except ComputedNotFound:
            continue
    return tuple(results)


def _published_phases() -> QuerySet[Phase]:
    published = Publication.objects.filter(snapshot__phase=OuterRef("pk"))
    return Phase.objects.filter(Exists(published)).select_related("campaign__instrument")


def _phases(phases: list[Phase]) -> list[PublishedPhase]:
    counted = Snapshot.objects.filter(phase__in=phases, publication__isnull=False).annotate(lines=Count("results"))
    snapshots: dict[int, list[Snapshot]] = {}
    for snapshot in counted.select_related("approval", "publication").order_by("-version"):
        snapshots.setdefault(snapshot.phase_id, []).append(snapshot)
    return [
        PublishedPhase(header_of(phase), snapshot_rows(snapshots[phase.pk]), snapshots[phase.pk][0].lines)
        for phase in phases
    ]


def published_version(code: str, number: int, version: int | None) -> tuple[Phase, PublishedPhase, SnapshotRow]:
    """A published version of a phase, the newest without ``version``. Raises ComputedNotFound."""
    phase = None if "\0" in code else _published_phases().filter(campaign__code=code, number=number).first()
    if phase is None:
        raise ComputedNotFound
    (known,) = _phases([phase])
    for snapshot in known.versions:
        if version in (None, snapshot.version):
            return phase, known, snapshot
    raise ComputedNotFound


def _result(
    phase: PublishedPhase,
    snapshot: SnapshotRow,
    stored: SnapshotResult,
    instrument: index.Instrument,
    groups: Mapping[str, Bilingual],
) -> ComputedResult:
    (line,) = result_lines([stored], groups, predicates_of(instrument))
    return ComputedResult(
        phase=phase,
        snapshot=snapshot,
        line=line,
        final_exact=Fraction(stored.final_exact) if stored.final_exact else None,
        parts=parts_of(instrument, stored.scores),
        weights_source=instrument.root.weights_source,
        predicate=None if line.final is None else instrument.predicate(line.final),
        parts_assumed=any(node.children and node.weights_source == index.ASSUMPTION for node in instrument.nodes[1:]),
    )


def parts_of(instrument: index.Instrument, scores: Mapping[str, str]) -> tuple[Part, ...]:
    """The lines of the sum of a stored result: the nodes above the indicators, top down."""
    return tuple(_parts(explain(instrument, scores), 0))


def _parts(above: index.Explained, depth: int) -> list[Part]:
    parts: list[Part] = []
    for child in above.children:
        if child.node.is_leaf and depth:
            continue
        known = not isinstance(child.score, index.NoScore)
        parts.append(
            Part(
                code=child.node.code,
                title=Bilingual(**child.node.title),
                depth=depth,
                weight=child.effective_weight,
                score=child.score if known else None,
                published=child.published if known else None,
                contribution=None if isinstance(child.contribution, index.NoScore) else child.contribution,
            )
        )
        parts += _parts(child, depth + 1)
    return parts


def _shown(value: Fraction, decimals: int) -> Decimal:
    """Rounded, without zeros at the end."""
    return Decimal(index.decimal_text(index.round_published(value, decimals)))
