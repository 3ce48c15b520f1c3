"""Plan the follow-up on the lowest elements of a satisfaction survey."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pilar.areas.reference import last_day_in
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import Faults
from pilar.platform.versions import Stored, require_seen
from pilar.surveys.models import FollowUp
from pilar.surveys.operations.surveys import TARGET, locked_survey
from pilar.surveys.queries.results import result_of
from pilar.surveys.queries.surveys import survey as survey_row_of
from pilar.surveys.rules.authority import Action
from pilar.surveys.rules.satisfaction import NewStep, NoIndex, faults_of_steps, sign_of_steps


@transaction.atomic
def plan_follow_up(*, by: Standing, survey: int, steps: Sequence[NewStep], seen: int) -> None:
    """Replace the plan for the lowest elements: acts, responsible offices or positions, deadlines.

    It is public with the result. ``seen``: ``rules.satisfaction.sign_of_steps`` of the plan as it was shown; sending an
    identical plan again is always allowed and changes nothing. Raises Faults at the rows (``2.act``) and at ``steps``
    while a lowest element is missing, :class:`Outdated`, :class:`NoIndex`; needs ``follow-up``.
    """
    row = locked_survey(by, survey, Action.FOLLOW_UP)
    result = result_of(survey_row_of(row.pk, scope=by))
    if result is None:
        raise NoIndex
    faults = faults_of_steps(
        steps,
        [element.code for element in result.elements],
        [element.code for element in result.lowest],
        since=last_day_in(row.region_id, row.closes_at),
    )
    if faults:
        raise Faults(faults)
    there = list(FollowUp.objects.filter(survey=row))
    before = [f"{step.element}: {step.act}" for step in there]
    if sign_of_steps(there) == sign_of_steps(steps):
        return
    require_seen(seen, Stored(sign_of_steps(there), {"steps": before}))
    FollowUp.objects.filter(survey=row).delete()
    FollowUp.objects.bulk_create(
        FollowUp(
            survey=row, place=place, element=step.element, act=step.act.strip(), who=step.who.strip(),
            due_on=step.due_on,
        )
        for place, step in enumerate(steps)
    )  # fmt: skip
    audit.record(
        by, "follow-up", TARGET, row.pk, area=row.region_id,
        before={"steps": before},
        after={"steps": [f"{step.element}: {step.act.strip()}" for step in steps]},
    )  # fmt: skip
