"""Next steps: a region's request, read from an address, and the engine's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pilar import index
from pilar.evaluation.rules.engine import asked, told
from pilar.index.next_steps import (
    BlankEffect,
    Conditions,
    Gain,
    Goal,
    MarginalGain,
    NextSteps,
    OutOfReach,
    Reach,
    StepsFaults,
    blank_effects,
    marginal_gains,
    next_steps,
)
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_
from pilar.platform.reading import read_figure, typed_notation

BY_POINTS = "points"
"""The goal of so many points more; every other goal is the code of a predicate."""
USUAL_EFFORT = Decimal(1)
MAX_EFFORT = Decimal(1000)
DECIMALS = 2
MAX_FAULTS = 20

Answers = Mapping[str, index.Answer | None]


class NoStepsInTime(PilarError):
    code = "no-steps-in-time"
    status = 503
    sentence = N_(
        "No steps were found in the time there is. Say of more indicators that they cannot be raised, or give fewer "
        "different efforts"
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """The input of a region: a goal, the effort of one level by indicator where it is not 1, and the fixed
    indicators."""

    goal: str = BY_POINTS
    points: Decimal | None = None
    efforts: Mapping[str, Decimal] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outlook:
    """The position of a region, and the gain from raising each indicator alone; gains are empty without a final."""

    final: Decimal | None
    predicate: str
    no_score: str
    gains: tuple[MarginalGain, ...]
    blanks: tuple[BlankEffect, ...]


def outlook(instrument: index.Instrument, answers: Answers) -> Outlook:
    """The gain of every indicator, the largest next step first. Raises Faults for answers that cannot be scored."""
    result = asked(lambda: index.score(instrument, answers))
    published, predicate = result.published(), result.predicate
    if isinstance(published, index.NoScore):
        return Outlook(None, "", published.reason, (), ())
    return Outlook(
        final=published,
        predicate="" if predicate is None else predicate.code,
        no_score="",
        gains=asked(lambda: marginal_gains(instrument, answers)),
        blanks=asked(lambda: blank_effects(instrument, answers)),
    )


def cheapest(instrument: index.Instrument, answers: Answers, wish: Wish) -> NextSteps | OutOfReach:
    """The steps of least effort to what is wished for, or that it cannot be reached.

    Raises Faults where no steps can be asked for, NoStepsInTime where none were found in time.
    """
    goal: Goal = Reach(wish.goal) if wish.goal != BY_POINTS else Gain(wish.points or Decimal(0))
    lowest = instrument.scale.minimum
    conditions = Conditions(efforts=dict(wish.efforts), caps=dict.fromkeys(wish.fixed, lowest))
    try:
        return next_steps(instrument, answers, goal, conditions)
    except StepsFaults as refused:
        raise Faults(told(fault, place="goal" if fault.place == "goal" else "") for fault in refused.faults) from None
    except index.IndexFaults as refused:
        raise Faults(told(fault) for fault in refused.faults) from None
    except RuntimeError as stopped:
        raise NoStepsInTime from stopped


def read_wish(
    instrument: index.Instrument, goal: str, points: str, efforts: Mapping[str, str], fixed: Sequence[str]
) -> tuple[Wish | None, tuple[Fault, ...]]:
    """Return what texts ask for, with every fault at ``goal``, ``points``, or the code of an indicator.

    The wish is None while no goal is chosen; a blank effort is 1.
    """
    if not goal:
        return None, ()
    faults: list[Fault] = []
    wanted = _points(instrument, points, faults) if goal == BY_POINTS else None
    if goal != BY_POINTS and goal not in {predicate.code for predicate in instrument.predicates}:
        faults.append(Fault("unknown-goal", N_("Choose one of the goals"), {}, "goal"))
    leaves = {leaf.code for leaf in instrument.leaves}
    known = dict(_efforts(leaves, efforts, faults.append))
    for code in fixed:
        if code not in leaves:
            faults.append(_unknown(code))
    wish = Wish(goal, wanted, known, frozenset(fixed) & leaves)
    return (None if faults else wish), tuple(faults[:MAX_FAULTS])


def _points(instrument: index.Instrument, text: str, faults: list[Fault]) -> Decimal | None:
    range_ = instrument.scale.maximum - instrument.scale.minimum
    number = _number(text, "points", range_)
    if isinstance(number, Fault):
        faults.append(number)
        return None
    if number is None or not 0 < number <= range_:
        sentence = N_("Say by how many points the final is to rise: above 0, at most %(most)s")
        faults.append(Fault("points", sentence, {"most": range_}, "points"))
    return number


def _efforts(
    leaves: set[str], efforts: Mapping[str, str], tell: Callable[[Fault], None]
) -> Iterator[tuple[str, Decimal]]:
    for code, text in efforts.items():
        if code not in leaves:
            tell(_unknown(code))
            continue
        number = _number(text, code, MAX_EFFORT)
        if isinstance(number, Fault):
            tell(number)
        elif number is not None and not 0 <= number <= MAX_EFFORT:
            sentence = N_("An effort is a number from 0 to %(most)s")
            tell(Fault("effort", sentence, {"most": MAX_EFFORT}, code))
        elif number not in (None, USUAL_EFFORT):
            yield code, number


def _number(text: str, place: str, highest: Decimal) -> Decimal | Fault | None:
    figure = read_figure(text, "", typed_notation(), highest=highest)
    if isinstance(figure, Decimal) and figure == round(figure, DECIMALS):
        return figure
    if figure is None:
        return None
    if isinstance(figure, Fault):
        return Fault(figure.code, figure.sentence, figure.fields, place)
    return Fault("decimals", N_("Write a number with at most %(most)s decimals"), {"most": DECIMALS}, place)


def _unknown(code: str) -> Fault:
    return Fault("unknown-indicator", N_("There is no indicator “%(node)s”"), {"node": code[:60]})
