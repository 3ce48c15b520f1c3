"""Legal deadlines ("clocks") of a village's year, from data/villagefinance/clocks.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from pilar.platform.errors import Fault
from pilar.platform.folders import data_folder
from pilar.platform.language import N_
from pilar.villagefinance.reference.dated import Entry, dated, flag, month_and_day, refuse, title, whole
from pilar.villagefinance.rules.clocks import After, Clock, InMonth, InYear
from pilar.villagefinance.rules.dated import Origin, in_force

WEEK = 7


def clock_rules(*, region: str, day: date) -> Mapping[str, Clock]:
    """Return the clocks in force in a region on a day, by their rule. Raises Faults if the file is not in order."""
    rows = _read(data_folder() / "villagefinance" / "clocks.yaml")
    return {clock.origin.rule: clock for clock in in_force(rows, day=day, region=region)}


@cache
def _read(path: Path) -> tuple[Clock, ...]:
    return dated(path, _clock, group="clocks")


def _clock(entry: Entry, origin: Origin) -> Clock:
    return Clock(origin, entry.take("title", title), _span(entry), entry.take("silence", flag, False))


def _span(entry: Entry) -> After | InMonth | InYear:
    kinds = [name for name in ("working_days", "days", "month_day", "on") if name in entry.given]
    if kinds == ["month_day"]:
        return InMonth(entry.take("month_day", _month_day), entry.take("months", whole))
    if kinds == ["on"]:
        on = entry.take("on", month_and_day) or (1, 1)
        week = entry.take("week", whole, 0)
        return InYear(on[0], week * WEEK if week else on[1], entry.take("years", int, 0))
    if len(kinds) != 1:
        sentence = N_("A clock has one of working_days, days, month_day and on")
        entry.faults.append(Fault("unfit-clock", sentence, {}, entry.place))
        return After(0, working=False)
    return After(entry.take(kinds[0], _some), working=kinds == ["working_days"])


def _month_day(given: str) -> int:
    return date(2001, 1, whole(given)).day


def _some(given: str) -> int:
    return whole(given) or refuse(given)
