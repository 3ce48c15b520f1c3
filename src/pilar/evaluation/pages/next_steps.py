"""Page of next steps: the gain of every indicator, and the cheapest steps to a goal. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar import index
from pilar.design import numbers
from pilar.evaluation.queries import next_steps as reads
from pilar.evaluation.queries.next_steps import Position
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.changes import written
from pilar.evaluation.rules.computing import NO_FINAL
from pilar.evaluation.rules.next_steps import BY_POINTS, read_wish
from pilar.index.next_steps import BlankEffect, Edge, MarginalGain, NextSteps, OutOfReach, Step
from pilar.people.rules import Standing
from pilar.people.views import Shown, page
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import reader_language, translate

EFFORT = "e."
"""In front of the code of an indicator: its effort."""


@dataclass(frozen=True)
class GainRow:
    """One indicator of the form; without ``next`` it is at its highest mark."""

    code: str
    title: Bilingual
    path: tuple[Bilingual, ...]
    mark: Decimal | None
    next: Decimal | None
    gain: Decimal
    highest: Decimal
    effort: str
    fixed: bool


@dataclass(frozen=True)
class StepRow:
    """One step of the answer; ``asks`` says what a measured quantity must become."""

    title: Bilingual
    path: tuple[Bilingual, ...]
    before: Decimal | None
    after: Decimal
    gain: Decimal
    effort: Decimal
    asks: str


@dataclass(frozen=True)
class Outcome:
    """The answer to a wish; ``reached`` is false where no steps within the conditions are enough."""

    reached: bool
    target: Decimal
    published: Decimal
    predicate: Bilingual | None
    steps: tuple[StepRow, ...] = ()
    effort: Decimal = Decimal(0)
    gain: Decimal = Decimal(0)
    proven: bool = True


@dataclass(frozen=True)
class BlankRow:
    """A blank that is re-weighted: answering it lowers the final below the mark ``breakeven``."""

    title: Bilingual
    lowest: Decimal
    highest: Decimal
    breakeven: Decimal | None


@page("evaluation/next_steps.html")
def next_steps(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The form and, once a goal is chosen, the answer; the address carries all choices."""
    position = reads.position(key, by=by)
    asked = request.GET
    efforts = {name.removeprefix(EFFORT): text for name, text in asked.items() if name.startswith(EFFORT)}
    fixed = asked.getlist("fixed")
    wish, faults = read_wish(position.instrument, asked.get("goal", ""), asked.get("points", ""), efforts, fixed)
    outcome = None
    if wish is not None:
        try:
            outcome = _outcome(position, reads.steps_to(position, wish))
        except Faults as refused:
            faults = refused.faults
        except PilarError as error:
            faults = (Fault(error.code, error.sentence, error.fields),)
    outlook = position.outlook
    context = {
        "found": position,
        "header": position.header,
        "predicate": _predicate(position.instrument, outlook.predicate),
        "no_score": translate(NO_FINAL[outlook.no_score]) if outlook.no_score else "",
        "open": [position.title(code) for code in position.open],
        "rows": [_gain(position, gain, efforts, fixed) for gain in outlook.gains],
        "blanks": [_blank(position, blank) for blank in outlook.blanks],
        "goals": _goals(position.instrument),
        "goal": asked.get("goal") or BY_POINTS,
        "points": asked.get("points", ""),
        "wrong": {fault.place for fault in faults},
        "faults": [_told(position, fault) for fault in faults],
        "outcome": outcome,
    }
    return context, 422 if faults else 200


def _goals(instrument: index.Instrument) -> list[tuple[str, str]]:
    predicates = [
        (predicate.code, _("predicate %(title)s") % {"title": Bilingual(**predicate.title)})
        for predicate in instrument.predicates
    ]
    return [(BY_POINTS, _("so many points more")), *predicates]


def _gain(position: Position, gain: MarginalGain, efforts: dict[str, str], fixed: list[str]) -> GainRow:
    return GainRow(
        code=gain.code,
        title=position.title(gain.code),
        path=position.path(gain.code),
        mark=_decimal(gain.mark),
        next=None if gain.next_rung is None else gain.next_rung.value,
        gain=written(gain.gain),
        highest=written(gain.highest_gain),
        effort=efforts.get(gain.code, ""),
        fixed=gain.code in fixed,
    )


def _blank(position: Position, effect: BlankEffect) -> BlankRow:
    breakeven = None if effect.breakeven is None else written(effect.breakeven)
    return BlankRow(position.title(effect.code), written(effect.at_lowest), written(effect.at_highest), breakeven)


def _outcome(position: Position, answer: NextSteps | OutOfReach | None) -> Outcome | None:
    if answer is None:
        return None
    code = "" if answer.predicate is None else answer.predicate.code
    predicate = _predicate(position.instrument, code)
    if isinstance(answer, OutOfReach):
        return Outcome(False, answer.target, answer.published, predicate)
    return Outcome(
        True,
        answer.target,
        answer.published,
        predicate,
        steps=tuple(_steps(position, answer.steps)),
        effort=written(answer.effort),
        gain=written(sum((step.gain for step in answer.steps), Fraction(0))),
        proven=answer.proven,
    )


def _steps(position: Position, steps: tuple[Step, ...]) -> Iterator[StepRow]:
    for step in sorted(steps, key=lambda step: -step.gain):
        yield StepRow(
            title=position.title(step.code),
            path=position.path(step.code),
            before=_decimal(step.before),
            after=step.after,
            gain=written(step.gain),
            effort=written(step.effort),
            asks="" if step.edge is None else _asks(position.instrument.node(step.code), step.edge),
        )


def _asks(node: index.Node, edge: Edge) -> str:
    """Return what a measured quantity must become."""
    language = reader_language()
    unit = Bilingual(**node.mark.unit) if isinstance(node.mark, index.BandMark) else _("per cent of the plan")
    named = {"quantity": numbers.plain(edge.quantity, language), "unit": unit}
    if edge.realised is not None:
        named["realised"] = numbers.plain(written(edge.realised), language)
        return _("realise at least %(realised)s (%(quantity)s %(unit)s)") % named
    if edge.rise:
        return _("raise it to at least %(quantity)s %(unit)s") % named
    return _("bring it below %(quantity)s %(unit)s") % named


def _predicate(instrument: index.Instrument, code: str) -> Bilingual | None:
    return next((Bilingual(**predicate.title) for predicate in instrument.predicates if predicate.code == code), None)


def _decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else written(value)


def _told(position: Position, fault: Fault) -> str:
    """The sentence, with the title of its indicator or its field in front."""
    said = translate(fault.sentence, **fault.fields)
    if fault.place == "points":
        field = _("Points more")
        return f"{field}: {said}"
    return f"{position.title(fault.place)}: {said}" if fault.place in position.instrument.by_code else said
