"""Workshops and the coordination meeting as JSON, by the same operations as their pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from ninja import Path, Schema
from pydantic import Field, StringConstraints

from pilar.masterplan import operations, queries, wording
from pilar.masterplan.api.content import PlanContentIn, Text, Title, read_content
from pilar.masterplan.api.plans import NotThere, Refused
from pilar.masterplan.operations import Attendee, NewMeeting
from pilar.masterplan.queries import DecidedRow, DecisionRow
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.queries.agenda import AgendaRow
from pilar.masterplan.queries.meetings import AttendeeRow, CheckedMinutes, MeetingRow, Minutes
from pilar.masterplan.queries.proposals import proposal as one_proposal
from pilar.masterplan.rules.authority import Action, require
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.decisions import MAX_REASON, Outcome, Verdict
from pilar.masterplan.rules.meetings import MAX_ATTENDEES, MeetingKind
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import NO_NUL, GivenKey, Key, Moment, RowSchema, Seen
from pilar.platform.errors import Fault

open_to_all = Routes(tags=["masterplan meetings"])
router = Routes(tags=["masterplan meetings"])

Changes = tuple[wording.FieldChange, ...]
Kind = Literal["workshop_1", "workshop_2", "workshop_3", "workshop_4", "finalisation"]
OutcomeName = Literal["accepted", "changed", "merged", "deferred", "refused"]
Sha256 = Annotated[str, Path(max_length=64)]


class PlanMeetingIn(Schema):
    """A workshop or the coordination meeting for the calendar; ``agenda`` has one point a line."""

    kind: Kind
    title: Title
    held_at: Moment
    venue: Title = ""
    agenda: Text = ""


class PlanMeetingChange(Schema):
    """Time, place, agenda and notes; ``seen`` is ``saves`` of the meeting as it was read."""

    title: Title
    held_at: Moment
    venue: Title = ""
    agenda: Text = ""
    notes: Text = ""
    seen: Seen


class PlanMeetingOut(
    RowSchema,
    of=MeetingRow,
    fields="key version=version.key kind title held_at venue agenda notes state saves invited present minutes signed_at"
    " signed_by",
):
    """``saves`` counts changes, ``minutes`` is the SHA-256 of the signed content, empty before."""


class PlanAttendeeIn(Schema):
    """Somebody invited; ``office`` is its key. Only those present sign."""

    name: Title
    position: Title = ""
    office: GivenKey | None = None
    present: bool = False
    signs: bool = False


class PlanAttendanceIn(Schema):
    """The whole list, replacing the present one."""

    attendance: Annotated[list[PlanAttendeeIn], Field(max_length=MAX_ATTENDEES)]
    seen: Seen


class PlanAttendeeOut(RowSchema, of=AttendeeRow, fields="key name position office present signs"):
    pass


class PlanMeetingDetail(
    PlanMeetingOut, of=tuple[Minutes, tuple[Fault, ...]], base="0.row", fields="attendance=0.attendance missing=1"
):
    """A meeting with those invited; ``missing``: what its minutes still lack."""


class PlanVerdictOut(
    RowSchema,
    of=tuple[DecisionRow, bool],
    fields="number=0.number outcome=0.outcome reason=0.reason decided_by=0.decided_by position=0.position"
    " taken_by=0.taken_by taken_at=0.taken_at meeting=0.meeting here=1",
):
    """A decision: the next one about the same matter must give ``number`` as ``seen``; ``here``: it is of this
    meeting."""


class PlanAgendaRow(
    RowSchema,
    of=tuple[AgendaRow, Changes],
    fields="proposal=0.key number=0.number kind=0.kind office=0.office title=0.title part=0.part code=0.code"
    " money=0.money decision=0.verdict into=0.into.0 changes=1",
):
    """A proposal on the agenda; ``code`` is that of the programme that it changes or ends, ``into`` the key of the
    proposal that it is merged into. ``changes``: the meeting's changes of it."""


class PlanAgendaOut(Schema):
    """Everything that the coordination meeting decides; ``general``: the decision about the general part."""

    meeting: int
    saves: int
    decided: int
    total: int
    general: PlanVerdictOut | None
    proposals: list[PlanAgendaRow]


class PlanVerdictIn(Schema):
    """The decision about a proposal (key), or without one about the general part.

    ``decided_by`` is the key of the person present who decided; ``content`` comes with ``changed`` and belongs to the
    office ``owner`` (key), by default the one that owned the proposal; ``into`` (the key of a proposal) comes with
    ``merged``. ``seen`` is the number of the decision that was read, 0 for none.
    """

    proposal: GivenKey | None = None
    outcome: OutcomeName
    decided_by: GivenKey | None = None
    reason: Annotated[str, StringConstraints(max_length=MAX_REASON, pattern=NO_NUL)] = ""
    into: GivenKey | None = None
    content: PlanContentIn | None = None
    owner: GivenKey | None = None
    seen: Seen = 0


class PlanSignOff(Schema):
    """``seen`` is ``saves`` of the meeting as it was read."""

    seen: Seen


class PlanRest(Schema):
    """``decided_by``: the key of the person present who decided; ``seen``: ``saves`` of the meeting as it was read."""

    decided_by: Key
    seen: Seen


class PlanAccepted(Schema):
    """The number of proposals accepted."""

    accepted: int


class PlanNumber(Schema):
    """The number of the recorded decision."""

    number: int


class PlanMeetingKey(Schema):
    """The key of the new meeting."""

    key: int


class PlanOutcomeCount(RowSchema, of=tuple[Outcome, int], fields="outcome=0 count=1"):
    pass


class PlanMinutesCheck(
    RowSchema,
    of=tuple[str, CheckedMinutes],
    fields="sha256=0 region=1.region plan=1.plan title=1.title held_at=1.held_at signed_at=1.signed_at"
    " present=1.present outcomes=1.outcomes synthetic=1.synthetic whole=1.whole",
):
    """Signed minutes by their hash; ``whole``: the stored content still has this hash."""


class PlanProposalDecision(
    RowSchema,
    of=tuple[DecidedRow, Changes],
    fields="number=0.decision.number outcome=0.decision.outcome reason=0.decision.reason"
    " decided_by=0.decision.decided_by position=0.decision.position meeting=0.decision.meeting"
    " meeting_title=0.decision.meeting_title held_at=0.decision.held_at into=0.into changes=1",
):
    """The decision of a signed meeting about a proposal; ``into``: number of the proposal that it is merged into."""


@open_to_all.get("/plan-minutes/{sha256}", response={200: PlanMinutesCheck, **NotThere}, summary="Check minutes")
def check_minutes(sha256: Sha256) -> tuple[str, CheckedMinutes]:
    """Check a copy of minutes by its hash; open to everybody."""
    return sha256, reads.checked_minutes(sha256)


@router.get("/plan-versions/{version}/meetings", response={200: list[PlanMeetingOut], **NotThere}, summary="Meetings")
def meetings(by: Standing, version: Key) -> tuple[MeetingRow, ...]:
    """List the workshops and meetings of a version, by day."""
    return reads.meetings(queries.version(version, scope=by), scope=by)


@router.post(
    "/plan-versions/{version}/meetings", response={201: PlanMeetingKey, **Refused}, summary="Plan a workshop or meeting"
)
def plan_meeting(by: Standing, now: datetime, version: Key, given: PlanMeetingIn) -> dict[str, int]:
    said = NewMeeting(MeetingKind(given.kind), given.title, given.held_at, given.venue, given.agenda)
    return {"key": operations.plan_meeting(by=by, version=version, given=said, now=now)}


@router.get("/plan-meetings/{meeting}", response={200: PlanMeetingDetail, **NotThere}, summary="One meeting")
def meeting(by: Standing, now: datetime, meeting: Key) -> tuple[Minutes, Sequence[Fault]]:
    """Return a meeting with those invited, and what its minutes still lack."""
    minutes = reads.minutes(meeting, scope=by)
    reads.note_reading(minutes.row, minutes.attendance, by=by)
    return minutes, () if minutes.row.is_over else reads.missing_for_minutes(minutes, now)


@router.put("/plan-meetings/{meeting}", response={200: PlanMeetingOut, **Refused}, summary="Write a meeting")
def save_meeting(by: Standing, meeting: Key, given: PlanMeetingChange) -> MeetingRow:
    operations.save_meeting(by=by, meeting=meeting, **given.dict())
    return reads.meeting(meeting, scope=by)


@router.put(
    "/plan-meetings/{meeting}/attendance", response={200: PlanMeetingOut, **Refused}, summary="Write the attendance"
)
def save_attendance(by: Standing, meeting: Key, given: PlanAttendanceIn) -> MeetingRow:
    """Replace the whole list; a person who has decided something stays on it."""
    people = [Attendee(**plan_attendee_in.dict()) for plan_attendee_in in given.attendance]
    operations.save_attendance(by=by, meeting=meeting, given=people, seen=given.seen)
    return reads.meeting(meeting, scope=by)


@router.post("/plan-meetings/{meeting}/begin", response={200: PlanMeetingOut, **Refused}, summary="Begin a meeting")
def begin_meeting(by: Standing, now: datetime, meeting: Key) -> MeetingRow:
    """Begin a meeting; doing it a second time changes nothing."""
    operations.begin_meeting(by=by, meeting=meeting, now=now)
    return reads.meeting(meeting, scope=by)


@router.get("/plan-meetings/{meeting}/agenda", response={200: PlanAgendaOut, **NotThere}, summary="Its decisions")
def agenda(by: Standing, meeting: Key) -> dict[str, object]:
    """Return everything that the coordination meeting decides, with the decisions so far."""
    row, agenda = reads.meeting_agenda(meeting, scope=by)
    offices = queries.office_names(row.version.plan.region)
    return {
        "meeting": row.key,
        "saves": row.saves,
        "decided": agenda.decided,
        "total": agenda.total,
        "general": agenda.general and (agenda.general, True),
        "proposals": [(agenda_row, _changed(agenda_row, offices)) for agenda_row in agenda.rows],
    }


@router.post(
    "/plan-meetings/{meeting}/decisions", response={201: PlanNumber, **Refused}, summary="Take down a decision"
)
def decide(by: Standing, now: datetime, meeting: Key, given: PlanVerdictIn) -> dict[str, int]:
    """Record a decision. If two decide the same at once, the later one gets 409 with the earlier decision."""
    row = reads.meeting(meeting, scope=by)
    require(by, Action.HOLD_MEETINGS, row.case, known=True)
    verdict = Verdict(Outcome(given.outcome), given.decided_by, given.reason, given.into)
    number = operations.decide(
        by=by, meeting=meeting, proposal=given.proposal, verdict=verdict, content=_content(by, given),
        seen=given.seen, now=now,
    )  # fmt: skip
    return {"number": number}


@router.post(
    "/plan-meetings/{meeting}/rest", response={200: PlanAccepted, **Refused}, summary="Accept the rest as proposed"
)
def accept_rest(by: Standing, now: datetime, meeting: Key, given: PlanRest) -> dict[str, int]:
    """Accept the remaining proposals, each with a decision of its own; contested and incomplete ones are left out."""
    count = operations.accept_rest(by=by, meeting=meeting, decided_by=given.decided_by, seen=given.seen, now=now)
    return {"accepted": count}


@router.post("/plan-meetings/{meeting}/sign-off", response={200: PlanMeetingOut, **Refused}, summary="Sign off minutes")
def sign_off(by: Standing, now: datetime, meeting: Key, given: PlanSignOff) -> MeetingRow:
    """Sign off the minutes; the meeting can no longer be changed. A second time changes nothing."""
    operations.sign_off(by=by, meeting=meeting, seen=given.seen, now=now)
    return reads.meeting(meeting, scope=by)


@router.get(
    "/plan-proposals/{proposal}/decisions",
    response={200: list[PlanProposalDecision], **NotThere},
    summary="What meetings decided about a proposal",
)
def decisions(by: Standing, proposal: Key) -> list[tuple[DecidedRow, Changes]]:
    """List the decisions about a proposal after the minutes are signed off, the newest first; also for its office."""
    proposed = one_proposal(proposal, scope=by)
    offices = queries.office_names(proposed.version.plan.region)
    return [
        (
            decided,
            wording.content_changes(decided.before, decided.after, offices) if decided.before and decided.after else (),
        )
        for decided in queries.decisions_of(proposal)
    ]


def _content(by: Standing, given: PlanVerdictIn) -> Content | None:
    """Return the content that is accepted with changes; raises Faults at the places of its fields."""
    if given.content is None or given.proposal is None:
        return None
    proposal = one_proposal(given.proposal, scope=by)
    before = proposal.content or proposal.before
    owner = given.owner or (before.owner if before else proposal.row.office)
    return read_content(given.content, owner, queries.highest_numbers(proposal.row.line))


def _changed(row: AgendaRow, offices: dict[int, str]) -> Changes:
    """Return the changes that this meeting made to a proposal."""
    changed = row.here and row.decision is not None and row.decision.outcome is Outcome.CHANGED
    if not changed or row.content is None or row.decided is None:
        return ()
    return wording.content_changes(row.content, row.decided, offices)
