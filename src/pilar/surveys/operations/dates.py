"""Change the dates of a survey or end it early, with a reason that everybody who follows the survey reads."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.people.operations import settle
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.surveys.models import DateChange, Invitation, Survey, Trace
from pilar.surveys.operations.surveys import TARGET, locked_survey, subject_of
from pilar.surveys.rules.authority import Action, SurveyState
from pilar.surveys.rules.surveys import Dates, faults_of_dates, faults_of_ending, faults_of_reason, trace_erased_on


@transaction.atomic
def move_dates(
    *, by: Standing, survey: int, opens_at: datetime, closes_at: datetime, reason: str, now: datetime
) -> None:
    """Change the first and last moment at which a survey takes answers.

    A survey that has begun keeps its first moment; one that is over cannot be resumed. Raises Faults at ``opens_at``,
    ``closes_at``, ``reason``; needs ``move-dates``.
    """
    row = locked_survey(by, survey, Action.MOVE_DATES)
    before, after = Dates(row.opens_at, row.closes_at), Dates(opens_at, closes_at)
    faults = faults_of_dates(before, after, running=row.state == SurveyState.OPEN, now=now)
    _move(by, row, after, reason, faults, ended=False, now=now)


@transaction.atomic
def end_survey(*, by: Standing, survey: int, reason: str, now: datetime) -> None:
    """End a survey before its closing time: answers given from ``now`` on are refused.

    Earlier ones may still arrive for a day, as after any closing time; then it is closed. Raises Faults, at ``reason``
    too; needs ``end``.
    """
    row = locked_survey(by, survey, Action.END)
    faults = faults_of_ending(Dates(row.opens_at, row.closes_at), now)
    _move(by, row, Dates(row.opens_at, now), reason, faults, ended=True, now=now)


def _move(
    by: Standing, row: Survey, after: Dates, reason: str, faults: list[Fault], *, ended: bool, now: datetime
) -> None:
    misfits = [*faults, *faults_of_reason(reason)]
    if misfits:
        raise Faults(misfits)
    before = Dates(row.opens_at, row.closes_at)
    DateChange.objects.create(
        survey=row, opened_before=before.opens_at, closed_before=before.closes_at, opens_at=after.opens_at,
        closes_at=after.closes_at, ended=ended, reason=reason.strip(), by_name=by.signature, at=now,
    )  # fmt: skip
    row.opens_at, row.closes_at = after.opens_at, after.closes_at
    row.save(update_fields=["opens_at", "closes_at"])
    # Identifying data is kept for a fixed number of days after the closing, whenever that is.
    erase_on = trace_erased_on(row.closes_at)
    Trace.objects.filter(survey=row).update(erase_on=erase_on)
    Invitation.objects.filter(cell__survey=row).update(erase_on=erase_on)
    audit.record(
        by, "end" if ended else "move-dates", TARGET, row.pk, area=row.region_id,
        before={"opens_at": before.opens_at, "closes_at": before.closes_at},
        after={"opens_at": after.opens_at, "closes_at": after.closes_at, "reason": reason.strip()},
    )  # fmt: skip
    settle(by=by, subject=subject_of(row.pk), now=now)
