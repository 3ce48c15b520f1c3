"""Record the decisions of the coordination meeting, and sign off its minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from pilar.areas.reference import today_in
from pilar.evidence.operations import Signatures
from pilar.evidence.rules.signing import ToSign
from pilar.masterplan.documents.minutes import minutes_document
from pilar.masterplan.models import Decision, Meeting, Proposal
from pilar.masterplan.operations.adopting import adopt
from pilar.masterplan.operations.announcing import announce_decisions
from pilar.masterplan.operations.contents import content_of, keep
from pilar.masterplan.operations.locking import locked_meeting, refuse
from pilar.masterplan.operations.meetings import TARGET, MeetingNotRunning, stored_of
from pilar.masterplan.queries.agenda import latest_decisions, minutes_hash, on_agenda
from pilar.masterplan.queries.choices import office_names
from pilar.masterplan.queries.meetings import MINUTES, minutes
from pilar.masterplan.rules.checking import missing_of
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.decisions import INTO_THE_PLAN, Outcome, Verdict, faults_of, topic
from pilar.masterplan.rules.meetings import MeetingFacts, MeetingKind, sign_off_faults
from pilar.masterplan.rules.stages import MEETINGS, MeetingState, ProposalKind
from pilar.people.rules import SCHEDULE, NotFound, Standing
from pilar.platform import audit, moves, numbering
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.live import tell
from pilar.platform.versions import Stored, require_seen
from pilar.reports.document import Document


@transaction.atomic
def decide(
    *,
    by: Standing,
    meeting: int,
    proposal: int | None,
    verdict: Verdict,
    content: Content | None = None,
    seen: int,
    now: datetime,
) -> int:
    """Record the meeting's decision about a proposal, or (None) about the general part; return its number.

    ``content``: the content accepted with changes. ``seen``: the number of the decision that was shown, 0 for none, so
    that the later of two secretaries who decide the same at once is told. Raises Faults at ``outcome``, ``reason``,
    ``decided_by``, ``into`` and the content's fields, :class:`Outdated`, :class:`MeetingNotRunning`, :class:`NotFound`
    for a proposal that is not on the agenda.
    """
    row = locked_meeting(by, meeting)
    if row.state != MeetingState.RUNNING or row.kind != MeetingKind.FINALISATION:
        raise MeetingNotRunning
    agenda = {proposal.pk: proposal for proposal in on_agenda(row.version)}
    if proposal is not None and proposal not in agenda:
        raise NotFound
    subject = agenda.get(proposal) if proposal is not None else None
    latest = (
        Decision.objects.filter(proposal=subject)
        if subject
        else Decision.objects.filter(meeting=row, proposal=None)
    ).order_by("-number").select_related("decided_by").first()  # fmt: skip
    require_seen(seen, _decided(latest))
    before = content_of(subject.content) if subject is not None and subject.content is not None else None
    verdict = replace(verdict, changed=content is not None and before is not None and content != before)
    present = set(row.attendance.filter(present=True).values_list("pk", flat=True))
    faults = faults_of(
        verdict,
        proposal=proposal or 0,
        drop=subject is not None and subject.kind == ProposalKind.DROP,
        mergeable=frozenset(_mergeable(agenda)),
    )
    if verdict.decided_by is not None and verdict.decided_by not in present:
        faults.append(Fault("not-present", N_("Choose somebody who is present"), {}, "decided_by"))
    if subject is None and verdict.outcome not in (Outcome.ACCEPTED, Outcome.DEFERRED, Outcome.REFUSED):
        faults.append(Fault("general-part", N_("The general part is accepted, deferred or refused"), {}, "outcome"))
    if verdict.outcome is Outcome.CHANGED and content is not None:
        faults += missing_of(content)
    refuse(faults)
    stored = None
    if subject is not None and subject.content is not None:
        if verdict.outcome is Outcome.CHANGED and content is not None:
            stored = keep(by, row.version.plan, content, now=now, before=before)
        elif verdict.outcome is Outcome.ACCEPTED:
            stored = subject.content
    made = Decision.objects.create(
        meeting=row, proposal=subject, number=seen + 1, outcome=verdict.outcome, reason=verdict.reason.strip(),
        decided_by_id=verdict.decided_by, content=stored,
        into_id=verdict.into if verdict.outcome is Outcome.MERGED else None, taken_by=by.actor.name, taken_at=now,
    )  # fmt: skip
    row.saves += 1
    row.save(update_fields=["saves"])
    tell(topic(row.pk))
    audit.record(
        by=by.actor, action="decide", target=TARGET, key=row.pk, area=row.version.region_id,
        after={
            "proposal": proposal, "outcome": verdict.outcome.value, "number": made.number, "content": made.content_id,
        },
    )  # fmt: skip
    return made.number


@transaction.atomic
def sign_off(*, by: Standing, meeting: int, seen: int, now: datetime) -> None:
    """Sign off the minutes: the meeting can no longer be changed, and accepted proposals go into the version.

    Raises Faults for proposals without a decision, without signatories and before its day, :class:`Outdated` if
    something changed since it was shown, :class:`MeetingNotRunning`. A second time changes nothing.
    """
    row = locked_meeting(by, meeting)
    if row.state == MeetingState.SIGNED:
        return
    if row.state != MeetingState.RUNNING:
        raise MeetingNotRunning
    require_seen(seen, stored_of(row))
    agenda = on_agenda(row.version) if row.kind == MeetingKind.FINALISATION else []
    decided = latest_decisions(row)
    refuse(
        sign_off_faults(
            MeetingFacts(
                kind=MeetingKind(row.kind),
                undecided=[proposal.number for proposal in agenda if proposal.pk not in decided],
                general_decided=None in decided,
                signatories=row.attendance.filter(signs=True).count(),
                day=today_in(row.version.region_id, row.held_at),
                today=today_in(row.version.region_id, now),
                lost=_lost(agenda, decided),
            )
        )
    )
    if row.kind == MeetingKind.FINALISATION:
        adopt(by, row, agenda, decided, now)
        announce_decisions(by=by, meeting=row, proposals=agenda, now=now)
    region = row.version.region_id
    row.number = numbering.give(
        kind="minutes", scope=region, day=today_in(region, now), target=TARGET, key=row.pk, parts={"region": region}
    )
    row.signed_at, row.signed_by, row.saves = now, by.actor.name, row.saves + 1
    moves.make(
        MEETINGS.move(MeetingState.RUNNING, MeetingState.SIGNED), row, by=by.actor, what=TARGET, action="sign",
        area=region, fields={"minutes": minutes_hash(row, decided)},
        besides=("number", "signed_at", "signed_by", "saves"), said={"number": row.number},
    )  # fmt: skip
    sign_minutes(by=by, meeting=row, now=now)
    tell(topic(row.pk))


def _lost(agenda: Sequence[Proposal], decided: Mapping[int | None, Decision]) -> list[tuple[int, int]]:
    numbers = {proposal.pk: proposal.number for proposal in agenda}
    accepted = {key for key, decision in decided.items() if decision.outcome in INTO_THE_PLAN}
    return [
        (numbers[key], numbers[decision.into_id])
        for key, decision in decided.items()
        if key in numbers and decision.into_id in numbers and decision.into_id not in accepted
    ]


def _mergeable(agenda: Mapping[int, Proposal]) -> Iterator[int]:
    later = Decision.objects.filter(proposal=OuterRef("proposal"), number__gt=OuterRef("number"))
    merged = set(
        Decision.objects.filter(proposal__in=agenda, outcome=Outcome.MERGED)
        .exclude(Exists(later))
        .values_list("proposal", flat=True)
    )
    for key, proposal in agenda.items():
        if proposal.kind != ProposalKind.DROP and key not in merged:
            yield key


def _decided(latest: Decision | None) -> Stored:
    if latest is None:
        return Stored(0)
    values = {"outcome": latest.outcome, "reason": latest.reason, "decided_by": latest.decided_by.name}
    return Stored(latest.number, values, latest.taken_by, latest.taken_at)


def sign_minutes(*, by: Standing, meeting: Meeting, now: datetime) -> None:
    """Have the minutes of a meeting signed electronically, in the transaction that signs them off."""
    region = meeting.version.region_id
    document = ToSign(
        key=str(meeting.pk), title=meeting.title, number=meeting.number, day=today_in(region, now), scope=region,
        page=("masterplan:check-minutes", meeting.minutes),
    )  # fmt: skip
    SIGNATURES.order(by=by, documents=[document], now=now)


def _document(key: str) -> Document:
    record = minutes(int(key), scope=SCHEDULE)
    return minutes_document(record, office_names(record.row.version.plan.region))


SIGNATURES = Signatures(MINUTES, _document)
