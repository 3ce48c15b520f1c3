"""Proposals of offices, and their handling by the secretariat before the meeting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from pilar.areas.models import Office
from pilar.masterplan.models import Call, Entry, Proposal, Version
from pilar.masterplan.operations.announcing import (
    announce_call,
    announce_question,
    settle_call,
    settle_questions,
    settle_whole_call,
)
from pilar.masterplan.operations.contents import content_of, keep
from pilar.masterplan.operations.locking import locked_proposal, locked_version, refuse
from pilar.masterplan.queries.agenda import is_settled
from pilar.masterplan.rules.authority import Action
from pilar.masterplan.rules.checking import missing_of
from pilar.masterplan.rules.content import MAX_TEXT, Content
from pilar.masterplan.rules.decisions import MAX_REASON
from pilar.masterplan.rules.proposals import (
    AlreadyDecided,
    CallClosed,
    NotEditable,
    NotHandedIn,
    Origin,
    takes_proposals,
)
from pilar.masterplan.rules.stages import BEING_WRITTEN, EDITABLE_PROPOSALS, PROPOSALS, ProposalKind, ProposalState
from pilar.people.rules import Standing, existing
from pilar.platform import audit, moves
from pilar.platform.errors import Fault
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.versions import Stored, require_seen

TARGET = "masterplan.proposal"
REMEMBERED = timedelta(days=3)
"""For this long after its end a call is checked again, in case the schedule had stopped."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """The input for a proposal: ``content`` for a new programme or a change, ``line`` (key) and ``reason`` for an
    existing one. ``origin_key`` and ``origin_text`` name its cause."""

    kind: ProposalKind
    content: Content | None = None
    line: int | None = None
    reason: str = ""
    origin: Origin = Origin.CALL
    origin_key: str = ""
    origin_text: str = ""


@transaction.atomic
def open_call(*, by: Standing, version: int, text: str, closes_at: datetime, now: datetime) -> None:
    """Call on all offices to propose until ``closes_at``, or move the deadline of the call.

    Every office's contributors are told. Raises Faults at ``closes_at``, ``text``; needs ``call-for-proposals``.
    """
    row = locked_version(by, version, Action.CALL_FOR_PROPOSALS)
    faults = []
    if closes_at <= now:
        faults.append(Fault("closes-in-past", N_("The deadline lies in the past"), {}, "closes_at"))
    if len(text) > MAX_TEXT:
        faults.append(Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_TEXT}, "text"))
    refuse(faults)
    call, new = Call.objects.get_or_create(
        version=row, defaults={"text": text.strip(), "opened_at": now, "closes_at": closes_at}
    )
    before = None if new else {"closes_at": call.closes_at, "text": call.text}
    if not new:
        call.text, call.closes_at = text.strip(), closes_at
        call.save(update_fields=["text", "closes_at"])
    audit.record(
        by=by.actor, action="call", target="masterplan.version", key=row.pk, area=row.region_id,
        before=before, after={"closes_at": closes_at, "text": call.text},
    )  # fmt: skip
    announce_call(by=by, version=row, closes_at=closes_at, now=now)


@every("masterplan.end-calls", cron="5 * * * *")
@transaction.atomic
def end_calls(*, by: Standing, now: datetime) -> None:
    """Settle the notices of calls that have ended within the last days, or whose version has moved on.

    Only for the schedule; raises :class:`NotAllowed` for anybody else.
    """
    by.require_server()
    ended = Q(closes_at__lte=now, closes_at__gt=now - REMEMBERED)
    gone_on = Q(closes_at__gt=now) & ~Q(version__state__in=sorted(BEING_WRITTEN))
    for call in Call.objects.filter(ended | gone_on).select_related("version"):
        settle_whole_call(by=by, version=call.version, now=now)


@transaction.atomic
def propose(*, by: Standing, version: int, office: int, given: Proposed, now: datetime) -> int:
    """Store a proposal of an office; return its key. It is handed in by :func:`submit_proposal`.

    Raises Faults at the names of the content's fields, :class:`CallClosed`, :class:`NotFound`; needs ``propose`` for
    the office, or ``edit-proposals`` for one that does not come from the call.
    """
    action = Action.PROPOSE if given.origin is Origin.CALL else Action.EDIT_PROPOSALS
    row = locked_version(by, version, action, office=office)
    if existing(Office.objects.filter(pk=office, region=row.region_id).first()).closed_at is not None:
        sentence = N_("The office that owns the programme has been closed: only an open office proposes")
        refuse([Fault("office-closed", sentence, {}, "owner")])
    if given.origin is Origin.CALL:
        _require_call(row, now)
    refuse(_kind_faults(row, office, given))
    content = None
    if given.content is not None:
        content = keep(by, row.plan, given.content, now=now)
    number = (Proposal.objects.filter(version=row).aggregate(last=Max("number"))["last"] or 0) + 1
    made = Proposal.objects.create(
        version=row, number=number, office_id=office, kind=given.kind, line_id=given.line, content=content,
        reason=given.reason.strip(), origin=given.origin, origin_key=given.origin_key, origin_text=given.origin_text,
        made_by_id=by.account, made_at=now, changed_at=now,
    )  # fmt: skip
    audit.record(
        by=by.actor, action="propose", target=TARGET, key=made.pk, area=row.region_id,
        after={"number": number, "office": office, "kind": given.kind.value, "content": content and content.pk},
    )  # fmt: skip
    return made.pk


@transaction.atomic
def save_proposal(
    *, by: Standing, proposal: int, content: Content | None, reason: str, seen: int, now: datetime
) -> None:
    """Replace the content of a proposal while it is with its office; an answer to the call only while the call is open.

    ``seen``: the count of saves that was shown. Raises Faults at the names of fields, :class:`NotEditable`,
    :class:`Outdated`, :class:`NotFound`; needs ``propose`` for its office.
    """
    row = locked_proposal(by, proposal, Action.PROPOSE)
    if ProposalState(row.state) not in EDITABLE_PROPOSALS:
        raise NotEditable
    require_seen(seen, stored_of(row))
    if row.state == ProposalState.DRAFT and row.origin == Origin.CALL:
        _require_call(row.version, now)
    refuse(
        _kind_faults(row.version, row.office_id, Proposed(ProposalKind(row.kind), content, row.line_id, reason), row)
    )
    if content is not None:
        before = content_of(row.content) if row.content else None
        row.content = keep(by, row.version.plan, content, now=now, before=before)
    row.reason, row.saves, row.changed_at = reason.strip(), row.saves + 1, now
    row.save(update_fields=["content", "reason", "saves", "changed_at"])
    audit.record(
        by, "save", TARGET, row.pk, area=row.version.region_id, after={"content": row.content_id, "reason": row.reason}
    )


@transaction.atomic
def submit_proposal(*, by: Standing, proposal: int, now: datetime) -> None:
    """Hand a proposal in; a second time changes nothing.

    Raises Faults for missing content, :class:`NotEditable`, :class:`CallClosed`; needs ``propose`` for its office.
    """
    row = locked_proposal(by, proposal, Action.PROPOSE)
    if row.state == ProposalState.SUBMITTED:
        return
    if PROPOSALS.find(ProposalState(row.state), ProposalState.SUBMITTED) is None:
        raise NotEditable
    if row.state == ProposalState.DRAFT and row.origin == Origin.CALL:
        _require_call(row.version, now)
    if row.content is not None:
        refuse(missing_of(content_of(row.content)))
    _set_state(by, row, ProposalState.SUBMITTED, now)
    settle_questions(by=by, proposals=[row.pk], now=now)
    settle_call(by=by, version=row.version_id, offices=[row.office_id], now=now)


@transaction.atomic
def withdraw_proposal(*, by: Standing, proposal: int, now: datetime) -> None:
    """Take a proposal back; it stays readable.

    Raises :class:`NotEditable` for a merged one; needs ``propose`` for its office.
    """
    row = locked_proposal(by, proposal, Action.PROPOSE)
    if row.state == ProposalState.WITHDRAWN:
        return
    if PROPOSALS.find(ProposalState(row.state), ProposalState.WITHDRAWN) is None:
        raise NotEditable
    _require_undecided(row)
    _set_state(by, row, ProposalState.WITHDRAWN, now)
    settle_questions(by=by, proposals=[row.pk], now=now)


@transaction.atomic
def ask_back(*, by: Standing, proposal: int, question: str, now: datetime) -> None:
    """Send a proposal that is handed in back to its office with a question.

    Raises Faults at ``question``, :class:`NotHandedIn`; needs ``edit-proposals``.
    """
    row = locked_proposal(by, proposal, Action.EDIT_PROPOSALS)
    if PROPOSALS.find(ProposalState(row.state), ProposalState.RETURNED) is None:
        raise NotHandedIn
    _require_undecided(row)
    if not question.strip() or len(question) > MAX_REASON:
        refuse([Fault("no-question", N_("Write what the office should answer"), {}, "question")])
    row.question = question.strip()
    _set_state(by, row, ProposalState.RETURNED, now, "question")
    announce_question(by=by, proposal=row, now=now)


@transaction.atomic
def merge_proposals(*, by: Standing, into: int, merged: Collection[int], reason: str, now: datetime) -> None:
    """Merge proposals that want the same into one of them; their offices become its partners.

    Raises Faults at ``merged`` or ``reason``, :class:`NotHandedIn`; needs ``edit-proposals``.
    """
    row = locked_proposal(by, into, Action.EDIT_PROPOSALS)
    others = list(
        Proposal.objects.filter(pk__in=set(merged) - {into}, version=row.version_id, state=ProposalState.SUBMITTED)
        .exclude(kind=ProposalKind.DROP)
        .order_by("pk")
    )
    if not reason.strip() or len(reason) > MAX_REASON:
        refuse([Fault("no-reason", N_("Give the reason: the office reads it"), {}, "reason")])
    if row.state != ProposalState.SUBMITTED or row.content is None:
        raise NotHandedIn
    if not others or len(others) != len(set(merged) - {into}):
        refuse([Fault("not-mergeable", N_("Choose proposals that are handed in"), {}, "merged")])
    _require_undecided(row, *others)
    content = content_of(row.content)
    partners = dict.fromkeys([*content.partners, *(other.office_id for other in others)])
    partners.pop(content.owner, None)
    row.content = keep(by, row.version.plan, replace(content, partners=tuple(partners)), now=now, before=content)
    row.saves, row.changed_at = row.saves + 1, now
    row.save(update_fields=["content", "saves", "changed_at"])
    for proposal in others:
        proposal.merged_into, proposal.reason = row, reason.strip()
        _set_state(by, proposal, ProposalState.MERGED, now, "merged_into", "reason")


def stored_of(row: Proposal) -> Stored:
    """Return the stored content, for a person whose save would overwrite it."""
    values = {"title": row.content.title if row.content else "", "reason": row.reason}
    name = row.content.written_by if row.content else ""
    return Stored(row.saves, values, name, row.changed_at)


def _require_undecided(*rows: Proposal) -> None:
    """Raise if a meeting has decided about these proposals and has not deferred them."""
    if is_settled(row.pk for row in rows):
        raise AlreadyDecided


def _require_call(version: Version, now: datetime) -> None:
    call = Call.objects.filter(version=version).first()
    if call is None or not takes_proposals(call.opened_at, call.closes_at, now):
        raise CallClosed


def _kind_faults(version: Version, office: int, given: Proposed, row: Proposal | None = None) -> list[Fault]:
    """Return the faults of a proposal's kind: it needs a programme of the office, once, and its content or reason."""
    misfits = []
    if (given.content is None) != (given.kind is ProposalKind.DROP):
        misfits.append(Fault("no-content", N_("Describe the programme"), {}, "title"))
    if given.content is not None and given.content.owner != office:
        misfits.append(Fault("not-owner", N_("The office that proposes owns the programme"), {}, "owner"))
    if given.kind is ProposalKind.DROP and not given.reason.strip():
        misfits.append(Fault("no-reason", N_("Say why the programme should end"), {}, "reason"))
    if len(given.reason) > MAX_REASON:
        misfits.append(Fault("too-long", N_("At most %(most)s characters"), {"most": MAX_REASON}, "reason"))
    if given.kind is ProposalKind.ADD:
        return misfits
    entry = Entry.objects.filter(version=version, line=given.line).select_related("content").first()
    if entry is None or entry.content.owner_id != office:
        misfits.append(Fault("unknown-programme", N_("Choose a programme of the office in this plan"), {}, "line"))
    others = Proposal.objects.filter(version=version, line=given.line, state__in=["draft", "submitted", "returned"])
    if others.exclude(pk=row.pk if row else None).exists():
        misfits.append(Fault("programme-twice", N_("There is already a proposal about this programme"), {}, "line"))
    return misfits


def _set_state(by: Standing, row: Proposal, state: ProposalState, now: datetime, *fields: str) -> None:
    row.changed_at, row.saves = now, row.saves + 1
    if state is ProposalState.SUBMITTED:
        row.submitted_at = now
    moves.make(
        PROPOSALS.move(ProposalState(row.state), state), row, by=by.actor, what=TARGET, action=state.value,
        area=row.version.region_id, besides=("changed_at", "saves", "submitted_at", *fields),
        said={name: str(getattr(row, name)) for name in fields},
    )  # fmt: skip
