"""What was put on record and is corrected, for the table of what operations leave behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kit.acts import Call
from pilar.villagefinance import operations as do
from pilar.villagefinance.rules.auditing import FlagState
from pilar.villagefinance.rules.reports import ReportAct
from villagefinance import ntpn
from villagefinance.drafting import AT as DRAFT
from villagefinance.drafting import DAY, DRAWN, evaluate, submit
from villagefinance.flagged import answered
from villagefinance.reporting import half, record
from villagefinance.world import NOW, YEAR, World

AT: dict[str, Any] = {"year": YEAR, "number": 1}
JULY = date(YEAR, 7, 10)


def sent(world: World) -> None:
    """The report of the first semester is on record."""
    half(world)
    record(world, world.who("head"), ReportAct.SENT, paper="8", day=JULY)


def judged(world: World) -> None:
    """The inspectorate takes a flag for a false alarm."""
    answered(world)
    given: dict[str, Any] = {**AT, "verdict": FlagState.FALSE_ALARM, "reason": "Wajar", "now": NOW}
    do.judge_flag(by=world.who("inspectorate"), village=world.village, **given)


CALLS: Mapping[str, Call] = {
    "retract_evaluation": lambda _w, by: do.retract_evaluation(by=by, **DRAFT, reason="Salah surat", now=DRAWN),
    "correct_step": lambda _w, by: do.correct_step(
        by=by, **DRAFT, step=2, paper="141/2", day=DAY, reason="Salah ketik", now=DRAWN
    ),
    "correct_report": lambda w, by: do.correct_report(
        by=by, village=w.village, year=YEAR, act=ReportAct.SENT, paper="9", day=JULY, reason="Salah", now=NOW
    ),
    "correct_verdict": lambda w, by: do.correct_verdict(
        by=by, village=w.village, **AT, verdict=FlagState.CLOSED, reason="Ditindak", why="Salah baca", now=NOW
    ),
    "drop_ntpn": lambda w, by: do.drop_ntpn(by=by, village=w.village, no=1, reason="Salah baca", now=NOW),
}
BEFORE: Mapping[str, Callable[[World], object]] = {
    "retract_evaluation": evaluate, "correct_step": submit, "correct_report": sent, "correct_verdict": judged,
    "drop_ntpn": ntpn.asked,
}  # fmt: skip
