"""What the master plan, and last year's follow-up, say about an indicator: figures with how they were counted.

Which indicator takes which figure is data (``data/evaluation/plan-figures.yaml``). Nothing here is an answer until
somebody who answers takes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from pilar import index
from pilar.evaluation.rules.answers import Given
from pilar.masterplan.rules.stages import LegalForm
from pilar.platform.errors import PilarError
from pilar.platform.language import mark


class FigureKind(StrEnum):
    """What is counted; each is explained in the data file."""

    PROGRAMMES = "programmes"
    REALISATION = "realisation"
    LEGAL_BASIS = "legal_basis"
    FOLLOW_UP = "follow_up"
    BODIES = "bodies"
    BUDGET = "budget"
    QUICK_WINS = "quick_wins"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The figure that an indicator takes; ``of`` names the sub-dimension, bodies, funds or criterion."""

    node: str
    kind: FigureKind
    of: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The data file: what each node takes, and from which share (per cent) on which mark is suggested, lowest first."""

    version: int
    source: str
    bands: tuple[tuple[int, Decimal], ...]
    nodes: Mapping[str, Wanted]


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme that is planned for the year; ``counted``: it counts as realised."""

    code: str
    title: str
    part: str
    counted: bool
    evidence: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Law:
    """The regulation that sets the version."""

    form: LegalForm
    number: str
    file: UUID | None


@dataclass(frozen=True, slots=True)
class PlanYear:
    """The plan in force in a year.

    ``version`` is its key; ``reported`` the last quarter that a report is of, empty for none; ``bodies`` (kind, decree,
    key of the evidence that is its text); ``budgets`` rupiah by source of funds; ``quick_wins`` with the criteria that
    each is judged on, ``marks`` their means by criterion.
    """

    title: str
    version: int
    number: int
    law: Law | None
    reported: str
    programmes: tuple[Programme, ...]
    bodies: tuple[tuple[str, str, UUID | None], ...]
    budgets: Mapping[str, Decimal]
    quick_wins: tuple[tuple[Programme, frozenset[str]], ...]
    marks: Mapping[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """What became of last year's recommendations."""

    total: int
    done: int
    evidence: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """The values of a figure, as they are kept: ``part`` of ``whole``, or an ``amount`` (money, a mean as text).

    ``version`` is the number of the version of the plan, 0 where the figure is none of the plan's; ``names`` are what
    it rests on, by their codes or titles.
    """

    kind: FigureKind
    part: int | None = None
    whole: int | None = None
    amount: str = ""
    level: str = ""
    plan: str = ""
    version: int = 0
    reported: str = ""
    names: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[object, ...]:
        """What changes when the figure does."""
        return (self.part, self.whole, self.amount, self.level)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure for an indicator, with the programmes and the evidence that it rests on."""

    node: str
    counted: Counted
    programmes: tuple[Programme, ...] = ()
    evidence: tuple[UUID, ...] = ()
    version_key: int | None = None

    @property
    def kind(self) -> FigureKind:
        return self.counted.kind

    @property
    def is_ratio(self) -> bool:
        """Whether it is the answer itself, and not the suggestion of a mark."""
        return self.kind is FigureKind.PROGRAMMES

    @property
    def can_be_taken(self) -> bool:
        """A share of nothing planned is no answer."""
        return not self.is_ratio or bool(self.counted.whole)

    @property
    def fingerprint(self) -> str:
        """Tells this figure, with what it rests on, from another."""
        rows = [kept(self.counted), sorted(one.code for one in self.programmes), sorted(map(str, self.evidence))]
        return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:32]


class NoPlanFigure(PilarError):
    """The plan has nothing to say about the indicator."""

    code = "no-plan-figure"
    status = 409
    sentence = mark("The master plan has no figure for this indicator")


class PlanFigureChanged(PilarError):
    """The figures that were seen are no longer those of the plan."""

    code = "plan-figure-changed"
    status = 409
    sentence = mark("The figures of the plan have changed since you looked: look at them again, then take them")


REPORTED = frozenset({FigureKind.PROGRAMMES, FigureKind.REALISATION})
"""What rests on quarterly reports."""
DECREED, FORCE, FILE = mark("decreed"), mark("in force"), mark("regulation as a file")
"""What makes up the legal basis."""


def taken(figure: Figure, known: Given, source: str) -> Given:
    """The answer that taking a figure gives; what was explained stays. Without a level only the source is filled in."""
    counted = figure.counted
    if figure.is_ratio:
        assert counted.part is not None
        assert counted.whole is not None
        return replace(
            known, realised=Decimal(counted.part), planned=Decimal(counted.whole), not_applicable=False, source=source
        )
    if counted.level:
        return replace(known, mark=Decimal(counted.level), not_applicable=False, source=source)
    return replace(known, source=source)


def agrees(counted: Counted, given: Given) -> bool:
    """Whether an answer says what a figure says; one that says nothing of a mark agrees with every answer."""
    if counted.kind is FigureKind.PROGRAMMES:
        return (given.realised, given.planned) == (counted.part, counted.whole)
    return not counted.level or given.mark == Decimal(counted.level)


@dataclass(frozen=True, slots=True)
class Taken:
    """A figure as it was taken into an answer, by whom and when; ``version_key`` is that of the plan's version."""

    counted: Counted
    fingerprint: str
    version_key: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside an answer: the figure as it is now, and as it was taken into the answer."""

    now: Figure | None = None
    taken: Taken | None = None

    @property
    def changed(self) -> bool:
        """Whether the plan says something else than what was taken."""
        return self.taken is not None and self.now is not None and self.taken.counted.values != self.now.counted.values

    @property
    def held(self) -> Counted:
        """What a reader of the answer is told: what was taken, or else what the plan says now."""
        return self.taken.counted if self.taken is not None else self.shown

    @property
    def shown(self) -> Counted:
        """What the plan says now, or said when it was taken. ``ValueError`` (a bug) where there is neither."""
        if self.now is not None:
            return self.now.counted
        if self.taken is None:
            raise ValueError("there is nothing beside the answer")
        return self.taken.counted

    @property
    def version_key(self) -> int | None:
        """The key of the plan's version that says so."""
        if self.now is not None:
            return self.now.version_key
        return self.taken.version_key if self.taken is not None else None

    def is_taken(self, given: Given) -> bool:
        """Whether the answer is what the plan says now, taken from it."""
        return (
            self.taken is not None
            and self.now is not None
            and self.taken.fingerprint == self.now.fingerprint
            and agrees(self.now.counted, given)
        )

    def can_be_taken(self, given: Given) -> bool:
        """Whether there is a figure to answer with that the answer does not have yet."""
        return self.now is not None and self.now.can_be_taken and not self.is_taken(given)

    def to_explain(self, given: Given) -> Counted | None:
        """The figure that an answer departs from, so that it needs an explanation.

        The realised share is what the plan says now. A mark that the plan only suggests is held against what was taken:
        who never took it has given a mark of their own.
        """
        if self.now is not None and self.now.is_ratio:
            held: Counted | None = self.now.counted
        else:
            held = None if self.taken is None else self.taken.counted
        if held is None or not given.is_answered or given.not_applicable:
            return None
        if held.kind is FigureKind.PROGRAMMES and not held.whole:
            return None
        return None if agrees(held, given) else held


NOTHING_BESIDE = Beside()


def figures_of(
    rules: Rules, instrument: index.Instrument, plan: PlanYear | None, followed: FollowedUp | None
) -> dict[str, Figure]:
    """What there is to say about the indicators of an instrument, by node."""
    found = {}
    for leaf in instrument.leaves:
        wanted = rules.nodes.get(leaf.code)
        if wanted is None or not _fits(leaf, wanted.kind):
            continue
        if wanted.kind is FigureKind.FOLLOW_UP:
            figure = None if followed is None else _follow_up(leaf.code, followed)
        else:
            figure = None if plan is None else _of_plan(wanted, plan)
        if figure is not None:
            found[leaf.code] = _with_level(figure, rules, leaf)
    return found


def kept(counted: Counted) -> dict[str, Any]:
    """As it is kept in JSON; see :func:`read`."""
    return {**asdict(counted), "kind": counted.kind.value, "names": list(counted.names)}


def read(given: Mapping[str, Any]) -> Counted:
    """What :func:`kept` wrote."""
    return Counted(**{**given, "kind": FigureKind(given["kind"]), "names": tuple(given["names"])})


def _fits(leaf: index.Node, kind: FigureKind) -> bool:
    return isinstance(leaf.mark, index.RatioMark if kind is FigureKind.PROGRAMMES else index.LevelMark)


def _of_plan(wanted: Wanted, plan: PlanYear) -> Figure | None:
    reported = plan.reported if wanted.kind in REPORTED else ""
    base = Counted(wanted.kind, plan=plan.title, version=plan.number, reported=reported)
    match wanted.kind:
        case FigureKind.PROGRAMMES:
            return _realised(wanted, plan, base, [one for one in plan.programmes if one.part in wanted.of])
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
    found = tuple(rows)
    counted = replace(base, part=sum(one.counted for one in found), whole=len(found))
    return Figure(wanted.node, counted, found, _evidence(found), plan.version)


def _legal_basis(wanted: Wanted, plan: PlanYear, base: Counted) -> Figure:
    law = plan.law
    holds = {DECREED: law is not None, FORCE: True, FILE: law is not None and law.file is not None}
    counted = replace(
        base, part=sum(holds.values()), whole=len(holds), names=tuple(name for name, one in holds.items() if one),
        amount="" if law is None else f"{law.form.value} {law.number}",
    )  # fmt: skip
    evidence = (law.file,) if law is not None and law.file is not None else ()
    return Figure(wanted.node, counted, (), evidence, plan.version)


def _bodies(wanted: Wanted, plan: PlanYear, base: Counted) -> Figure | None:
    named = [one for one in plan.bodies if one[0] in wanted.of]
    if not named:
        return None  # the plan names none: that there is none it does not say
    files = {kind: file for kind, decree, file in named if decree.strip()}
    counted = replace(base, part=len(files), whole=len(wanted.of), names=tuple(sorted(files)))
    return Figure(wanted.node, counted, (), tuple(one for one in files.values() if one), plan.version)


def _quick_wins(wanted: Wanted, plan: PlanYear, base: Counted) -> Figure | None:
    criterion = wanted.of[0]
    mean = plan.marks.get(criterion)
    if mean is None:
        return None
    judged = tuple(one for one, criteria in plan.quick_wins if criterion in criteria)
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


def _with_level(figure: Figure, rules: Rules, leaf: index.Node) -> Figure:
    """The figure with the mark that its share suggests, if the rubric has that level."""
    counted = figure.counted
    if figure.is_ratio:
        return figure
    if not counted.level and counted.part is not None and counted.whole:
        share = Fraction(counted.part * 100, counted.whole)
        level = max((value for start, value in rules.bands if share >= start), default=None)
        counted = replace(counted, level="" if level is None else f"{level:f}")
    levels = {one.value for one in leaf.mark.levels} if isinstance(leaf.mark, index.LevelMark) else set()
    if counted.level and Decimal(counted.level) not in levels:
        counted = replace(counted, level="")
    return replace(figure, counted=counted)


def _evidence(rows: Iterable[Programme]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(key for one in rows for key in one.evidence))
