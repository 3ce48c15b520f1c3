"""Workshops and the coordination meeting as JSON, by the same operations as their pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema, Status
from pydantic import AwareDatetime, Field, StringConstraints

from pilar.masterplan import operations, queries, wording
from pilar.masterplan.api.content import PlanContentIn, read_content
from pilar.masterplan.api.plans import NotThere, Refused
from pilar.masterplan.api.schemas import NO_NUL, PlanFault, PlanFieldChange, Text, Title
from pilar.masterplan.operations import Attendee, NewMeeting
from pilar.masterplan.queries import DecisionRow
from pilar.masterplan.queries import meetings as reads
from pilar.masterplan.queries.agenda import AgendaRow
from pilar.masterplan.queries.meetings import AttendeeRow, MeetingRow
from pilar.masterplan.queries.proposals import proposal as one_proposal
from pilar.masterplan.rules.authority import Action, require
from pilar.masterplan.rules.content import Content
from pilar.masterplan.rules.decisions import LONGEST_REASON, Outcome, Verdict
from pilar.masterplan.rules.meetings import MOST_ATTENDEES, MeetingKind
from pilar.people.rules import Standing
from pilar.people.signin import standing_of

open_to_all = Router(tags=["masterplan meetings"])
router = Router(tags=["masterplan meetings"])

LARGEST = 2_147_483_647
Kind = Literal["workshop_1", "workshop_2", "workshop_3", "workshop_4", "finalisation"]
OutcomeName = Literal["accepted", "changed", "merged", "deferred", "refused"]
Key = Annotated[int, Path(ge=1, le=LARGEST)]
Given = Annotated[int, Field(ge=1, le=LARGEST)]
Seen = Annotated[int, Field(ge=0, le=LARGEST)]
Moment = Annotated[AwareDatetime, Field(description="With its offset from UTC")]
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


class PlanMeetingOut(Schema):
    """``saves`` counts changes, ``minutes`` is the SHA-256 of what was signed off, empty before."""

    key: int
    version: int
    kind: Kind
    title: str
    held_at: datetime
    venue: str
    agenda: str
    notes: str
    state: Literal["planned", "running", "signed"]
    saves: int
    invited: int
    present: int
    minutes: str
    signed_at: datetime | None
    signed_by: str


class PlanAttendeeIn(Schema):
    """Somebody invited; ``office`` is its key. Only who is present signs."""

    name: Title
    position: Title = ""
    office: Given | None = None
    present: bool = False
    signs: bool = False


class PlanAttendanceIn(Schema):
    """The whole list, in the place of the one there is."""

    attendance: Annotated[list[PlanAttendeeIn], Field(max_length=MOST_ATTENDEES)]
    seen: Seen


class PlanAttendeeOut(Schema):
    key: int
    name: str
    position: str
    office: int | None
    present: bool
    signs: bool


class PlanMeetingDetail(PlanMeetingOut):
    """A meeting with who was invited; ``missing``: what its minutes still lack."""

    attendance: list[PlanAttendeeOut]
    missing: list[PlanFault]


class PlanVerdictOut(Schema):
    """A decision: ``number`` is what the next one about the same has to name as ``seen``; ``here``: of this meeting."""

    number: int
    outcome: OutcomeName
    reason: str
    decided_by: str
    position: str
    taken_by: str
    taken_at: datetime
    meeting: int
    here: bool


class PlanAgendaRow(Schema):
    """A proposal on the agenda; ``code`` is that of the programme that it changes or ends, ``into`` the key of the
    proposal that it goes into. ``changes``: what the meeting changed of it."""

    proposal: int
    number: int
    kind: Literal["add", "change", "drop"]
    office: int
    title: str
    part: str
    code: str
    money: str
    decision: PlanVerdictOut | None
    into: int | None
    changes: list[PlanFieldChange]


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

    proposal: Given | None = None
    outcome: OutcomeName
    decided_by: Given | None = None
    reason: Annotated[str, StringConstraints(max_length=LONGEST_REASON, pattern=NO_NUL)] = ""
    into: Given | None = None
    content: PlanContentIn | None = None
    owner: Given | None = None
    seen: Seen = 0


class PlanSignOff(Schema):
    """``seen`` is ``saves`` of the meeting as it was read."""

    seen: Seen


class PlanNumber(Schema):
    """The number of the decision that was taken down."""

    number: int


class PlanMeetingKey(Schema):
    """The key of the meeting that was made."""

    key: int


class PlanOutcomeCount(Schema):
    outcome: OutcomeName
    count: int


class PlanMinutesCheck(Schema):
    """Signed minutes by their hash; ``whole``: what is stored still gives it."""

    sha256: str
    region: str
    plan: str
    title: str
    held_at: datetime
    signed_at: datetime
    present: int
    outcomes: list[PlanOutcomeCount]
    synthetic: bool
    whole: bool


class PlanProposalDecision(Schema):
    """What a signed meeting decided about a proposal; ``into``: number of the proposal that it goes into."""

    number: int
    outcome: OutcomeName
    reason: str
    decided_by: str
    position: str
    meeting: int
    meeting_title: str
    held_at: datetime
    into: int | None
    changes: list[PlanFieldChange]


@open_to_all.get("/plan-minutes/{sha256}", response={200: PlanMinutesCheck, **NotThere}, summary="Check minutes")
def check_minutes(request: HttpRequest, sha256: Sha256) -> PlanMinutesCheck:
    """For everybody who holds a copy with its hash."""
    found = reads.checked_minutes(sha256)
    return PlanMinutesCheck(
        sha256=sha256, region=found.region, plan=found.plan, title=found.title, held_at=found.held_at,
        signed_at=found.signed_at, present=found.present, synthetic=found.synthetic, whole=found.whole,
        outcomes=[PlanOutcomeCount(outcome=one.value, count=count) for one, count in found.outcomes],
    )  # fmt: skip


@router.get("/plan-versions/{version}/meetings", response={200: list[PlanMeetingOut], **NotThere}, summary="Meetings")
def meetings(request: HttpRequest, version: Key) -> list[PlanMeetingOut]:
    """The workshops and meetings of a version, by day."""
    by = standing_of(request)
    return [_meeting(one) for one in reads.meetings(queries.version(version, scope=by), scope=by)]


@router.post(
    "/plan-versions/{version}/meetings", response={201: PlanMeetingKey, **Refused}, summary="Plan a workshop or meeting"
)
def plan_meeting(request: HttpRequest, version: Key, given: PlanMeetingIn) -> Status[PlanMeetingKey]:
    said = NewMeeting(MeetingKind(given.kind), given.title, given.held_at, given.venue, given.agenda)
    key = operations.plan_meeting(by=standing_of(request), version=version, given=said, now=timezone.now())
    return Status(201, PlanMeetingKey(key=key))


@router.get("/plan-meetings/{meeting}", response={200: PlanMeetingDetail, **NotThere}, summary="One meeting")
def meeting(request: HttpRequest, meeting: Key) -> PlanMeetingDetail:
    """With who was invited, and what its minutes still lack."""
    by = standing_of(request)
    found = reads.minutes(meeting, scope=by)
    reads.note_reading(found.row, found.attendance, by=by)
    missing = () if found.row.is_over else reads.missing_for_minutes(found, timezone.now())
    return PlanMeetingDetail(
        **_meeting(found.row).dict(),
        attendance=[_attendee(one) for one in found.attendance],
        missing=[PlanFault(code=one.code, place=one.place, text=one.text()) for one in missing],
    )


@router.put("/plan-meetings/{meeting}", response={200: PlanMeetingOut, **Refused}, summary="Write a meeting")
def save_meeting(request: HttpRequest, meeting: Key, given: PlanMeetingChange) -> PlanMeetingOut:
    operations.save_meeting(by=standing_of(request), meeting=meeting, **given.dict())
    return _again(request, meeting)


@router.put(
    "/plan-meetings/{meeting}/attendance", response={200: PlanMeetingOut, **Refused}, summary="Write the attendance"
)
def save_attendance(request: HttpRequest, meeting: Key, given: PlanAttendanceIn) -> PlanMeetingOut:
    """The whole list; who has decided something stays on it."""
    people = [Attendee(one.name, one.position, one.office, one.present, one.signs) for one in given.attendance]
    operations.save_attendance(by=standing_of(request), meeting=meeting, given=people, seen=given.seen)
    return _again(request, meeting)


@router.post("/plan-meetings/{meeting}/begin", response={200: PlanMeetingOut, **Refused}, summary="Begin a meeting")
def begin_meeting(request: HttpRequest, meeting: Key) -> PlanMeetingOut:
    """A second time changes nothing."""
    operations.begin_meeting(by=standing_of(request), meeting=meeting, now=timezone.now())
    return _again(request, meeting)


@router.get("/plan-meetings/{meeting}/agenda", response={200: PlanAgendaOut, **NotThere}, summary="Its decisions")
def agenda(request: HttpRequest, meeting: Key) -> PlanAgendaOut:
    """All that the coordination meeting decides about, and what it has decided."""
    row, found = reads.meeting_agenda(meeting, scope=standing_of(request))
    offices = queries.office_names(row.version.plan.region)
    return PlanAgendaOut(
        meeting=row.key, saves=row.saves, decided=found.decided, total=found.total,
        general=_verdict(found.general, here=True),
        proposals=[_on_agenda(one, offices) for one in found.rows],
    )  # fmt: skip


@router.post(
    "/plan-meetings/{meeting}/decisions", response={201: PlanNumber, **Refused}, summary="Take down a decision"
)
def decide(request: HttpRequest, meeting: Key, given: PlanVerdictIn) -> Status[PlanNumber]:
    """Of two who decide the same at once, the later one gets 409 with what was decided."""
    by = standing_of(request)
    row = reads.meeting(meeting, scope=by)
    require(by, Action.HOLD_MEETINGS, row.case, known=True)
    verdict = Verdict(Outcome(given.outcome), given.decided_by, given.reason, given.into)
    number = operations.decide(
        by=by, meeting=meeting, proposal=given.proposal, verdict=verdict, content=_content(by, given),
        seen=given.seen, now=timezone.now(),
    )  # fmt: skip
    return Status(201, PlanNumber(number=number))


@router.post("/plan-meetings/{meeting}/sign-off", response={200: PlanMeetingOut, **Refused}, summary="Sign off minutes")
def sign_off(request: HttpRequest, meeting: Key, given: PlanSignOff) -> PlanMeetingOut:
    """Nothing of the meeting changes after that; a second time changes nothing."""
    operations.sign_off(by=standing_of(request), meeting=meeting, seen=given.seen, now=timezone.now())
    return _again(request, meeting)


@router.get(
    "/plan-proposals/{proposal}/decisions",
    response={200: list[PlanProposalDecision], **NotThere},
    summary="What meetings decided about a proposal",
)
def decisions(request: HttpRequest, proposal: Key) -> list[PlanProposalDecision]:
    """Once the minutes are signed off, the newest first; for its office, too."""
    found = one_proposal(proposal, scope=standing_of(request))
    offices = queries.office_names(found.version.plan.region)
    return [
        PlanProposalDecision(
            number=one.decision.number, outcome=one.decision.outcome.value, reason=one.decision.reason,
            decided_by=one.decision.decided_by, position=one.decision.position, meeting=one.decision.meeting,
            meeting_title=one.decision.meeting_title, held_at=one.decision.held_at, into=one.into,
            changes=_changes(wording.content_changes(one.before, one.after, offices))
            if one.before and one.after else [],
        )
        for one in queries.decisions_of(proposal)
    ]  # fmt: skip


def _content(by: Standing, given: PlanVerdictIn) -> Content | None:
    """What is accepted with changes; raises Faults at the places of its fields."""
    if given.content is None or given.proposal is None:
        return None
    found = one_proposal(given.proposal, scope=by)
    before = found.content or found.before
    owner = given.owner or (before.owner if before else found.row.office)
    return read_content(given.content, owner, queries.highest_numbers(found.row.line))


def _again(request: HttpRequest, key: int) -> PlanMeetingOut:
    return _meeting(reads.meeting(key, scope=standing_of(request)))


def _meeting(row: MeetingRow) -> PlanMeetingOut:
    return PlanMeetingOut(
        key=row.key, version=row.version.key, kind=row.kind.value, title=row.title, held_at=row.held_at,
        venue=row.venue, agenda=row.agenda, notes=row.notes, state=row.state.value, saves=row.saves,
        invited=row.invited, present=row.present, minutes=row.minutes, signed_at=row.signed_at,
        signed_by=row.signed_by,
    )  # fmt: skip


def _attendee(one: AttendeeRow) -> PlanAttendeeOut:
    return PlanAttendeeOut(
        key=one.key, name=one.name, position=one.position, office=one.office, present=one.present, signs=one.signs
    )


def _on_agenda(one: AgendaRow, offices: dict[int, str]) -> PlanAgendaRow:
    changed = one.here and one.decision is not None and one.decision.outcome is Outcome.CHANGED
    both = changed and one.content is not None and one.decided is not None
    return PlanAgendaRow(
        proposal=one.key, number=one.number, kind=one.kind.value, office=one.office, title=one.title, part=one.part,
        code=one.code, money=f"{one.money:f}", decision=_verdict(one.decision, here=one.here),
        into=one.into[0] if one.into else None,
        changes=_changes(wording.content_changes(one.content, one.decided, offices)) if both else [],
    )  # fmt: skip


def _verdict(row: DecisionRow | None, *, here: bool) -> PlanVerdictOut | None:
    if row is None:
        return None
    return PlanVerdictOut(
        number=row.number, outcome=row.outcome.value, reason=row.reason, decided_by=row.decided_by,
        position=row.position, taken_by=row.taken_by, taken_at=row.taken_at, meeting=row.meeting, here=here,
    )  # fmt: skip


def _changes(found: tuple[wording.FieldChange, ...]) -> list[PlanFieldChange]:
    return [PlanFieldChange(name=one.name, before=one.before, after=one.after) for one in found]
