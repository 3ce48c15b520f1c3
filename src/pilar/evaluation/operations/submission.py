"""Handing the self-assessment in (pengajuan)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from pilar.evaluation.operations.announcing import allocation_subject, assessment_subject
from pilar.evaluation.operations.attachments import pin_evidence
from pilar.evaluation.operations.exceptions import tell_of_late
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.answers import form_of
from pilar.evaluation.queries.responsibility import responsibility
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.readiness import NOT_CONFIRMED
from pilar.evaluation.rules.stages import ASSESSMENTS, AssessmentState
from pilar.people.operations import settle
from pilar.people.rules import Standing
from pilar.platform import moves
from pilar.platform.errors import Fault, Faults


@transaction.atomic
def submit(*, by: Standing, assessment: int, now: datetime) -> None:
    """Hand a self-assessment in; from then on nobody in the region changes it, unless the secretariat returns it. Of
    its evidence the versions of now are handed in: later ones are no part of it.

    Raises Faults with every error of the readiness panel and what the secretariat filled in and the region has not
    confirmed (``place`` is the indicator), and without the statement of responsibility where the campaign asks for one;
    :class:`SignatorySubmits` for a coordinator whose region has a signatory, :class:`NotFound`, :class:`NotAllowed`,
    :class:`WrongState` for one that is handed in already, :class:`SelfAssessmentOver`.
    """
    row, case = locked_assessment(by, assessment, Action.SUBMIT, now=now)
    form = form_of(row, case, scope=by)
    statement = responsibility(form, now=now)
    if statement.leaves:
        raise statement.leaves
    faults = [replace(error.fault, place=error.node) for error in form.readiness.errors]
    faults += [Fault("not-confirmed", NOT_CONFIRMED, {}, node) for node in form.to_confirm]
    faults += statement.faults
    if faults:
        raise Faults(faults)
    row.submitted_at, row.submitted_by_id = now, by.account
    final = form.estimate.final
    moves.make(
        ASSESSMENTS.move(AssessmentState(row.state), AssessmentState.SUBMITTED),
        row,
        by=by.actor,
        what="evaluation.assessment",
        action="submit",
        area=row.participation.region_id,
        besides=("submitted_at", "submitted_by"),
        said={
            "estimate": None if final is None else str(final),
            "evidence": pin_evidence(row, form.evidence),
            "code": statement.code,
            **({"statement": row.statement_number} if statement.is_of_now else {}),
        },
    )
    settle(by=by, subject=assessment_subject(row), now=now)
    tell_of_late(by=by, assessment=row, now=now)
    for office in {ref.key for ref in form.offices.values()}:
        settle(by=by, subject=allocation_subject(row.pk, office), now=now)
