"""The cheapest steps to a goal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from pilar.index.answers import Answer, Mark
from pilar.index.faults import Fault
from pilar.index.instrument import Instrument, Predicate
from pilar.index.next_steps.conditions import EFFORT, Conditions, StepsFaults
from pilar.index.next_steps.goals import Goal, Threshold, threshold
from pilar.index.next_steps.ladders import Ladder, Standing, standing
from pilar.index.next_steps.programme import Choice, Column, Limits, cheapest, most
from pilar.index.next_steps.rungs import Edge
from pilar.index.numbers import NoScore, round_published
from pilar.index.scoring import score


@dataclass(frozen=True)
class Step:
    """Raise one node from ``before`` (``None``: blank) to ``after``. ``gain``: in the unrounded final."""

    code: str
    before: Fraction | None
    after: Decimal
    steps: int
    gain: Fraction
    effort: Fraction
    costs: Mapping[str, Fraction]
    edge: Edge | None


@dataclass(frozen=True)
class NextSteps:
    """The cheapest steps that reach the goal; none if it is reached already. ``final``: the unrounded final after them.

    ``target``: the lowest published final that reaches the goal. No other steps cost less effort, if ``proven``; of
    those that cost the same these gain most. ``answers``: all answers with the steps taken.
    """

    target: Decimal
    steps: tuple[Step, ...]
    effort: Fraction
    costs: Mapping[str, Fraction]
    final: Fraction
    published: Decimal
    predicate: Predicate | None
    answers: Mapping[str, Answer | None] = field(repr=False)
    open_blanks: tuple[str, ...]
    proven: bool


@dataclass(frozen=True)
class OutOfReach:
    """No steps within the conditions reach ``target``; ``highest`` is the highest unrounded final that they allow.

    ``open_blanks``: indicators that were left blank, since answering them changes how the others are weighted.
    """

    target: Decimal
    highest: Fraction
    published: Decimal
    predicate: Predicate | None
    open_blanks: tuple[str, ...]


def next_steps(
    instrument: Instrument,
    answers: Mapping[str, Answer | None],
    goal: Goal,
    conditions: Conditions | None = None,
    *,
    unit: str = "",
) -> NextSteps | OutOfReach:
    """The steps of least effort to ``goal``, found by an integer programme and verified exactly by ``score``.

    Blanks that are re-weighted today stay blank. Raises ScoringFaults for answers that cannot be scored and
    :class:`StepsFaults`, all at once, for conditions that make no sense, without a final, and where another mean than
    the weighted one makes the final.
    """
    conditions = conditions or Conditions()
    result = score(instrument, answers, unit=unit)
    published = result.published()
    faults = list(conditions.faults(instrument))
    if isinstance(result.final, NoScore) or isinstance(published, NoScore):
        raise StepsFaults([*faults, Fault("no-final", "There is no final to start from.", {}, unit)])
    aim = threshold(instrument, goal, published)
    if isinstance(aim, Fault):
        raise StepsFaults([*faults, aim])
    if faults:
        raise StepsFaults(faults)
    at = standing(result, answers, conditions.caps, conditions.grains)
    weights = at.plan.weights()
    if weights is None:
        raise StepsFaults(
            [Fault("not-linear", "The cheapest steps are found only where all means are weighted.", {}, unit)]
        )
    climbs = list(_climbs(at, weights, conditions))
    faults = [fault for climb in climbs for fault in climb.faults]
    if faults:
        raise StepsFaults(faults)
    return _Case(at, answers, aim, result.final, climbs, conditions).solved()


@dataclass(frozen=True)
class _Climb:
    """A ladder with the gain and the costs of each of its rungs."""

    ladder: Ladder
    columns: tuple[Column, ...]
    faults: tuple[Fault, ...]


def _climbs(at: Standing, weights: Mapping[str, Fraction], conditions: Conditions) -> Iterator[_Climb]:
    """The ladders that can raise the final."""
    for place, ladder in enumerate(at.ladders):
        if not ladder.rungs or not weights[ladder.code]:
            continue
        costs, faults = conditions.costs_of(ladder.code, len(ladder.rungs))
        values = [ladder.value, *(Fraction(rung.value) for rung in ladder.rungs)]
        gains = [weights[ladder.code] * (values[step + 1] - values[step]) for step in range(len(costs))]
        columns = [Column(place, gain, cost) for gain, cost in zip(gains, costs, strict=True)] if not faults else []
        yield _Climb(ladder, tuple(columns), tuple(faults))


@dataclass(frozen=True)
class _Case:
    """Everything that the programme is made of and its answer is told with."""

    at: Standing
    answers: Mapping[str, Answer | None]
    aim: Threshold
    final: Fraction
    climbs: Sequence[_Climb]
    conditions: Conditions

    def solved(self) -> NextSteps | OutOfReach:
        columns = [column for climb in self.climbs for column in climb.columns]
        budgets = {name: Fraction(limit) for name, limit in self.conditions.budgets.items()}
        limits = Limits(budgets, self.conditions.at_most)
        if self.aim.holds(self.final):
            return self._verified(Choice((), proven=True))
        choice = cheapest(columns, limits, lambda gain: self.aim.holds(self.final + gain), self.aim.least - self.final)
        if choice:
            return self._verified(choice)
        highest = self.final + sum((columns[j].gain for j in most(columns, limits).chosen), Fraction(0))
        return OutOfReach(self.aim.published, highest, *_printed(self.at, highest), self.at.open_blanks)

    def _verified(self, choice: Choice) -> NextSteps:
        steps = tuple(_steps(self.climbs, set(choice.chosen)))
        raised = {**self.answers, **{step.code: Mark(step.after) for step in steps}}
        final = score(self.at.plan.instrument, raised).final
        if not isinstance(final, Fraction) or final != self.final + sum((step.gain for step in steps), Fraction(0)):
            raise AssertionError("the steps do not give the final that was computed for them")
        published, predicate = _printed(self.at, final)
        return NextSteps(
            target=self.aim.published,
            steps=steps,
            effort=sum((step.effort for step in steps), Fraction(0)),
            costs={name: sum((step.costs[name] for step in steps), Fraction(0)) for name in self.conditions.costs},
            final=final,
            published=published,
            predicate=predicate,
            answers=raised,
            open_blanks=self.at.open_blanks,
            proven=choice.proven,
        )


def _printed(at: Standing, final: Fraction) -> tuple[Decimal, Predicate | None]:
    instrument = at.plan.instrument
    published = round_published(final, instrument.decimals, instrument.rounding)
    return published, instrument.predicate(published)


def _steps(climbs: Sequence[_Climb], chosen: set[int]) -> Iterator[Step]:
    """The chosen rungs of each ladder as one step."""
    start = 0
    for climb in climbs:
        taken = [column for j, column in enumerate(climb.columns, start) if j in chosen]
        start += len(climb.columns)
        if taken:
            rung = climb.ladder.rungs[len(taken) - 1]
            costs = {name: sum((column.costs[name] for column in taken), Fraction(0)) for name in taken[0].costs}
            yield Step(
                code=climb.ladder.code,
                before=climb.ladder.mark,
                after=rung.value,
                steps=len(taken),
                gain=sum((column.gain for column in taken), Fraction(0)),
                effort=costs.pop(EFFORT),
                costs=costs,
                edge=rung.edge,
            )
