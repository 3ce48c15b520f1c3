"""Counting the figures: what the plan, the follow-up and the survey of the year say about each indicator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from uuid import UUID

from pilar import index
from pilar.evaluation.rules.plan_figures import (
    DECREED,
    FILE,
    FORCE,
    REPORTED,
    Counted,
    Figure,
    FigureKind,
    FollowedUp,
    PlanYear,
    Programme,
    Rules,
    Wanted,
)
from pilar.evaluation.rules.survey_figures import ImpactYear


def figures_of(
    rules: Rules,
    instrument: index.Instrument,
    plan: PlanYear | None,
    followed: FollowedUp | None,
    impact: ImpactYear | None = None,
) -> dict[str, Figure]:
    """Return what there is to say about the indicators of an instrument, by node."""
    figures = {}
    for leaf in instrument.leaves:
        wanted = rules.nodes.get(leaf.code)
        if wanted is None or not _fits(leaf, wanted.kind):
            continue
        match wanted.kind:
            case FigureKind.FOLLOW_UP:
                figure = None if followed is None else _follow_up(leaf.code, followed)
            case FigureKind.SURVEY:
                figure = None if impact is None else _of_survey(wanted, leaf, impact)
            case _:
                figure = None if plan is None else _of_plan(wanted, plan)
        if figure is not None:
            figures[leaf.code] = _with_level(figure, rules, leaf)
    return figures


def _fits(leaf: index.Node, kind: FigureKind) -> bool:
    fitting = {FigureKind.PROGRAMMES: index.RatioMark, FigureKind.SURVEY: index.SurveyMark}
    return isinstance(leaf.mark, fitting.get(kind, index.LevelMark))


def _of_plan(wanted: Wanted, plan: PlanYear) -> Figure | None:
    base = Counted(wanted.kind, plan=plan.title, version=plan.number)
    if wanted.kind in REPORTED:
        base = replace(base, reported=plan.reported, held_to=plan.held_to)
    match wanted.kind:
        case FigureKind.PROGRAMMES:
            return _realised(
                wanted, plan, base, [programme for programme in plan.programmes if programme.part in wanted.of]
            )
        case FigureKind.REALISATION:
            whole = _realised(wanted, plan, base, plan.programmes)
            return replace(whole, programmes=(), evidence=()) if whole.counted.whole else None
        case FigureKind.LEGAL_BASIS:
            return _legal_basis(wanted, plan, base)
        case FigureKind.BODIES:
            return _bodies(wanted, plan, base)
        case FigureKind.BUDGET:
            amount = sum((plan.budgets.get(fund, Decimal(0)) for fund in wanted.of), Decimal(0))
            return Figure(wanted.node, replace(base, amount=f"{amount:.0f}", names=wanted.of), version_key=plan.version)
    return _quick_wins(wanted, plan, base)


def _realised(wanted: Wanted, plan: PlanYear, base: Counted, rows: Iterable[Programme]) -> Figure:
    programmes = tuple(rows)
    counted = replace(base, part=sum(programme.counted for programme in programmes), whole=len(programmes))
    return Figure(wanted.node, counted, programmes, _evidence(programmes), plan.version)


def _legal_basis(wanted: Wanted, plan: PlanYear, base: Counted) -> Figure:
    law = plan.law
    holds = {DECREED: law is not None, FORCE: True, FILE: law is not None and law.file is not None}
    counted = replace(
        base, part=sum(holds.values()), whole=len(holds), names=tuple(name for name, held in holds.items() if held),
        amount="" if law is None else f"{law.form.value} {law.number}",
    )  # fmt: skip
    evidence = (law.file,) if law is not None and law.file is not None else ()
    return Figure(wanted.node, counted, (), evidence, plan.version)


def _bodies(wanted: Wanted, plan: PlanYear, base: Counted) -> Figure | None:
    named = [body for body in plan.bodies if body[0] in wanted.of]
    if not named:
        return None  # the plan names none: that there is none it does not say
    files = {kind: file for kind, decree, file in named if decree.strip()}
    counted = replace(base, part=len(files), whole=len(wanted.of), names=tuple(sorted(files)))
    return Figure(wanted.node, counted, (), tuple(file for file in files.values() if file), plan.version)


def _quick_wins(wanted: Wanted, plan: PlanYear, base: Counted) -> Figure | None:
    criterion = wanted.of[0]
    mean = plan.marks.get(criterion)
    if mean is None:
        return None
    judged = tuple(programme for programme, criteria in plan.quick_wins if criterion in criteria)
    exact = Decimal(mean.numerator) / mean.denominator
    counted = replace(
        base,
        whole=len(judged),
        amount=f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP):f}",
        level=f"{exact.quantize(Decimal(1), ROUND_HALF_UP):f}",
    )
    return Figure(wanted.node, counted, judged, _evidence(judged), plan.version)


def _follow_up(node: str, followed: FollowedUp) -> Figure | None:
    if not followed.total:
        return None
    counted = Counted(FigureKind.FOLLOW_UP, part=followed.done, whole=followed.total)
    return Figure(node, counted, (), followed.evidence)


def _of_survey(wanted: Wanted, leaf: index.Node, impact: ImpactYear) -> Figure | None:
    """The mean as it stands, where the questionnaire has the scale that the instrument gives a survey."""
    pillar = impact.pillars.get(wanted.of[0])
    assert isinstance(leaf.mark, index.SurveyMark)
    if pillar is None or (leaf.mark.minimum, leaf.mark.maximum) != (impact.lowest, impact.highest):
        return None
    counted = Counted(
        FigureKind.SURVEY, part=pillar.counting, whole=pillar.wanted, amount=pillar.mean, surveyed=pillar.surveyed
    )
    return Figure(wanted.node, counted, (), () if impact.statement is None else (impact.statement,))


def _with_level(figure: Figure, rules: Rules, leaf: index.Node) -> Figure:
    """The figure with the mark that its share suggests, if the rubric has that level."""
    counted = figure.counted
    if counted.is_answer:
        return figure
    if not counted.level and counted.part is not None and counted.whole:
        share = Fraction(counted.part * 100, counted.whole)
        level = max((value for start, value in rules.bands if share >= start), default=None)
        counted = replace(counted, level="" if level is None else f"{level:f}")
    levels = {level.value for level in leaf.mark.levels} if isinstance(leaf.mark, index.LevelMark) else set()
    if counted.level and Decimal(counted.level) not in levels:
        counted = replace(counted, level="")
    return replace(figure, counted=counted)


def _evidence(rows: Iterable[Programme]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(key for row in rows for key in row.evidence))
