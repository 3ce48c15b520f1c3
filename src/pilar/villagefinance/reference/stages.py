"""Stages of disbursement, from data/villagefinance/stages.yaml."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from pilar.platform.errors import Fault
from pilar.platform.folders import data_folder
from pilar.platform.language import N_
from pilar.villagefinance.reference.dated import Entry, dated, fund, list_of, month_and_day, share, text
from pilar.villagefinance.rules.dated import Origin, in_force
from pilar.villagefinance.rules.stages import Need, Stage, StagePlan


def stage_plans(*, region: str, day: date) -> tuple[StagePlan, ...]:
    """Return the plans in force in a region on a day. Raises Faults if the file is not in order."""
    return in_force(_read(data_folder() / "villagefinance" / "stages.yaml"), day=day, region=region)


@cache
def _read(path: Path) -> tuple[StagePlan, ...]:
    return dated(path, _plan, group="stages")


def _plan(entry: Entry, origin: Origin) -> StagePlan:
    rows = entry.entries("list")
    stages = tuple(_stage(row) for row in rows)
    if not entry.faults and sum(stage.share for stage in stages) != 1:
        entry.faults.append(Fault("unfit-shares", N_("The shares of the stages add up to 1"), {}, entry.place))
    return StagePlan(origin, entry.take("fund", fund), entry.take("status", text, ""), stages)


def _stage(entry: Entry) -> Stage:
    made = Stage(
        entry.take("code", text),
        entry.take("share", share),
        entry.take("since", month_and_day, (1, 1)),
        entry.take("until", month_and_day, (12, 31)),
        entry.take("needs", list_of(Need)),
        entry.take("spent", share, Decimal(0)),
    )
    entry.close()
    return made
