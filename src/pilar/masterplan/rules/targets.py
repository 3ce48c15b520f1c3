"""Target indicators in a quarter: reported or measured values, compared with the year's target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pilar.masterplan.rules.content import Content, Target
from pilar.masterplan.rules.progress import Reported, target_reached
from pilar.masterplan.rules.quarters import Quarter


@dataclass(frozen=True, slots=True)
class Figure:
    """A target at the end of a quarter: its value with the share of the year's target that it reaches.

    ``value`` is None where nothing is known of the year up to then; ``share`` also where the year has no target.
    ``reported`` is the quarter of the report that names it, None for a measured figure.
    """

    target: Target
    wanted: Decimal | None
    value: Decimal | None
    share: Fraction | None
    reported: Quarter | None = None

    @property
    def reached(self) -> bool:
        return self.share is not None and self.share >= 1


def figures_at(
    content: Content, reports: Iterable[Reported], quarter: Quarter, measured: Mapping[str, Decimal | None]
) -> tuple[Figure, ...]:
    """Return all targets of a programme at the end of a quarter, in order.

    A target that is bound to a measure takes its figure only from ``measured`` (by code); any other takes the newest
    reading of the year up to the quarter.
    """
    of_year = sorted(
        (report for report in reports if report.quarter.year == quarter.year and report.quarter <= quarter),
        key=lambda reported: reported.quarter,
        reverse=True,
    )
    return tuple(_figure(target, of_year, quarter, measured) for target in content.targets)


def _figure(
    target: Target, of_year: list[Reported], quarter: Quarter, measured: Mapping[str, Decimal | None]
) -> Figure:
    value, reported = None, None
    if target.measure:
        value = measured.get(target.measure)
    else:
        latest = next((reported for reported in of_year if target.number in reported.readings), None)
        if latest is not None:
            value, reported = latest.readings[target.number], latest.quarter
    wanted = target.planned_for(quarter.year)
    share = None if value is None else target_reached(target, value, quarter.year)
    return Figure(target, wanted, value, share, reported)
