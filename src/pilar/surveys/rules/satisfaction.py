"""Elements of a satisfaction index with their grades, the lowest ones, and the follow-up plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from pilar.index import round_published
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, Bilingual
from pilar.platform.versions import sign_of
from pilar.surveys.rules.answers import UNREADABLE, storable
from pilar.surveys.rules.questionnaire import Band, Item, Satisfaction
from pilar.surveys.rules.scores import DECIMALS

LOWEST = 3
"""The number of lowest elements that a follow-up plan must cover (reports of regions have three)."""
WEIGHTED_DECIMALS = 3
"""Decimals of a weighted mean, which is a ninth of a mean: with two it would be less precise than the mean."""
MAX_STEPS = 30
MAX_ACT, MAX_WHO = 500, 200


class NoIndex(PilarError):
    """The survey has no satisfaction index."""

    code = "no-index"
    status = 409
    sentence = N_("This survey has no satisfaction index: it asks something else, or fewer than five answers count")


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the service (unsur): its mean (NRR), its weighted mean, both rounded for display, and its grade.

    ``exact`` is the unrounded mean; the grade is that of the converted score of two decimals.
    """

    code: str
    title: Bilingual
    exact: Fraction
    mean: Decimal
    weighted: Decimal
    converted: Decimal
    band: Band | None


def band_of(score: Decimal, rule: Satisfaction) -> Band | None:
    """Return the grade (mutu) of a converted score of two decimals."""
    return next((band for band in rule.bands if score >= band.least), None)


def elements_of(items: Sequence[Item], means: Sequence[Fraction], rule: Satisfaction) -> tuple[Element, ...]:
    """Return the elements in the order of the questionnaire; all have equal weight."""
    return tuple(_element(item, mean, len(items), rule) for item, mean in zip(items, means, strict=True))


def lowest_of(elements: Sequence[Element], count: int = LOWEST) -> tuple[Element, ...]:
    """Return the lowest elements, lowest first; more than ``count`` if the last of them is tied."""
    ordered = sorted(elements, key=lambda element: element.exact)
    return tuple(element for element in ordered if element.exact <= ordered[min(count, len(ordered)) - 1].exact)


@dataclass(frozen=True, slots=True)
class NewStep:
    """The input for a step: ``act``, the office or position ``who``, and the deadline ``due_on``."""

    element: str
    act: str
    who: str
    due_on: date


class Planned(Protocol):
    """A step of a plan, as it is stored or given."""

    @property
    def element(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def who(self) -> str: ...
    @property
    def due_on(self) -> date: ...


def sign_of_steps(steps: Iterable[Planned]) -> int:
    """Return a checksum of a plan, so that nobody overwrites a change they have not seen."""
    return sign_of([(step.element, step.act.strip(), step.who.strip(), step.due_on.isoformat()) for step in steps])


def faults_of_steps(
    steps: Sequence[NewStep], elements: Collection[str], lowest: Sequence[str], *, since: date
) -> list[Fault]:
    """Return the faults of a plan; rows are counted from 0: ``2.act``. ``since``: the day on which the survey closed.

    It must cover :data:`LOWEST` of the lowest elements; among ties any will do.
    """
    return list(_step_faults(steps, elements, lowest, since))


def _element(item: Item, mean: Fraction, count: int, rule: Satisfaction) -> Element:
    converted = round_published(mean * rule.factor, DECIMALS)
    return Element(
        code=item.code,
        title=item.short,
        exact=mean,
        mean=round_published(mean, DECIMALS),
        weighted=round_published(mean / count, WEIGHTED_DECIMALS),
        converted=converted,
        band=band_of(converted, rule),
    )


def _step_faults(
    steps: Sequence[NewStep], elements: Collection[str], lowest: Sequence[str], since: date
) -> Iterator[Fault]:
    if len(steps) > MAX_STEPS:
        yield Fault("too-many-rows", N_("At most %(most)s rows"), {"most": MAX_STEPS}, "steps")
    if len({step.element for step in steps} & set(lowest)) < min(LOWEST, len(lowest)):
        sentence = N_("Say what is done about each of the %(count)s lowest elements")
        yield Fault("lowest-missing", sentence, {"count": min(LOWEST, len(lowest))}, "steps")
    for row, step in enumerate(steps):
        if step.element not in elements:
            yield Fault("unknown-element", N_("Choose one of the elements"), {}, f"{row}.element")
        for field, text, most in (("act", step.act, MAX_ACT), ("who", step.who, MAX_WHO)):
            if not text.strip() or len(text) > most:
                yield Fault("no-text", N_("A text of 1 to %(most)s characters"), {"most": most}, f"{row}.{field}")
            elif not storable(text):
                yield Fault("unreadable-text", UNREADABLE, {}, f"{row}.{field}")
        if step.due_on < since:
            yield Fault("due-before-closing", N_("This day lies before the end of the survey"), {}, f"{row}.due_on")
