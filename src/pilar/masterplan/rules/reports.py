"""The report of an office on a programme in a quarter, and the conditions for accepting it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pilar.masterplan.rules.checking import MAX_DIGITS
from pilar.masterplan.rules.content import MAX_TEXT, Content
from pilar.masterplan.rules.due import Life
from pilar.masterplan.rules.progress import Reported
from pilar.masterplan.rules.quarters import Quarter
from pilar.platform.errors import Fault
from pilar.platform.language import N_


@dataclass(frozen=True, slots=True)
class Given:
    """The input for a report: per cent ``done`` by number of activity, ``readings`` by number of target, numbers of
    monitored things that exist (``there``), rupiah ``spent`` in the quarter, ``obstacles`` as text."""

    done: Mapping[int, int] = field(default_factory=dict)
    readings: Mapping[int, Decimal] = field(default_factory=dict)
    there: frozenset[int] = frozenset()
    spent: Decimal = Decimal(0)
    obstacles: str = ""


def faults_of(
    given: Given, content: Content, quarter: Quarter, *, first_year: int, last_year: int, life: Life, today: date
) -> list[Fault]:
    """Return the faults of a report; ``life``: the quarters in which the programme is in force; ``today``: in the
    region's time zone."""
    return [
        *faults_of_quarter(quarter, first_year=first_year, last_year=last_year, life=life, today=today),
        *_done(given, content),
        *_readings(given, content),
        *_rest(given, content),
    ]


def body_of(given: Given) -> dict[str, Any]:
    """Convert a report to JSON; see :func:`reported`."""
    return {
        "done": {str(number): share for number, share in sorted(given.done.items())},
        "readings": {str(number): f"{value.normalize():f}" for number, value in sorted(given.readings.items())},
        "there": sorted(given.there),
    }


def reported(quarter: Quarter, body: Mapping[str, Any], spent: Decimal) -> Reported:
    """Rebuild what :func:`body_of` wrote."""
    return Reported(
        quarter=quarter,
        done={int(number): share for number, share in body["done"].items()},
        readings={int(number): Decimal(value) for number, value in body["readings"].items()},
        spent=spent,
        there=frozenset(body["there"]),
    )


def faults_of_quarter(quarter: Quarter, *, first_year: int, last_year: int, life: Life, today: date) -> Iterator[Fault]:
    """Yield faults of a quarter that cannot be reported on, at ``quarter``."""
    if not first_year <= quarter.year <= last_year:
        sentence = N_("%(year)s lies outside the plan, which runs from %(first)s to %(last)s")
        fields = {"year": str(quarter.year), "first": str(first_year), "last": str(last_year)}
        yield Fault("quarter-outside-plan", sentence, fields, "quarter")
    elif quarter < life.since:
        sentence = N_("Reports begin with %(quarter)s, when the programme came into force")
        yield Fault("quarter-before-force", sentence, {"quarter": life.since.name}, "quarter")
    elif quarter > life.until:
        sentence = N_("The programme left the plan in %(quarter)s; report on the quarters up to then")
        yield Fault("quarter-after-force", sentence, {"quarter": life.until.name}, "quarter")
    elif today <= quarter.end:
        sentence = N_("The quarter ends on %(day)s; report after that")
        yield Fault("quarter-runs", sentence, {"day": quarter.end}, "quarter")


def _done(given: Given, content: Content) -> Iterator[Fault]:
    leaves = {leaf.number for leaf in content.leaves}
    for number, share in given.done.items():
        if number not in leaves:
            yield Fault("unknown-activity", N_("The programme has no such activity"), {}, f"done.{number}")
        elif not 0 <= share <= 100:
            yield Fault("share-outside", N_("Whole per cent from 0 to 100"), {}, f"done.{number}")
    for number in sorted(leaves - set(given.done)):
        yield Fault("no-share", N_("Say how far this activity is, 0 if it has not begun"), {}, f"done.{number}")


def _readings(given: Given, content: Content) -> Iterator[Fault]:
    targets = {target.number: target for target in content.targets}
    for number, value in given.readings.items():
        place = f"readings.{number}"
        if number not in targets:
            yield Fault("unknown-target", N_("The programme has no such indicator"), {}, place)
        elif targets[number].measure:
            yield Fault("measured", N_("This figure comes from the measure and is not typed"), {}, place)
        elif not value.is_finite() or abs(value) >= 10**MAX_DIGITS:
            yield Fault("number-too-large", N_("The number is too large"), {}, place)


def _rest(given: Given, content: Content) -> Iterator[Fault]:
    if given.there - {monitored.number for monitored in content.monitored}:
        yield Fault("unknown-monitored", N_("The programme plans no such thing"), {}, "there")
    if given.spent < 0:
        yield Fault("spent-below-zero", N_("Money is not below zero"), {}, "spent")
    elif given.spent != given.spent.to_integral_value():
        yield Fault("part-of-rupiah", N_("Write whole rupiah"), {}, "spent")
    elif given.spent >= 10**MAX_DIGITS:
        yield Fault("number-too-large", N_("The number is too large"), {}, "spent")
    if len(given.obstacles) > MAX_TEXT:
        yield Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_TEXT}, "obstacles")
