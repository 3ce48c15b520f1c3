"""Evidence (bukti dukung) of answers: attached by those who answer, checked by the region's verifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pilar.evaluation.models import Answer, AnswerEvidence, Assessment
from pilar.evaluation.operations.announcing import address
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.answers import attached_piece
from pilar.evaluation.queries.cases import tree_for
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.marking import leaf_of
from pilar.evidence import operations as room
from pilar.evidence import queries as pieces
from pilar.evidence.operations import Content
from pilar.evidence.queries import RevisionRow
from pilar.people.operations import notify, settle
from pilar.people.rules import NotFound, Standing
from pilar.platform import audit
from pilar.platform.language import N_

RETURNED = "evaluation.evidence-returned"


@transaction.atomic
def attach(*, by: Standing, assessment: int, node: str, evidence: UUID, now: datetime) -> None:
    """Attach a piece of evidence of the region to an answer; a second time changes nothing.

    Raises :class:`NotFound` also for evidence of another region, :class:`UnknownIndicator`, :class:`NotAllowed`,
    :class:`WrongState`, :class:`SelfAssessmentOver`.
    """
    row, _case = locked_assessment(by, assessment, Action.ANSWER, node=node, now=now)
    attach_piece(by, row, node, evidence, now)


@transaction.atomic
def attach_new(
    *, by: Standing, assessment: int, node: str, title: str, content: Content, note: str = "", now: datetime
) -> UUID:
    """Add a piece of evidence and attach it, both or neither; returns its key.

    It belongs to the office that answers the indicator, or to the region. Raises as :func:`attach` and as
    ``evidence.operations.add_evidence``.
    """
    row, case = locked_assessment(by, assessment, Action.ANSWER, node=node, now=now)
    key = room.add_evidence(
        by=by, region=case.region, office=case.office, title=title, content=content, note=note, now=now
    )
    attach_piece(by, row, node, key, now)
    return key


@transaction.atomic
def detach(*, by: Standing, assessment: int, node: str, evidence: UUID, now: datetime) -> None:
    """Take a piece of evidence from an answer; it stays with the region. Raises as :func:`attach`."""
    row, _case = locked_assessment(by, assessment, Action.ANSWER, node=node, now=now)
    attached_piece(row, leaf_of(tree_for(row), node).code, evidence).delete()
    _record(by, row, "detach", node, evidence)


@transaction.atomic
def verify_attached(*, by: Standing, assessment: int, node: str, evidence: UUID, number: int, now: datetime) -> None:
    """The verifier confirms the newest version of a piece of evidence that is attached to an answer.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`WrongState`, :class:`SelfAssessmentOver`, and as
    ``evidence.operations.verify``: :class:`OwnRevision` for the person who uploaded it, :class:`OlderRevision`,
    :class:`MoveNotOpen`, :class:`Infected`.
    """
    _checked(by, assessment, node, evidence, now)
    room.verify(by=by, evidence=evidence, number=number, now=now)
    settle(by=by, subject=_subject(evidence), now=now)


@transaction.atomic
def return_attached(
    *, by: Standing, assessment: int, node: str, evidence: UUID, number: int, reason: str, now: datetime
) -> None:
    """The verifier gives a piece of evidence back, with a reason; who uploaded it gets a notice.

    Raises as :func:`verify_attached`, and Faults at ``reason``.
    """
    held_row = _checked(by, assessment, node, evidence, now)
    room.return_to_owner(by=by, evidence=evidence, number=number, reason=reason, now=now)
    row = pieces.revision(evidence, number, scope=by)
    notify(
        by=by,
        to=[row.uploaded_by],
        kind=RETURNED,
        subject=_subject(evidence),
        sentence=N_("Evidence was returned: “%(title)s”. %(reason)s"),
        fields={"title": row.title, "reason": row.reason[:200]},
        address=address("evaluation:indicator", held_row.pk, node),
        region=held_row.participation.region_id,
        deadline=held_row.closes_at,
        now=now,
    )


def _checked(by: Standing, assessment: int, node: str, evidence: UUID, now: datetime) -> Assessment:
    row, _case = locked_assessment(by, assessment, Action.VERIFY, node=node, now=now)
    attached_piece(row, leaf_of(tree_for(row), node).code, evidence)
    return row


def attach_piece(by: Standing, assessment: Assessment, node: str, key: UUID, now: datetime) -> None:
    """Attach a piece to an answer of an assessment that the caller holds and may change; raises as :func:`attach`."""
    known = pieces.evidence_list([key], scope=by)
    if not known or known[0].region_code != assessment.participation.region_id:
        raise NotFound
    tie_piece(by, assessment, node, key, now)


def tie_piece(by: Standing, assessment: Assessment, node: str, key: UUID, now: datetime) -> None:
    """As :func:`attach_piece`, for a piece of the region that the caller knows, whether or not ``by`` reads it."""
    leaf = leaf_of(tree_for(assessment), node)
    answer, _new = Answer.objects.get_or_create(assessment=assessment, node=leaf.code, defaults={"changed_at": now})
    _row, new = AnswerEvidence.objects.get_or_create(answer=answer, evidence_id=key, defaults={"added_at": now})
    if new:
        _record(by, assessment, "attach", node, key)


def pin_evidence(assessment: Assessment, evidence: Mapping[str, Sequence[RevisionRow]]) -> dict[str, int]:
    """Keep which versions an assessment, held by the caller's lock, is handed in with; ``evidence`` by indicator is
    what was judged ready. Returns the numbers by piece of evidence."""
    numbers = {(node, row.evidence): row.number for node, rows in evidence.items() for row in rows}
    rows = list(AnswerEvidence.objects.filter(answer__assessment=assessment).select_related("answer"))
    for row in rows:
        row.number = numbers[row.answer.node, row.evidence_id]
    AnswerEvidence.objects.bulk_update(rows, ["number"], batch_size=500)
    return {str(row.evidence_id): row.number for row in rows}


def unpin_evidence(assessment: Assessment) -> None:
    """The newest versions belong to an assessment again, which is being prepared once more."""
    AnswerEvidence.objects.filter(answer__assessment=assessment).update(number=None)


def _record(by: Standing, assessment: Assessment, action: str, node: str, key: UUID) -> None:
    after = {"assessment": assessment.pk, "node": node, "evidence": str(key)}
    audit.record(
        by=by.actor,
        action=action,
        target="evaluation.assessment",
        key=assessment.pk,
        area=assessment.participation.region_id,
        **({"after": after} if action == "attach" else {"before": after}),
    )


def _subject(evidence: UUID) -> str:
    return f"evidence.evidence:{evidence}"
