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
    """``saves`` counts changes, ``minutes`` is the SHA-256 of what was signed off, empty before."""


class PlanAttendeeIn(Schema):
    """Somebody invited; ``office`` is its key. Only who is present signs."""

    name: Title
    position: Title = ""
    office: GivenKey | None = None
    present: bool = False
    signs: bool = False


class PlanAttendanceIn(Schema):
    """The whole list, in the place of the one there is."""

    attendance: Annotated[list[PlanAttendeeIn], Field(max_length=MAX_ATTENDEES)]
    seen: Seen


class PlanAttendeeOut(RowSchema, of=AttendeeRow, fields="key name position office present signs"):
    pass


class PlanMeetingDetail(
    PlanMeetingOut, of=tuple[Minutes, tuple[Fault, ...]], base="0.row", fields="attendance=0.attendance missing=1"
):
    """A meeting with who was invited; ``missing``: what its minutes still lack."""


class PlanVerdictOut(
    RowSchema,
    of=tuple[DecisionRow, bool],
    fields="number=0.number outcome=0.outcome reason=0.reason decided_by=0.decided_by position=0.position"
    " taken_by=0.taken_by taken_at=0.taken_at meeting=0.meeting here=1",
):
    """A decision: ``number`` is what the next one about the same has to name as ``seen``; ``here``: of this meeting."""


class PlanAgendaRow(
    RowSchema,
    of=tuple[AgendaRow, Changes],
    fields="proposal=0.key number=0.number kind=0.kind office=0.office title=0.title part=0.part code=0.code"
    " money=0.money decision=0.verdict into=0.into.0 changes=1",
):
    """A proposal on the agenda; ``code`` is that of the programme that it changes or ends, ``into`` the key of the
    proposal that it goes into. ``changes``: what the meeting changed of it."""


class PlanAgendaOut(Schema):
    """All that the coordination meeting decides about; ``general``: the decision about the general part."""

    meeting: int
    saves: int
    decided: int
    total: int
    general: PlanVerdictOut | None
    proposals: list[PlanAgendaRow]


class PlanVerdictIn(Schema):
    """What is decided about a proposal (key), or without one about the general part.

    ``decided_by`` is the key of who of those present decided; ``content`` comes with ``changed`` and belongs to the
    office ``owner`` (key), or without it to the one that owned what was proposed; ``into`` (the key of a proposal)
    comes with ``merged``. ``seen`` is the number of the decision that was read, 0 for none.
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
    """``decided_by``: the key of who of those present decided; ``seen``: ``saves`` of the meeting as it was read."""

    decided_by: Key
    seen: Seen


class PlanAccepted(Schema):
    """How many proposals were accepted."""

    accepted: int


class PlanNumber(Schema):
    """The number of the decision that was taken down."""

    number: int


class PlanMeetingKey(Schema):
    """The key of the meeting that was made."""

    key: int


class PlanOutcomeCount(RowSchema, of=tuple[Outcome, int], fields="outcome=0 count=1"):
    pass


class PlanMinutesCheck(
    RowSchema,
    of=tuple[str, CheckedMinutes],
    fields="sha256=0 region=1.region plan=1.plan title=1.title held_at=1.held_at signed_at=1.signed_at"
    " present=1.present outcomes=1.outcomes synthetic=1.synthetic whole=1.whole",
):
    """Signed minutes by their hash; ``whole``: what is stored still gives it."""


class PlanProposalDecision(
    RowSchema,
    of=tuple[DecidedRow, Changes],
    fields="number=0.decision.number outcome=0.decision.outcome reason=0.decision.reason"
    " decided_by=0.decision.decided_by position=0.decision.position meeting=0.decision.meeting"
    " meeting_title=0.decision.meeting_title held_at=0.decision.held_at into=0.into changes=1",
):
    """What a signed meeting decided about a proposal; ``into``: number of the proposal that it goes into."""


@open_to_all.get("/plan-minutes/{sha256}", response={200: PlanMinutesCheck, **NotThere}, summary="Check minutes")
def check_minutes(sha256: Sha256) -> tuple[str, CheckedMinutes]:
    """For everybody who holds a copy with its hash."""
    return sha256, reads.checked_minutes(sha256)


@router.get("/plan-versions/{version}/meetings", response={200: list[PlanMeetingOut], **NotThere}, summary="Meetings")
def meetings(by: Standing, version: Key) -> tuple[MeetingRow, ...]:
    """The workshops and meetings of a version, by day."""
    return reads.meetings(queries.version(version, scope=by), scope=by)


@router.post(
    "/plan-versions/{version}/meetings", response={201: PlanMeetingKey, **Refused}, summary="Plan a workshop or meeting"
)
def plan_meeting(by: Standing, now: datetime, version: Key, given: PlanMeetingIn) -> dict[str, int]:
    said = NewMeeting(MeetingKind(given.kind), given.title, given.held_at, given.venue, given.agenda)
    return {"key": operations.plan_meeting(by=by, version=version, given=said, now=now)}


@router.get("/plan-meetings/{meeting}", response={200: PlanMeetingDetail, **NotThere}, summary="One meeting")
def meeting(by: Standing, now: datetime, meeting: Key) -> tuple[Minutes, Sequence[Fault]]:
    """With who was invited, and what its minutes still lack."""
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
    """The whole list; who has decided something stays on it."""
    people = [Attendee(**plan_attendee_in.dict()) for plan_attendee_in in given.attendance]
    operations.save_attendance(by=by, meeting=meeting, given=people, seen=given.seen)
    return reads.meeting(meeting, scope=by)


@router.post("/plan-meetings/{meeting}/begin", response={200: PlanMeetingOut, **Refused}, summary="Begin a meeting")
def begin_meeting(by: Standing, now: datetime, meeting: Key) -> MeetingRow:
    """A second time changes nothing."""
    operations.begin_meeting(by=by, meeting=meeting, now=now)
    return reads.meeting(meeting, scope=by)


@router.get("/plan-meetings/{meeting}/agenda", response={200: PlanAgendaOut, **NotThere}, summary="Its decisions")
def agenda(by: Standing, meeting: Key) -> dict[str, object]:
    """All that the coordination meeting decides about, and what it has decided."""
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
    """Of two who decide the same at once, the later one gets 409 with what was decided."""
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
    """Each proposal that is left gets its decision; what is contested or unready is left to decisions of its own."""
    count = operations.accept_rest(by=by, meeting=meeting, decided_by=given.decided_by, seen=given.seen, now=now)
    return {"accepted": count}


@router.post("/plan-meetings/{meeting}/sign-off", response={200: PlanMeetingOut, **Refused}, summary="Sign off minutes")
def sign_off(by: Standing, now: datetime, meeting: Key, given: PlanSignOff) -> MeetingRow:
    """Nothing of the meeting changes after that; a second time changes nothing."""
    operations.sign_off(by=by, meeting=meeting, seen=given.seen, now=now)
    return reads.meeting(meeting, scope=by)


@router.get(
    "/plan-proposals/{proposal}/decisions",
    response={200: list[PlanProposalDecision], **NotThere},
    summary="What meetings decided about a proposal",
)
def decisions(by: Standing, proposal: Key) -> list[tuple[DecidedRow, Changes]]:
    """Once the minutes are signed off, the newest first; for its office, too."""
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
    """Return what is accepted with changes; raises Faults at the places of its fields."""
    if given.content is None or given.proposal is None:
        return None
    proposal = one_proposal(given.proposal, scope=by)
    before = proposal.content or proposal.before
    owner = given.owner or (before.owner if before else proposal.row.office)
    return read_content(given.content, owner, queries.highest_numbers(proposal.row.line))


def _changed(row: AgendaRow, offices: dict[int, str]) -> Changes:
    """Return what this meeting changed of a proposal."""
    changed = row.here and row.decision is not None and row.decision.outcome is Outcome.CHANGED
    if not changed or row.content is None or row.decided is None:
        return ()
    return wording.content_changes(row.content, row.decided, offices)
