"""Bringing in the signed statement of full responsibility (SPTJM) of a self-assessment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from pilar.evaluation.models import Assessment
from pilar.evaluation.operations.announcing import address, assessment_subject, phase_named
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.answers import form_of
from pilar.evaluation.queries.responsibility import code_of
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.responsibility import read_code
from pilar.evidence import operations as room
from pilar.evidence.operations import Content, Link
from pilar.evidence.rules import MAX_TITLE
from pilar.people.operations import notify
from pilar.people.rules import HeldRole, Role, Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

STATEMENT = "evaluation.statement"


@transaction.atomic
def attach_statement(*, by: Standing, assessment: int, code: str, content: Content, now: datetime) -> UUID:
    """Keep the signed statement as evidence of the region, the next version where there is one; returns its key.

    ``code`` is what stands on the paper: a statement of other answers is refused. The region's signatories are told.
    Raises Faults at ``code``, ``file``; :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`,
    :class:`SelfAssessmentOver`, and as ``evidence.operations.add_evidence``.
    """
    row, case = locked_assessment(by, assessment, Action.SUBMIT, now=now)
    now_code = code_of(form_of(row, case, scope=by))
    if read_code(code) != now_code:
        sentence = N_("The answers now have another code than this paper. Look at the paper again, or sign a new one")
        raise Faults([Fault("other-code", sentence, {}, "code")])
    if isinstance(content, Link):
        raise Faults([Fault("no-file", N_("A signed statement is a file"), {}, "file")])
    key, number = row.statement_id, 1
    if key is None:
        key = room.add_evidence(by=by, region=case.region, title=_title(row), content=content, now=now)
    else:
        number = room.add_revision(by=by, evidence=key, content=content, now=now)
    before = {"number": row.statement_number, "code": row.statement_code} if row.statement_id else None
    row.statement_id, row.statement_number, row.statement_code = key, number, now_code
    row.save(update_fields=["statement", "statement_number", "statement_code"])
    after = {"evidence": str(key), "number": number, "code": now_code}
    audit.record(by, "attach-statement", "evaluation.assessment", row.pk, area=case.region, before=before, after=after)
    notify(
        by=by,
        to=HeldRole(Role.SIGNATORY, case.region),
        kind=STATEMENT,
        subject=assessment_subject(row),
        sentence=N_("The signed statement is here: submit the self-assessment of %(campaign)s, phase %(phase)s"),
        fields=phase_named(row.phase),
        address=address("evaluation:submission", row.pk),
        region=case.region,
        deadline=row.closes_at,
        now=now,
    )
    return key


def _title(assessment: Assessment) -> str:
    """The title of the evidence: data of the region, and so Indonesian for every reader."""
    campaign, phase = assessment.participation.campaign, assessment.phase
    return f"Surat pernyataan tanggung jawab mutlak, tahap {phase.number}: {campaign.title_id}"[:MAX_TITLE]
