"""Correct wrong records with a reason; the earlier content is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from pilar.areas.reference import today_in
from pilar.people.operations import there
from pilar.people.rules import Standing
from pilar.platform import audit, moves
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.names import reference_of
from pilar.villagefinance.models import BudgetVersion, Correction
from pilar.villagefinance.models.steps import TOLD
from pilar.villagefinance.operations.deciding import GROUNDS
from pilar.villagefinance.operations.flags import TARGET as FLAG
from pilar.villagefinance.operations.flags import key_of, locked_flag, written
from pilar.villagefinance.operations.locking import held_book, locked_book
from pilar.villagefinance.queries.corrections import (
    about_flag,
    about_report,
    about_step,
    held_paper,
    reports_as_they_hold,
    steps_as_they_hold,
)
from pilar.villagefinance.rules.auditing import FLAGS, JUDGED, FlagElsewhere, FlagState
from pilar.villagefinance.rules.authority import REPORTED_BY, Action, moved_by
from pilar.villagefinance.rules.budgets import BudgetState
from pilar.villagefinance.rules.reports import WITHOUT_PAPER, ReportAct

TARGET = "villagefinance.correction"
MAX_REASON = 1_000
WITH_PAPER = (
    TOLD, BudgetState.AGREED, BudgetState.CORRECTED, BudgetState.SUBMITTED, BudgetState.EVALUATED, BudgetState.RETURNED,
)  # fmt: skip
"""Steps of a budget whose paper is a letter or minutes. A regulation is never corrected, only changed by another
one."""


@transaction.atomic
def correct_report(
    *, by: Standing, village: str, year: int, act: ReportAct, paper: str, day: date, reason: str, now: datetime
) -> None:
    """Correct number and day of the letter or regulation by which a report went on record.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``paper``, ``day``, ``reason``.
    """
    locked_book(by, village, REPORTED_BY[act])
    row = there(reports_as_they_hold().exclude(act__in=WITHOUT_PAPER), **_of(village), year=year, act=act)
    about, was = about_report(year, act), held_paper(row)
    _correct_paper(by, village, about, was=was, paper=paper, day=day, reason=reason, now=now)


@transaction.atomic
def correct_step(
    *, by: Standing, village: str, year: int, number: int, step: int, paper: str, day: date, reason: str, now: datetime
) -> None:
    """Correct number and day of the letter or minutes of a step of a budget.

    Raises :class:`NotFound`, :class:`NotAllowed`, Faults at ``paper``, ``day``, ``reason``.
    """
    locked_book(by, village, Action.READ_BOOKS)
    steps = steps_as_they_hold().filter(act__in=WITH_PAPER).exclude(paper="")
    row = there(steps, **_of(village), year=year, version=number, no=step)
    locked_book(by, village, corrected_by(row.act))
    versions = BudgetVersion.objects.filter(**_of(village), year=year, number=number)
    law = versions.values_list("rule_date", flat=True).first()
    if law and row.act in GROUNDS and day > law:
        sentence = N_("The regulation of %(day)s rests on this step: its day is not after that")
        raise Faults([Fault("after-regulation", sentence, {"day": law}, "day")])
    about, was = about_step(year, number, step), held_paper(row)
    _correct_paper(by, village, about, was=was, paper=paper, day=day, reason=reason, now=now)


def corrected_by(act: str) -> Action:
    """Return the action needed to correct the paper of a step: the same as for the step itself."""
    if act == TOLD:
        return Action.DRAW_UP
    return moved_by(BudgetState.AGREED, BudgetState(act)) or Action.READ_BOOKS


@transaction.atomic
def correct_verdict(
    *, by: Standing, village: str, year: int, number: int, verdict: FlagState, reason: str, why: str, now: datetime
) -> None:
    """Give another verdict on a flag, with its reason, and say why the first was wrong.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`FlagElsewhere`, Faults at ``reason`` and ``why``.
    """
    row = locked_flag(by, Action.JUDGE_FLAG, village, year, number)
    if row.state not in JUDGED or verdict not in JUDGED:
        raise FlagElsewhere
    held_book(village)
    before = {"state": row.state, "reason": row.reason, "by": reference_of(row.judged_by)}
    after = {"state": str(verdict), "reason": written(reason, "reason")}
    if (before["state"], before["reason"]) == (after["state"], after["reason"]):
        raise Faults([Fault("same-verdict", N_("This is what was said before"), {}, "reason")])
    told = written(why, "why", MAX_REASON)
    _keep(by, village, about_flag(year, number), before=before, after=after, reason=told, now=now)
    move = FLAGS.move(FlagState(row.state), verdict)
    fields = {"reason": after["reason"], "judged_by": by.actor.name, "judged_at": now}
    moves.make(move, row, by=by.actor, what=FLAG, action="correct", key=key_of(row), area=row.region, fields=fields)


def _correct_paper(
    by: Standing, village: str, about: str, *, was: tuple[str, date | None], paper: str, day: date, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    before = {"paper": was[0], "day": str(was[1])}
    after, faults = {"paper": paper.strip(), "day": str(day)}, []
    if not after["paper"]:
        faults.append(Fault("no-paper", N_("Give the number of the letter or regulation"), {}, "paper"))
    if day > today_in(village[:5], now):
        faults.append(Fault("in-future", N_("The day lies ahead"), {}, "day"))
    if before == after:
        faults.append(Fault("same-paper", N_("This is what is on record"), {}, "paper"))
    if not reason.strip():
        faults.append(Fault("no-reason", N_("Say why"), {}, "reason"))
    if faults:
        raise Faults(faults)
    _keep(by, village, about, before=before, after=after, reason=reason.strip(), now=now)
    audit.record(
        by=by.actor, action="correct", target=TARGET, key=f"{village}/{about}", area=village[:5], before=before,
        after=after,
    )  # fmt: skip


def _keep(
    by: Standing, village: str, about: str, *, before: Mapping[str, Any], after: Mapping[str, Any], reason: str,
    now: datetime,
) -> None:  # fmt: skip
    last = Correction.objects.filter(**_of(village)).aggregate(last=Max("no"))["last"] or 0
    Correction.objects.create(
        **_of(village), no=last + 1, about=about, before=before, after=after, reason=reason, by=by.signature, at=now
    )


def _of(village: str) -> dict[str, Any]:
    return {"region": village[:5], "village": village}
