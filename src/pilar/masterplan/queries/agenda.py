"""Reads of the coordination meeting's agenda and decisions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from pilar.masterplan.models import Decision, Entry, Meeting, Proposal, Version
from pilar.masterplan.queries.rows import DecisionRow, decision_row
from pilar.masterplan.rules.content import Content, read
from pilar.masterplan.rules.deciding_rest import OnAgenda, Rest, rest_of
from pilar.masterplan.rules.decisions import INTO_THE_PLAN, Outcome
from pilar.masterplan.rules.stages import KIND_NAMES, MeetingState, ProposalKind, ProposalState
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """A proposal on the agenda.

    ``line`` (key) and ``code`` are of the programme concerned. ``content`` is the proposed content, or the programme
    that ends; None if that is no longer known. ``present`` is its content in the plan before the meeting, ``decided``
    the content that goes into the plan. ``decision`` counts; ``here``: this meeting took it, not an earlier one that
    deferred. ``into``: key and number of the proposal that this one is merged into; ``merged``: numbers of those merged
    into it.
    """

    key: int
    number: int
    kind: ProposalKind
    line: int | None
    office: int
    office_name: str
    title: str
    part: str
    content: Content | None
    present: Content | None
    code: str
    reason: str
    origin_text: str
    decision: DecisionRow | None
    here: bool
    decided: Content | None
    into: tuple[int, int] | None
    merged: tuple[int, ...]

    @property
    def seen(self) -> int:
        """The number of the decision shown, which the next decision must give."""
        return self.decision.number if self.decision else 0

    @property
    def kind_name(self) -> str:
        return translate(KIND_NAMES[self.kind])

    @property
    def is_open(self) -> bool:
        """True if this meeting still has to decide."""
        return not self.here

    @property
    def money(self) -> Decimal:
        """All money of the proposal, in rupiah."""
        return self.content.money if self.content else Decimal(0)

    @property
    def verdict(self) -> tuple[DecisionRow, bool] | None:
        """The decision, and whether it is of this meeting."""
        return None if self.decision is None else (self.decision, self.here)


@dataclass(frozen=True, slots=True)
class Agenda:
    """All matters that the coordination meeting decides, by number, and the decision about the general part."""

    rows: tuple[AgendaRow, ...]
    general: DecisionRow | None

    @property
    def decided(self) -> int:
        """The number of decided matters, including the general part."""
        return sum(row.here for row in self.rows) + (self.general is not None)

    @property
    def total(self) -> int:
        """The number of all matters, including the general part."""
        return len(self.rows) + 1

    def find(self, key: int) -> AgendaRow | None:
        """Return the row of a proposal."""
        return next((row for row in self.rows if row.key == key), None)

    @property
    def has_open(self) -> bool:
        """True if the meeting has proposals left to decide."""
        return any(row.is_open for row in self.rows)

    @property
    def rest(self) -> Rest:
        """Return the proposals that can be accepted as proposed in one decision, and the others. It compares every
        pair: call it once."""
        return rest_of(
            OnAgenda(
                row.key, row.number, row.line, None if row.kind is ProposalKind.DROP else row.content, row.here,
                row.decision is not None and not row.here,
            )
            for row in self.rows
        )  # fmt: skip

    @property
    def lost(self) -> tuple[AgendaRow, ...]:
        """Proposals merged into one that does not go into the plan."""
        by_key = {row.key: row for row in self.rows}
        return tuple(row for row in self.rows if row.into is not None and not _goes_in(by_key.get(row.into[0])))


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """A decision about a proposal once the minutes are signed off; ``into``: number of the proposal that it is merged
    into; ``programme``: code of the programme it became in the plan, or empty.

    ``before`` and ``after``: the contents that were proposed and that go into the plan, where the meeting changed them.
    """

    decision: DecisionRow
    into: int | None
    programme: str
    before: Content | None
    after: Content | None


def agenda(meeting: Meeting) -> Agenda:
    """Read the agenda: proposals handed in, or the matters of a meeting that is over. Five queries.

    Anyone who has the row may read it; :func:`queries.meetings.meeting` checks the permission.
    """
    if meeting.state == MeetingState.SIGNED:
        decided = Decision.objects.filter(meeting=meeting, proposal__isnull=False)
        proposals = list(_beside(Proposal.objects.filter(pk__in=decided.values("proposal"))))
    else:
        proposals = on_agenda(meeting.version)
    decisions = _decisions(Decision.objects.filter(proposal__in=[proposal.pk for proposal in proposals]), of=meeting)
    entries = _entries(meeting, [proposal.line_id for proposal in proposals if proposal.line_id is not None])
    numbers = {proposal.pk: proposal.number for proposal in proposals}
    merged: dict[int, list[int]] = {}
    for key, decision in decisions.items():
        if decision.into_id is not None and decision.meeting_id == meeting.pk:
            merged.setdefault(decision.into_id, []).append(numbers[key])
    rows = tuple(
        _row(
            meeting,
            proposal,
            decisions.get(proposal.pk),
            entries.get(proposal.line_id or 0),
            merged.get(proposal.pk, ()),
        )
        for proposal in sorted(proposals, key=lambda proposal: proposal.number)
    )
    general = Decision.objects.filter(meeting=meeting, proposal=None).select_related("meeting", "decided_by")
    return Agenda(rows, decision_row(general.order_by("-number").first()))


def decisions_of(proposal: int) -> tuple[DecidedRow, ...]:
    """Read the decisions of signed meetings about a proposal, the newest first, for readers of the proposal. One
    query."""
    return tuple(
        _decided(decision) for decision in _signed(Decision.objects.filter(proposal=proposal)).order_by("-number")
    )


def decided_in(version: int) -> dict[int, DecidedRow]:
    """Read the last decision of a signed meeting about each proposal of a version, by key of the proposal. One
    query."""
    rows = _signed(Decision.objects.filter(proposal__version=version)).order_by("number")
    return {row.proposal_id: _decided(row) for row in rows if row.proposal_id is not None}


def on_agenda(version: Version) -> list[Proposal]:
    """Return the proposals that the meeting decides about: handed in, without a valid decision of an earlier meeting.

    For operations: rows of the table, by number.
    """
    signed = _newest(Decision.objects.filter(proposal__version=version, meeting__state=MeetingState.SIGNED))
    settled = signed.exclude(outcome=Outcome.DEFERRED).values("proposal")
    rows = Proposal.objects.filter(version=version, state=ProposalState.SUBMITTED).exclude(pk__in=settled)
    return list(_beside(rows).order_by("number"))


def is_settled(proposals: Iterable[int]) -> bool:
    """Return whether a running meeting has decided about one of these, or a finished one has not deferred it."""
    rows = _newest(Decision.objects.filter(proposal__in=list(proposals)))
    return rows.exclude(meeting__state=MeetingState.SIGNED, outcome=Outcome.DEFERRED).exists()


def latest_decisions(meeting: Meeting) -> dict[int | None, Decision]:
    """Return the decision of a meeting that counts, by key of the proposal; None for the general part. For
    operations."""
    rows = meeting.decisions.select_related("decided_by", "content").order_by("number")
    return {row.proposal_id: row for row in rows}


def minutes_hash(meeting: Meeting, decided: Mapping[int | None, Decision]) -> str:
    """Return the SHA-256 over the whole content of the minutes, so that a printed copy can be checked."""
    said: dict[str, object] = {
        "meeting": [meeting.title, meeting.held_at.isoformat(), meeting.venue, meeting.agenda, meeting.notes],
        "attendance": [
            [attendee.name, attendee.position, attendee.office_id, attendee.present, attendee.signs]
            for attendee in meeting.attendance.order_by("pk")
        ],
        "decisions": [
            [decision.proposal_id, decision.number, decision.outcome, decision.reason, decision.decided_by_id,
             decision.content_id, decision.into_id]
            for _key, decision in sorted(decided.items(), key=lambda item: item[0] or 0)
        ],
    }  # fmt: skip
    if meeting.number:  # older minutes without a number keep the hash that is printed on them
        said["number"] = meeting.number
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _signed(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    entry = Entry.objects.filter(decision=OuterRef("pk")).order_by("version")
    return (
        _newest(rows.filter(meeting__state=MeetingState.SIGNED))
        .select_related("meeting", "decided_by", "proposal__content", "content", "into")
        .annotate(programme=Subquery(entry.values("line__code")[:1]))
    )


def _newest(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Select the decisions that no later one of the same meeting about the same proposal has replaced."""
    later = Decision.objects.filter(
        proposal=OuterRef("proposal"), meeting=OuterRef("meeting"), number__gt=OuterRef("number")
    )
    return rows.exclude(Exists(later))


def _beside(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return rows.select_related("content", "line", "office")


def _decisions(rows: QuerySet[Decision], *, of: Meeting) -> dict[int, Decision]:
    """Return the newest decision of each proposal: for a finished meeting its own, otherwise also those of earlier
    meetings."""
    known = rows.filter(meeting=of) if of.state == MeetingState.SIGNED else rows
    decisions = known.select_related("meeting", "decided_by", "content", "proposal", "into").order_by("number")
    return {decision.proposal_id: decision for decision in decisions if decision.proposal_id is not None}


def _entries(meeting: Meeting, lines: Iterable[int]) -> dict[int, Entry]:
    """Return the programmes before the meeting: from its version or, once adopted, from the version before."""
    wanted = set(lines)
    if not wanted:
        return {}
    version = meeting.version.base_id if meeting.state == MeetingState.SIGNED else meeting.version_id
    rows = Entry.objects.filter(line__in=wanted, version=version).select_related("content")
    return {row.line_id: row for row in rows}


def _row(
    meeting: Meeting, proposal: Proposal, decision: Decision | None, entry: Entry | None, merged: Iterable[int]
) -> AgendaRow:
    present = read(entry.content.body) if entry else None
    content = read(proposal.content.body) if proposal.content else present
    into = decision.into if decision else None
    return AgendaRow(
        key=proposal.pk,
        number=proposal.number,
        kind=ProposalKind(proposal.kind),
        line=proposal.line_id,
        office=proposal.office_id,
        office_name=proposal.office.name,
        title=content.title if content else (proposal.line.code if proposal.line else ""),
        part=content.part if content else "",
        content=content,
        present=present,
        code=proposal.line.code if proposal.line else "",
        reason=proposal.reason,
        origin_text=proposal.origin_text,
        decision=decision_row(decision),
        here=decision is not None and decision.meeting_id == meeting.pk,
        decided=read(decision.content.body) if decision and decision.content else None,
        into=(into.pk, into.number) if into else None,
        merged=tuple(sorted(merged)),
    )


def _decided(decision: Decision) -> DecidedRow:
    row = decision_row(decision)
    assert row is not None
    proposed = decision.proposal.content if decision.proposal else None
    changed = row.outcome is Outcome.CHANGED and proposed is not None and decision.content is not None
    return DecidedRow(
        decision=row,
        into=decision.into.number if decision.into else None,
        programme=getattr(decision, "programme", None) or "",
        before=read(proposed.body) if changed and proposed else None,
        after=read(decision.content.body) if changed and decision.content else None,
    )


def _goes_in(row: AgendaRow | None) -> bool:
    """Return whether a proposal goes into the plan, or is merged into one that is judged by itself."""
    if row is None or row.decision is None or not row.here:
        return False
    return row.decision.outcome in INTO_THE_PLAN or row.decision.outcome is Outcome.MERGED
