"""Scoring units (regions): answers in, exact results out."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal, FloatOperation, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from typing import Any, TypeVar

from pilar.index.answers import MAX_DIGITS, Answer, mark_of
from pilar.index.explaining import Explained, explain
from pilar.index.faults import Fault, ScoringFaults
from pilar.index.instrument import ROOT, Instrument, Predicate
from pilar.index.numbers import NoScore, round_published
from pilar.index.plan import Plan, plan_for

# Sums of products of Decimals are exact here or raise; a float raises instead of being taken for a number.
EXACT = Context(prec=MAX_DIGITS, traps=[Inexact, InvalidOperation, FloatOperation, Overflow])

Key = TypeVar("Key", bound=Hashable)


class Result:
    """The scores of one unit, computed exactly; rounded only by :meth:`published`."""

    __slots__ = ("_answers", "_plan", "final")

    def __init__(self, plan: Plan, answers: Sequence[Any]) -> None:
        self._plan = plan
        self._answers = answers
        self.final: Fraction | NoScore = plan.score(plan.instrument.root.code, answers)

    @property
    def instrument(self) -> Instrument:
        return self._plan.instrument

    @property
    def answered(self) -> tuple[str, ...]:
        """The nodes that were answered, in the order of the tree."""
        return self._plan.codes

    @property
    def observed(self) -> Fraction:
        """Share of the weight that was answered, from 0 to 1, by the weights as given."""
        return self._plan.observed

    @property
    def missing(self) -> tuple[str, ...]:
        """The blank nodes; of a branch that is wholly blank only its top."""
        return self._plan.missing

    @property
    def lowest(self) -> Fraction:
        """The final if every blank were the scale's minimum."""
        return self._filled(self.instrument.scale.minimum)

    @property
    def highest(self) -> Fraction:
        """The final if every blank were the scale's maximum."""
        return self._filled(self.instrument.scale.maximum)

    def _filled(self, value: Decimal) -> Fraction:
        answers = dict(zip(self._plan.codes, map(Fraction, self._answers), strict=True))
        answers |= dict.fromkeys(self._plan.missing, Fraction(value))
        plan = plan_for(self.instrument, tuple(answers))
        final = plan.score(self.instrument.root.code, plan.pick(answers))
        assert isinstance(final, Fraction)  # nothing is blank any more
        return final

    def score(self, code: str) -> Fraction | NoScore:
        """The exact score of a node; ``KeyError`` if the instrument has no such node."""
        node = self.instrument.node(code)
        with localcontext(EXACT):
            return self._plan.score(node.code, self._answers)

    def scores(self) -> dict[str, Fraction | NoScore]:
        """The exact scores of all nodes that have others below them."""
        with localcontext(EXACT):
            return {code: self._plan.score(code, self._answers) for code in self.instrument.inner}

    def published(self, code: str = ROOT) -> Decimal | NoScore:
        """The score of a node, rounded as the instrument says."""
        score = self.final if code == self.instrument.root.code else self.score(code)
        if isinstance(score, NoScore):
            return score
        return round_published(score, self.instrument.decimals, self.instrument.rounding)

    @property
    def predicate(self) -> Predicate | None:
        """The predicate of the published final, since readers compare the printed number with the threshold."""
        published = self.published(self.instrument.root.code)
        return None if isinstance(published, NoScore) else self.instrument.predicate(published)

    def zeros(self) -> Iterator[tuple[str, str]]:
        """Pairs of a node whose mean has no place for zero and its child that is zero."""
        return self._plan.zeros(self._answers)

    def explain(self) -> Explained:
        """The whole path from the answers to the final."""
        with localcontext(EXACT):
            return explain(self._plan, self._answers)


def score(instrument: Instrument, answers: Mapping[str, Answer | None], *, unit: str = "") -> Result:
    """Score one unit. ``answers``: node code, at any level of the tree, to a score or a raw answer; ``None`` is blank.

    Raises :class:`ScoringFaults` with every fault at once; ``unit`` names the unit in them.
    """
    with localcontext(EXACT):
        result = _scored(instrument, answers, unit)
    if isinstance(result, list):
        raise ScoringFaults(result)
    return result


def score_all(instrument: Instrument, answers: Mapping[Key, Mapping[str, Answer | None]]) -> dict[Key, Result]:
    """Score many units; raises :class:`ScoringFaults` with the faults of all of them at once."""
    results: dict[Key, Result] = {}
    faults: list[Fault] = []
    with localcontext(EXACT):
        for key, given in answers.items():
            result = _scored(instrument, given, str(key))
            if isinstance(result, list):
                faults += result
            else:
                results[key] = result
    if faults:
        raise ScoringFaults(faults)
    return results


def _scored(instrument: Instrument, answers: Mapping[str, Answer | None], unit: str) -> Result | list[Fault]:
    faults: list[Fault] = []
    result = _at_once(instrument, answers)
    if result is None:
        marks, faults = _marks(instrument, answers)
        if not faults:
            plan = plan_for(instrument, tuple(marks))
            result = Result(plan, plan.pick(marks))
    if result is not None:
        faults = _zeros(result)
    if result is None or faults:
        return [_of_unit(fault, unit) for fault in faults]
    return result


def _at_once(instrument: Instrument, answers: Mapping[str, Any]) -> Result | None:
    """The result if all answers are plain scores; ``None`` if each of them has to be looked at."""
    try:
        plan = plan_for(instrument, tuple(answers))
        values = plan.pick(answers)
        return Result(plan, values) if plan.accepts(values) else None
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return None


def _marks(instrument: Instrument, answers: Mapping[str, Answer | None]) -> tuple[dict[str, Fraction], list[Fault]]:
    """The score that each answer stands for, and every fault."""
    faults: list[Fault] = []
    marks: dict[str, Fraction] = {}
    given = {code: answer for code, answer in answers.items() if answer is not None}
    for code, answer in given.items():
        fields = {"node": code}
        if code not in instrument.by_code:
            faults.append(Fault("unknown-node", "The instrument has no node %(node)s.", fields))
            continue
        mark = mark_of(instrument.node(code), answer, instrument.scale)
        if isinstance(mark, Fault):
            faults.append(replace(mark, fields={**mark.fields, **fields}))
        else:
            marks[code] = Fraction(mark)
        faults += [
            Fault(
                "mixed-levels",
                "%(node)s and %(above)s above it are both answered; answer one level of a branch only.",
                {**fields, "above": above},
            )
            for above in instrument.ancestors(code)
            if above in given
        ]
    return marks, faults


def _zeros(result: Result) -> list[Fault]:
    return [
        Fault(
            "zero-in-mean",
            "%(child)s is zero, but the mean of %(node)s has no place for zero.",
            {"node": node, "child": child},
        )
        for node, child in result.zeros()
    ]


def _of_unit(fault: Fault, unit: str) -> Fault:
    """The fault with its unit and its place."""
    place = ", ".join(filter(None, (unit, fault.fields["node"])))
    return replace(fault, fields={"unit": unit, **fault.fields}, place=place)
