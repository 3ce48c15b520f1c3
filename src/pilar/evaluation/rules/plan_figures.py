"""Figures for an indicator from the master plan, last year's follow-up and the Impact survey, with how they were
counted.

Which indicator takes which figure is data (``data/evaluation/plan-figures.yaml``). Nothing here is an answer until
somebody who answers takes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.survey_figures import Surveyed, read_surveyed
from pilar.masterplan.rules.stages import LegalForm
from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class FigureKind(StrEnum):
    """Kinds of figures; the data file explains each."""

    PROGRAMMES = "programmes"
    REALISATION = "realisation"
    LEGAL_BASIS = "legal_basis"
    FOLLOW_UP = "follow_up"
    BODIES = "bodies"
    BUDGET = "budget"
    QUICK_WINS = "quick_wins"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The figure that an indicator takes; ``of`` names the sub-dimension, bodies, funds, criterion or pillar."""

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

    ``version`` is its key; ``reported`` the last quarter that a report is of, empty for none; ``held_to`` the one up to
    which road maps are looked at, empty without a programme; ``bodies`` (kind, decree, key of the evidence that is its
    text); ``budgets`` rupiah by source of funds; ``quick_wins`` with the criteria that each is judged on, ``marks``
    their means by criterion.
    """

    title: str
    version: int
    number: int
    law: Law | None
    reported: str
    held_to: str
    programmes: tuple[Programme, ...]
    bodies: tuple[tuple[str, str, UUID | None], ...]
    budgets: Mapping[str, Decimal]
    quick_wins: tuple[tuple[Programme, frozenset[str]], ...]
    marks: Mapping[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """The outcome of last year's recommendations."""

    total: int
    done: int
    evidence: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """The values of a figure, as they are kept: ``part`` of ``whole``, or an ``amount`` (money, a mean as text).

    ``version`` is the number of the version of the plan, 0 where the figure is none of the plan's; ``names`` are what
    it rests on, by their codes or titles; ``reported`` and ``held_to`` are those of the plan. Of a survey, ``part`` of
    ``whole`` answers wanted give the mean, and ``surveyed`` is what it rests on.
    """

    kind: FigureKind
    part: int | None = None
    whole: int | None = None
    amount: str = ""
    level: str = ""
    plan: str = ""
    version: int = 0
    reported: str = ""
    held_to: str = ""
    names: tuple[str, ...] = ()
    surveyed: Surveyed | None = None

    @property
    def is_answer(self) -> bool:
        """Return whether it is the answer itself, and not the suggestion of a mark."""
        return self.kind in ANSWERS

    @property
    def values(self) -> tuple[object, ...]:
        """Return what changes when the figure does; of a survey also which one it is, and who answers for it."""
        values = (self.part, self.whole, self.amount, self.level)
        surveyed = self.surveyed
        return values if surveyed is None else (*values, surveyed.survey, surveyed.stated_by, surveyed.stated_on)


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
    def can_be_taken(self) -> bool:
        """A share of nothing planned is no answer, nor is the mean of too few answers."""
        match self.kind:
            case FigureKind.PROGRAMMES:
                return bool(self.counted.whole)
            case FigureKind.SURVEY:
                return bool(self.counted.amount)
        return True

    @property
    def fingerprint(self) -> str:
        """Tells this figure, with what it rests on, from another."""
        rows = [
            kept(self.counted),
            sorted(programme.code for programme in self.programmes),
            sorted(map(str, self.evidence)),
        ]
        return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:32]


class NoPlanFigure(PilarError):
    """There is nothing to say about the indicator."""

    code = "no-plan-figure"
    status = 409
    sentence = N_("There is no figure for this indicator")


class PlanFigureChanged(PilarError):
    """The figures that were seen are no longer those of the plan, the follow-up or the survey."""

    code = "plan-figure-changed"
    status = 409
    sentence = N_("The figures have changed since you looked: look at them again, then take them")


ANSWERS = frozenset({FigureKind.PROGRAMMES, FigureKind.SURVEY})
"""What is an answer as it stands."""
REPORTED = frozenset({FigureKind.PROGRAMMES, FigureKind.REALISATION})
"""What rests on quarterly reports."""
DECREED, FORCE, FILE = N_("decreed"), N_("in force"), N_("regulation as a file")
"""What makes up the legal basis."""


def taken(figure: Figure, known: Given, source: str) -> Given:
    """The answer that taking a figure gives; what was explained stays. Without a level only the source is filled in."""
    counted = figure.counted
    if counted.kind is FigureKind.SURVEY:
        return replace(known, mark=Decimal(counted.amount), not_applicable=False, source=source)
    if counted.kind is FigureKind.PROGRAMMES:
        assert counted.part is not None
        assert counted.whole is not None
        return replace(
            known, realised=Decimal(counted.part), planned=Decimal(counted.whole), not_applicable=False, source=source
        )
    if counted.level:
        return replace(known, mark=Decimal(counted.level), not_applicable=False, source=source)
    return replace(known, source=source)


def agrees(counted: Counted, given: Given) -> bool:
    """Return whether an answer says what a figure says; one that says nothing of a mark agrees with every answer."""
    if counted.kind is FigureKind.PROGRAMMES:
        return (given.realised, given.planned) == (counted.part, counted.whole)
    if counted.kind is FigureKind.SURVEY:
        return not counted.amount or given.mark == Decimal(counted.amount)
    return not counted.level or given.mark == Decimal(counted.level)


@dataclass(frozen=True, slots=True)
class Taken:
    """A figure as it was taken into an answer, who took it and when; ``version_key`` is that of the plan's version."""

    counted: Counted
    fingerprint: str
    version_key: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """The figure next to an answer: as it is now, and as it was taken into the answer."""

    now: Figure | None = None
    taken: Taken | None = None

    @property
    def changed(self) -> bool:
        """Return whether there is something else to say now than what was taken."""
        return self.taken is not None and self.now is not None and self.taken.counted.values != self.now.counted.values

    @property
    def held(self) -> Counted:
        """Return what a reader of the answer is told: what was taken, or else what is said now."""
        return self.taken.counted if self.taken is not None else self.shown

    @property
    def shown(self) -> Counted:
        """Return what is said now, or was when it was taken. ``ValueError`` (a bug) where there is neither."""
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
        """Return whether the answer is what is said now, taken from it."""
        return (
            self.taken is not None
            and self.now is not None
            and self.taken.fingerprint == self.now.fingerprint
            and agrees(self.now.counted, given)
        )

    def can_be_taken(self, given: Given) -> bool:
        """Return whether there is a figure to answer with that the answer does not have yet."""
        return self.now is not None and self.now.can_be_taken and not self.is_taken(given)

    def to_explain(self, given: Given) -> Counted | None:
        """The figure that an answer departs from, so that it needs an explanation.

        A realised share and the mean of a survey are what is said now. A mark that the plan only suggests is held
        against what was taken: who never took it has given a mark of their own.
        """
        if self.now is not None and self.now.counted.is_answer:
            held: Counted | None = self.now.counted
        else:
            held = None if self.taken is None else self.taken.counted
        if held is None or not given.is_answered or given.not_applicable:
            return None
        if held.kind is FigureKind.PROGRAMMES and not held.whole:
            return None
        return None if agrees(held, given) else held


NOTHING_BESIDE = Beside()


def kept(counted: Counted) -> dict[str, Any]:
    """As it is kept in JSON; see :func:`read`."""
    kept = {**asdict(counted), "kind": counted.kind.value, "names": list(counted.names)}
    # What was kept before there were these stays as it was.
    if counted.surveyed is None:
        del kept["surveyed"]
    if not counted.held_to:
        del kept["held_to"]
    return kept


def read(given: Mapping[str, Any]) -> Counted:
    """Return what :func:`kept` wrote."""
    surveyed = read_surveyed(given["surveyed"]) if "surveyed" in given else None
    more = {"kind": FigureKind(given["kind"]), "names": tuple(given["names"]), "surveyed": surveyed}
    return Counted(**{**given, **more})
