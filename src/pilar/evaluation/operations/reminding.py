"""Reminding the people a phase waits for, by hand of the secretariat."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pilar.areas.reference import today_in
from pilar.evaluation.models import Assessment, Phase, Reminder
from pilar.evaluation.operations.announcing import REMINDED, address, assessment_subject, phase_named
from pilar.evaluation.operations.locking import locked_phase
from pilar.evaluation.queries.instruments import tree_of
from pilar.evaluation.queries.progress import counted
from pilar.evaluation.queries.stragglers import HANDS_IN, able, is_with_its_region, not_reminded, waited_for, whom
from pilar.evaluation.rules.authority import Action
from pilar.people import operations as people
from pilar.people.operations import Message
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.errors import PilarError
from pilar.platform.language import N_


class NobodyToRemind(PilarError):
    """Everybody has acted, was reminded today, or there is nobody who could be told."""

    code = "nobody-to-remind"
    status = 409
    sentence = N_(
        "There is nobody to remind today: who is waited for was reminded today already, or nobody holds the role"
    )


@transaction.atomic
def remind(*, by: Standing, campaign: str, phase: int, province: str = "", now: datetime) -> int:
    """Tell the people a phase waits for, of the nation or of a province, that it waits; returns how many people.

    While it is open these are the coordinators and signatories of regions that have not handed in, while panels are at
    work assessors who have not finished, and those of regions whose extension runs. A region is reminded once a day.
    Raises :class:`NobodyToRemind`, NotFound, NotAllowed, WrongState.
    """
    row = locked_phase(by, campaign, phase, Action.REMIND)
    day = today_in("", now)
    due = not_reminded(able(row, waited_for(row, province, now), now), day)
    told = whom(row, due, now)
    reached = [assessment for assessment in due if assessment.pk in told]
    if not reached:
        raise NobodyToRemind
    Reminder.objects.bulk_create(
        Reminder(assessment=assessment, day=day, reminded_by_name=by.actor.name, reminded_at=now)
        for assessment in reached
    )
    keys = {key for persons in told.values() for key, _name in persons}
    regions = [assessment for assessment in reached if is_with_its_region(assessment)]
    if regions:
        _remind_regions(by, row, regions, now)
    if len(regions) < len(reached):
        assessors = {
            key for assessment in reached if not is_with_its_region(assessment) for key, _name in told[assessment.pk]
        }
        _remind_assessors(by, row, assessors, now)
    audit.record(
        by=by.actor,
        action="remind",
        target="evaluation.phase",
        key=row.pk,
        after={"regions": len(reached), "people": len(keys), **({"province": province} if province else {})},
    )
    return len(keys)


def _remind_regions(by: Standing, phase: Phase, reached: list[Assessment], now: datetime) -> None:
    """Tell coordinators and signatories again, in place of an older reminder, how much is answered and until when."""
    rows = counted(
        Assessment.objects.filter(pk__in=[assessment.pk for assessment in reached]).select_related("participation"), now
    )
    total = len(tree_of(phase.campaign.instrument).leaves)
    fields = phase_named(phase) | {"total": total}
    deadlines = {assessment.pk: assessment.closes_at for assessment in reached}
    messages = {
        row.participation.region_id: Message(
            assessment_subject(row),
            address("evaluation:assessment", row.pk),
            {**fields, "answered": row.answered},
            row.participation.region_id,
            deadlines[row.pk],
        )
        for row in rows
    }
    people.settle(by=by, subject=[message.subject for message in messages.values()], kind=REMINDED, now=now)
    for role in HANDS_IN:
        people.notify_regions(
            by=by,
            role=role,
            messages=messages,
            kind=REMINDED,
            sentence=N_(
                "The secretariat reminds you to hand in the self-assessment: %(campaign)s, phase %(phase)s. "
                "%(answered)s of %(total)s indicators are answered"
            ),
            now=now,
        )


def _remind_assessors(by: Standing, phase: Phase, keys: set[int], now: datetime) -> None:
    people.notify(
        by=by,
        to=keys,
        kind=REMINDED,
        subject=f"evaluation.phase:{phase.pk}",
        sentence=N_("The secretariat reminds you to finish your marks: %(campaign)s, phase %(phase)s"),
        fields=phase_named(phase),
        address=address("evaluation:duties"),
        needs_action=False,
        now=now,
    )
