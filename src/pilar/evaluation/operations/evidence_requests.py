"""Requests for missing evidence (permintaan bukti): asked and withdrawn by panel or secretariat, answered by the
region in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from pilar.evaluation.models import Answer, AnswerEvidence, Assessment, EvidenceRequest
from pilar.evaluation.operations.announcing import address
from pilar.evaluation.operations.locking import locked_assessment
from pilar.evaluation.queries.cases import case_of, person, tree_for
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.evidence_requests import (
    RequestClosed,
    RequestState,
    deadline_faults,
    may_withdraw,
    request_state,
)
from pilar.evaluation.rules.marking import leaf_of, optional_text, required_text
from pilar.evidence import queries as evidence_room
from pilar.people.operations import notify, settle
from pilar.people.rules import HeldRole, NotAllowed, Role, Standing, existing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_, Bilingual

TARGET = "evaluation.evidence-request"


@transaction.atomic
def request_evidence(
    *, by: Standing, assessment: int, node: str, text: str, deadline: datetime | None = None, now: datetime
) -> int:
    """Ask a region for evidence that an indicator lacks; returns the key of the request.

    Without ``deadline`` the campaign's hours from now. The coordinator is told, and the office that answers the
    indicator. Raises Faults at ``text`` or ``deadline``, :class:`UnknownIndicator`, and as ``locked_assessment``.
    """
    row, _case = locked_assessment(by, assessment, Action.REQUEST_EVIDENCE)
    leaf = leaf_of(tree_for(row), node)
    said = required_text(text, N_("Write which evidence is missing"), "text")
    until = deadline or now + timedelta(hours=row.participation.campaign.evidence_hours)
    faults = tuple(deadline_faults(until, now))
    if faults:
        raise Faults(faults)
    made = EvidenceRequest.objects.create(
        assessment=row, node=leaf.code, text=said, asked_by_id=by.account, asked_at=now, deadline=until
    )
    audit.record(
        by=by.actor,
        action="request",
        target=TARGET,
        key=made.pk,
        area=row.participation.region_id,
        after={"assessment": row.pk, "node": leaf.code, "text": said, "deadline": until},
    )
    for to in _answering(case_of(row, leaf.code)):
        notify(
            by=by,
            to=to,
            kind="evaluation.evidence-request",
            subject=_subject(made),
            sentence=N_("The panel asks for evidence of “%(indicator)s”: %(text)s"),
            fields={"indicator": Bilingual(**leaf.title), "text": said[:200]},
            address=address("evaluation:request", made.pk),
            region=row.participation.region_id,
            deadline=until,
            now=now,
        )
    return made.pk


@transaction.atomic
def answer_request(*, by: Standing, request: int, reply: str, evidence: Sequence[UUID] = (), now: datetime) -> None:
    """The region answers in time; the evidence named is attached to the answer of the indicator, in the version of now.
    That holds also for a piece of which an earlier version was submitted: the panel asked for what is sent now.

    Raises Faults at ``reply`` (with neither reply nor evidence) or ``evidence`` (not the region's),
    :class:`RequestClosed`, :class:`NotFound`, and as ``locked_assessment``.
    """
    row = existing(EvidenceRequest.objects.filter(pk=request).first())
    assessment, _case = locked_assessment(by, row.assessment_id, Action.ANSWER_REQUEST, node=row.node)
    row = _open(request, now)
    said, keys = optional_text(reply, "reply"), list(dict.fromkeys(evidence))
    if not said and not keys:
        sentence = N_("Attach the evidence, or write why there is none")
        raise Faults([Fault("no-reply", sentence, {}, "reply")])
    sent = _attach(by, assessment, row.node, keys, now)
    row.reply, row.answered_by_id, row.answered_at = said, person(by), now
    row.save(update_fields=["reply", "answered_by", "answered_at"])
    audit.record(
        by, "answer", TARGET, row.pk, area=assessment.participation.region_id, after={"reply": said, "evidence": sent}
    )
    settle(by=by, subject=_subject(row), now=now)
    notify(
        by=by,
        to=[row.asked_by_id] if row.asked_by_id else [],
        kind="evaluation.evidence-answered",
        subject=_subject(row),
        sentence=N_("%(region)s has answered your request for evidence"),
        fields={"region": assessment.participation.region.name},
        address=address("evaluation:request", row.pk),
        region=assessment.participation.region_id,
        needs_action=False,
        now=now,
    )


@transaction.atomic
def withdraw_request(*, by: Standing, request: int, now: datetime) -> None:
    """Take an open request back, for the person who asked: the panel or the secretariat. A second time changes nothing.

    Raises :class:`RequestClosed`, :class:`NotFound`, :class:`NotAllowed` for the other of the two, and as
    ``locked_assessment``.
    """
    row = existing(EvidenceRequest.objects.filter(pk=request).first())
    assessment, case = locked_assessment(by, row.assessment_id, Action.REQUEST_EVIDENCE)
    if not may_withdraw(by, row.asked_by_id, case):
        raise NotAllowed
    if EvidenceRequest.objects.filter(pk=request, withdrawn_at__isnull=False).exists():
        return
    row = _open(request, now)
    row.withdrawn_by_id, row.withdrawn_at = by.account, now
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    audit.record(
        by=by.actor,
        action="withdraw",
        target=TARGET,
        key=row.pk,
        area=assessment.participation.region_id,
        before={"state": RequestState.OPEN.value},
        after={"state": RequestState.WITHDRAWN.value},
    )
    settle(by=by, subject=_subject(row), now=now)


def _open(request: int, now: datetime) -> EvidenceRequest:
    """The request, of an assessment that is held; raises :class:`RequestClosed` unless it is open."""
    row = EvidenceRequest.objects.get(pk=request)
    state = request_state(deadline=row.deadline, answered_at=row.answered_at, withdrawn_at=row.withdrawn_at, now=now)
    if state is not RequestState.OPEN:
        raise RequestClosed
    return row


def _attach(by: Standing, assessment: Assessment, node: str, keys: list[UUID], now: datetime) -> dict[str, int]:
    """Attach pieces in their newest versions; returns the numbers by piece."""
    if not keys:
        return {}
    region = assessment.participation.region_id
    rows = evidence_room.evidence_list(keys, scope=by)
    numbers = {row.evidence: row.number for row in rows if row.region_code == region}
    if numbers.keys() != set(keys):
        sentence = N_("Evidence can only be attached from your own region: choose it from the list")
        raise Faults([Fault("foreign-evidence", sentence, {}, "evidence")])
    answer, _made = Answer.objects.get_or_create(assessment=assessment, node=node)
    AnswerEvidence.objects.bulk_create(
        [AnswerEvidence(answer=answer, evidence_id=key, number=numbers[key], added_at=now) for key in keys],
        update_conflicts=True,
        unique_fields=["answer", "evidence"],
        update_fields=["number"],
    )
    return {str(key): numbers[key] for key in keys}


def _answering(case: Case) -> list[HeldRole]:
    to = [HeldRole(Role.COORDINATOR, region=case.region)]
    if case.office is not None:
        to.append(HeldRole(Role.CONTRIBUTOR, region=case.region, office=case.office))
    return to


def _subject(request: EvidenceRequest) -> str:
    return f"evaluation.request:{request.pk}"
