"""Read the sources of an indicator's figure: the plan, its programmes, their targets, the measures of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pilar import index
from pilar.evaluation import reference
from pilar.evaluation.models import Instrument
from pilar.evaluation.queries.answer_rows import AssessmentHeader
from pilar.evaluation.queries.answers import header_of
from pilar.evaluation.queries.cases import assessment_for, case_of, tree_for
from pilar.evaluation.queries.computed import ComputedResult, computed_result
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.plan_figures import BesideAnswers, figures_of_year
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.authority import Action, holds, may
from pilar.evaluation.rules.marking import leaf_of
from pilar.evaluation.rules.plan_figures import Counted, Figure, FigureKind, Taken
from pilar.evaluation.rules.plan_words import how, origin, said
from pilar.masterplan import queries as plans
from pilar.masterplan.queries import ProgrammeRow, VersionRow, YearFigures, year_figures
from pilar.masterplan.queries.progress import Measured, measured_figures
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.progress import target_reached
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.targets import Figure as TargetFigure
from pilar.people.rules import PUBLIC, NotAllowed, NotFound, Standing


@dataclass(frozen=True, slots=True)
class MeasuredTarget:
    """A target that a measure tells: what of the year's target is reached by the end of the quarter.

    ``measured`` is None where there is no such measure, or the reader may not read it.
    """

    figure: TargetFigure
    measured: Measured | None


@dataclass(frozen=True, slots=True)
class ProgrammeLink:
    """A programme that a figure rests on. ``counted``: whether it counts as realised, None where that is not asked;
    ``reported`` is the quarter of the year's last report, ``quarter`` the one that it is held against; ``told`` counts
    the targets that the office reports itself."""

    row: ProgrammeRow
    counted: bool | None
    reported: Quarter | None
    quarter: Quarter | None
    targets: tuple[MeasuredTarget, ...]
    told: int


@dataclass(frozen=True, slots=True)
class Chain:
    """From an indicator down to what was counted. ``said``, ``origin`` and ``how`` are sentences; ``rule`` is where
    the rule comes from. ``taken``: the figure as it is in the answer, and ``taken_said`` what it said then, empty
    where that is what is said now."""

    node: str
    title: Bilingual
    above: tuple[Bilingual, ...]
    kind: FigureKind
    said: str
    origin: str
    how: str
    rule: str
    taken: Taken | None
    taken_said: str
    version: VersionRow
    programmes: tuple[ProgrammeLink, ...]


@dataclass(frozen=True, slots=True)
class AnswerChain:
    header: AssessmentHeader
    chain: Chain


@dataclass(frozen=True, slots=True)
class PublishedChains:
    """A published result with the chains of the indicators that take a figure of the plan."""

    found: ComputedResult
    chains: tuple[Chain, ...]


def answer_chain(key: int, node: str, *, by: Standing, now: datetime) -> AnswerChain:
    """The chain of an indicator of an assessment: for the region's team, the secretariat, and the panel in its time.

    It tells nothing of marks, and the panel not who took the figure. Raises NotFound also where nothing of the plan is
    said, NotAllowed, UnknownIndicator.
    """
    assessment = assessment_for(by, key)
    case = case_of(assessment)
    own = holds(by, Action.READ_ASSESSMENT, case)
    if not (own or may(by, Action.READ_FOR_MARKING, case)):
        raise NotAllowed
    instrument = tree_for(assessment)
    leaf_of(instrument, node)
    beside = BesideAnswers(assessment, now).by_node.get(node)
    if beside is None or beside.version_key is None:
        raise NotFound
    header = header_of(assessment)
    figures = year_figures(header.region_code, header.year, scope=PUBLIC, now=now)
    links = programme_links(header.region_code, figures, () if beside.now is None else [beside.now], scope=by, now=now)
    taken = beside.taken if own or beside.taken is None else replace(beside.taken, by="")
    version = plans.version(beside.version_key, scope=PUBLIC)
    chain = _chain(
        instrument, node, beside.shown, beside.now, year=header.year, version=version, links=links, taken=taken
    )
    return AnswerChain(header, chain)


def published_chains(code: str, number: int, region: str, *, scope: Standing, now: datetime) -> PublishedChains:
    """Return what everybody may know of where the figures of a published result come from: what is law, and public
    measures.

    Nothing of the region's answers, and no mark that a figure suggests. Raises ComputedNotFound.
    """
    result = computed_result(code, number, region, scope=scope)
    used = Instrument.objects.get(code=result.snapshot.instrument_code, version=result.snapshot.instrument_version)
    instrument, year = tree_of(used), result.phase.header.year
    figures = year_figures(region, year, scope=PUBLIC, now=now)
    told = {} if figures is None else figures_of_year(instrument, figures, year)
    links = programme_links(region, figures, told.values(), scope=scope, now=now)
    chains = (
        _chain(
            instrument, node, replace(figure.counted, level=""), figure, year=year, version=figures.version, links=links
        )
        for node, figure in told.items()
        if figures is not None and figure.version_key is not None
    )
    return PublishedChains(result, tuple(chains))


def _chain(
    instrument: index.Instrument,
    node: str,
    shown: Counted,
    now: Figure | None,
    *,
    year: int,
    version: VersionRow,
    links: Mapping[str, ProgrammeLink],
    taken: Taken | None = None,
) -> Chain:
    above = [code for code in instrument.ancestors(node) if code != instrument.root.code]
    changed = taken is not None and taken.counted.values != shown.values
    return Chain(
        node=node,
        title=Bilingual(**instrument.node(node).title),
        above=tuple(Bilingual(**instrument.node(code).title) for code in reversed(above)),
        kind=shown.kind,
        said=said(shown),
        origin=origin(shown),
        how="" if now is None else how(now, year, framework().progress.realised_from),
        rule=reference.plan_figures().source,
        taken=taken,
        taken_said=said(taken.counted) if taken is not None and changed else "",
        version=version,
        programmes=()
        if now is None
        else tuple(links[programme.code] for programme in now.programmes if programme.code in links),
    )


def programme_links(
    region: str, figures: YearFigures | None, told: Iterable[Figure], *, scope: Standing, now: datetime
) -> dict[str, ProgrammeLink]:
    """The programmes that figures rest on, by code, with their measured targets. Three queries, however many."""
    if figures is None:
        return {}
    wanted = {programme.code for figure in told for programme in figure.programmes}
    planned = {programme.row.code: programme for part in figures.parts for programme in part.programmes}
    rows = {quick_win.code: quick_win for quick_win in figures.quick_wins} | {
        code: programme.row for code, programme in planned.items()
    }
    used = [row for code, row in rows.items() if code in wanted]
    quarters = {row.code: planned[row.code].stands.quarter if row.code in planned else figures.held_to for row in used}
    asked = sorted({quarter for quarter in quarters.values() if quarter is not None})
    measured = measured_figures(region, (row.content for row in used), asked, scope=scope, now=now) if asked else {}
    return {
        row.code: ProgrammeLink(
            row=row,
            counted=planned[row.code].stands.realised if row.code in planned else None,
            reported=planned[row.code].stands.reported if row.code in planned else None,
            quarter=quarters[row.code],
            targets=_targets(row, quarters[row.code], measured),
            told=sum(not target.measure for target in row.content.targets),
        )
        for row in used
    }


def _targets(
    row: ProgrammeRow,
    quarter: Quarter | None,
    measured: Mapping[tuple[str, Quarter], Measured],
) -> tuple[MeasuredTarget, ...]:
    if quarter is None:
        return ()
    targets = []
    for target in row.content.targets:
        if not target.measure:
            continue
        reading = measured.get((target.measure, quarter))
        value = None if reading is None else reading.figure.value
        share = None if value is None else target_reached(target, value, quarter.year)
        figure = TargetFigure(target, target.planned_for(quarter.year), value, share)
        targets.append(MeasuredTarget(figure, reading))
    return tuple(targets)
