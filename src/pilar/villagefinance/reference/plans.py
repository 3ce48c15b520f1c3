"""The length of a village's long plan in years, from data/villagefinance/plans.yaml."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from pilar.platform.folders import data_folder
from pilar.villagefinance.reference.dated import dated, whole
from pilar.villagefinance.rules.dated import in_force
from pilar.villagefinance.rules.limits import PlanYears


def plan_years(*, region: str, first: int) -> int:
    """Return the years of an RPJMDes that begins with a year; 1 where none can begin. Raises Faults if the file is not
    in order."""
    yearses = in_force(_read(data_folder() / "villagefinance" / "plans.yaml"), day=date(first, 1, 1), region=region)
    return yearses[0].years if yearses else 1


@cache
def _read(path: Path) -> tuple[PlanYears, ...]:
    return dated(path, lambda entry, origin: PlanYears(origin, entry.take("years", whole)), group="plan_years")
