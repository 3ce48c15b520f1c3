"""The secretariat brings in the workbooks of many regions: drafts on their behalf, which each region confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from pilar.evaluation.models import Assessment, FilledIn, Phase
from pilar.evaluation.operations.announcing import FILLED, address, assessment_subject, phase_named
from pilar.evaluation.operations.answers import settle_when_done, write_answer
from pilar.evaluation.operations.locking import held_phase, locked_assessment
from pilar.evaluation.queries.answer_rows import StoredAnswer
from pilar.evaluation.queries.answers import form_of, offices_of, stored_answers
from pilar.evaluation.queries.filling import judged_answers
from pilar.evaluation.rules.answer_sheets import Outcome
from pilar.evaluation.rules.authority import Action, Case, require
from pilar.evaluation.rules.filling import Draft
from pilar.people import operations as people
from pilar.people.operations import Message
from pilar.people.rules import NotFound, Role, Standing
from pilar.platform import audit
from pilar.platform.errors import Faults, PilarError
from pilar.platform.language import N_

TARGET = "evaluation.assessment"


class FilledAnew(PilarError):
    """Something would be confirmed that nobody has looked at."""

    code = "filled-anew"
    status = 409
    sentence = N_("The secretariat has filled in more since you looked. Look at it, then confirm it")


def hold_filling(*, by: Standing, campaign: str, phase: int) -> Phase:
    """Keep the answers of a phase as they are until the transaction ends, for anyone who may fill them in.

    Raises :class:`NotFound`, :class:`NotAllowed`.
    """
    row = held_phase(by, campaign, phase)
    require(by, Action.FILL_IN, Case(), known=True)
    return row


@transaction.atomic
def fill_in(*, by: Standing, campaign: str, phase: int, drafts: Sequence[Draft], now: datetime) -> int:
    """Store what files of regions say as drafts on their behalf, and tell their coordinators; returns how many regions
    have new answers. What is stored already changes nothing.

    All of it or nothing: anyone who looks first leaves out the files with faults. Raises Faults with everything that an
    answer is refused for, :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, :class:`SelfAssessmentOver`.
    """
    row = hold_filling(by=by, campaign=campaign, phase=phase)
    filled = [draft for draft in sorted(drafts, key=lambda draft: draft.assessment) if _fill(by, row, draft, now)]
    named = phase_named(row)
    told = Assessment.objects.filter(pk__in=[draft.assessment for draft in filled]).select_related("participation")
    people.notify_regions(
        by=by,
        role=Role.COORDINATOR,
        messages={
            assessment.participation.region_id: Message(
                assessment_subject(assessment),
                address("evaluation:assessment", assessment.pk),
                named,
                assessment.participation.region_id,
            )
            for assessment in told
        },
        kind=FILLED,
        sentence=N_(
            "The secretariat has filled in answers of your region from its file: %(campaign)s, phase %(phase)s. "
            "Confirm or change them before you submit"
        ),
        now=now,
    )
    return len(filled)


@transaction.atomic
def confirm_filled(*, by: Standing, assessment: int, seen: Mapping[str, int], now: datetime) -> int:
    """Stand by what the secretariat filled in for the region; returns how many answers that are.

    ``seen``: the indicators that were looked at, each with the version of its answer. A second time nothing changes,
    and the same number is returned.
    Raises :class:`FilledAnew` where more waits to be confirmed, :class:`NotFound`, :class:`NotAllowed`,
    :class:`WrongState`, :class:`SelfAssessmentOver`.
    """
    row, case = locked_assessment(by, assessment, Action.CONFIRM_FILLED, now=now)
    form = form_of(row, case, scope=by)
    nodes = form.to_confirm
    if not nodes:
        return sum(form.answer(node).version == version for node, version in seen.items() if form.filled_at(node))
    if not nodes.items() <= seen.items():
        raise FilledAnew
    # A file of which nothing stands any more was confirmed by nobody.
    files = {row.key for row in map(form.filled_at, nodes) if row is not None}
    row.filled_in.filter(pk__in=files, confirmed_at=None).update(confirmed_by_name=by.actor.name, confirmed_at=now)
    people.settle(by=by, subject=assessment_subject(row), kind=FILLED, now=now)
    audit.record(by, "confirm-filled", TARGET, row.pk, area=row.participation.region_id, after={"nodes": list(nodes)})
    return len(nodes)


def _fill(by: Standing, phase: Phase, draft: Draft, now: datetime) -> bool:
    """Store the answers of one region; return whether any is new."""
    assessment, _case = locked_assessment(by, draft.assessment, Action.FILL_IN, now=now)
    if assessment.phase_id != phase.pk:
        raise NotFound
    verdicts = judged_answers(assessment, draft.answers)
    refused = [fault for verdict in verdicts for fault in verdict.faults]
    if refused:
        raise Faults(refused)
    changed = [verdict.answer for verdict in verdicts if verdict.outcome is Outcome.CHANGED]
    if not changed:
        return False
    stored, offices = stored_answers(assessment), offices_of(assessment)
    nodes = {
        answer.node: write_answer(by, assessment, answer, stored.get(answer.node, StoredAnswer()), now)
        for answer in changed
    }
    FilledIn.objects.create(
        assessment=assessment, file=draft.file, nodes=nodes, filled_by_name=by.actor.name, filled_at=now
    )
    area = assessment.participation.region_id
    audit.record(by, "fill-in", TARGET, assessment.pk, area=area, after={"file": draft.file, "nodes": list(nodes)})
    for office in {offices[node].key for node in nodes if node in offices}:
        settle_when_done(by, assessment, office, now)
    return True
