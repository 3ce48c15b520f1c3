"""The rest of the panel's work as JSON: findings, meetings, requests for missing evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from pilar.evaluation import operations
from pilar.evaluation.api.marking import REFUSED, Key, SavedOut, Text, Version
from pilar.evaluation.queries import evidence_requests as request_reads
from pilar.evaluation.queries import findings as finding_reads
from pilar.evaluation.queries import meetings as meeting_reads
from pilar.evaluation.queries.evidence_requests import RequestRow
from pilar.evaluation.queries.findings import FindingRow
from pilar.evaluation.queries.meetings import MeetingRow
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.meetings import Attendee, MeetingKind
from pilar.people.rules import Standing
from pilar.people.signin import standing_of

router = Router(tags=["panel"])

Moment = Annotated[AwareDatetime, Field(description="With its offset from UTC")]


class FindingIn(Schema):
    """``node`` is a code of the instrument, empty for the whole."""

    kind: FindingKind
    node: Annotated[str, Field(max_length=100)] = ""
    text: Text


class FindingChangeIn(FindingIn):
    version: Version


class FindingOut(Schema):
    id: int
    kind: FindingKind
    node: str
    text: str
    writer: str
    written_at: datetime
    version: int
    mine: bool


class AttendeeIn(Schema):
    name: Annotated[str, Field(max_length=200)]
    capacity: Annotated[str, Field(max_length=200)] = ""


class SlotIn(Schema):
    kind: MeetingKind
    starts_at: Moment
    ends_at: Moment
    place: Annotated[str, Field(max_length=300)]


class SlotChangeIn(SlotIn):
    version: Version


class MinutesIn(Schema):
    notes: Text = ""
    attendance: Annotated[list[AttendeeIn], Field(max_length=200)] = []
    version: Version


class MeetingOut(Schema):
    """``notes`` is empty for who is not on the panel."""

    id: int
    assessment: int
    region: str
    kind: MeetingKind
    starts_at: datetime
    ends_at: datetime
    place: str
    notes: str
    attendance: list[AttendeeIn]
    version: int


class EvidenceRequestIn(Schema):
    """Without ``deadline`` the campaign's hours from now."""

    node: Annotated[str, Field(max_length=100)]
    text: Text
    deadline: Moment | None = None


class ReplyIn(Schema):
    """``evidence``: pieces of the region, which are attached to the indicator's answer."""

    reply: Text = ""
    evidence: Annotated[list[UUID], Field(max_length=100)] = []


class EvidenceRequestOut(Schema):
    id: int
    node: str
    text: str
    asked_by: str
    asked_at: datetime
    deadline: datetime
    state: Literal["open", "answered", "closed", "withdrawn"]
    reply: str
    answered_by: str
    answered_at: datetime | None
    withdrawn_by: str
    withdrawn_at: datetime | None


class MadeOut(Schema):
    """The key of what was made."""

    id: int


@router.get("/assessments/{key}/findings", response={200: list[FindingOut], **REFUSED}, summary="Findings")
def findings(request: HttpRequest, key: Key) -> list[FindingOut]:
    return [_finding(row) for row in finding_reads.findings(key, scope=standing_of(request)).rows]


@router.post("/assessments/{key}/findings", response={201: MadeOut, **REFUSED}, summary="Write a finding")
def write_finding(request: HttpRequest, key: Key, given: FindingIn) -> Status[MadeOut]:
    made = operations.write_finding(
        by=standing_of(request), assessment=key, now=timezone.now(), kind=given.kind, node=given.node, text=given.text
    )
    return Status(201, MadeOut(id=made))


@router.put("/findings/{key}", response={200: SavedOut, **REFUSED}, summary="Change a finding")
def edit_finding(request: HttpRequest, key: Key, given: FindingChangeIn) -> SavedOut:
    version = operations.edit_finding(
        by=standing_of(request),
        finding=key,
        kind=given.kind,
        node=given.node,
        text=given.text,
        seen_version=given.version,
        now=timezone.now(),
    )
    return SavedOut(version=version)


@router.delete("/findings/{key}", response={204: None, **REFUSED}, summary="Take a finding back")
def remove_finding(request: HttpRequest, key: Key) -> Status[None]:
    operations.remove_finding(by=standing_of(request), finding=key)
    return Status(204, None)


@router.get("/meetings", response=list[MeetingOut], summary="My meetings to come")
def my_meetings(request: HttpRequest) -> list[MeetingOut]:
    by = standing_of(request)
    return _meetings(meeting_reads.calendar(scope=by, now=timezone.now()), by)


@router.get("/assessments/{key}/meetings", response={200: list[MeetingOut], **REFUSED}, summary="Meetings of a region")
def meetings(request: HttpRequest, key: Key) -> list[MeetingOut]:
    by = standing_of(request)
    return _meetings(meeting_reads.meetings(key, scope=by).rows, by)


@router.post("/assessments/{key}/meetings", response={201: MadeOut, **REFUSED}, summary="Plan a meeting")
def plan_meeting(request: HttpRequest, key: Key, given: SlotIn) -> Status[MadeOut]:
    made = operations.plan_meeting(
        by=standing_of(request),
        assessment=key,
        kind=given.kind,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        place=given.place,
        now=timezone.now(),
    )
    return Status(201, MadeOut(id=made))


@router.put("/meetings/{key}", response={200: SavedOut, **REFUSED}, summary="Move a meeting")
def move_meeting(request: HttpRequest, key: Key, given: SlotChangeIn) -> SavedOut:
    version = operations.move_meeting(
        by=standing_of(request),
        meeting=key,
        kind=given.kind,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        place=given.place,
        seen_version=given.version,
        now=timezone.now(),
    )
    return SavedOut(version=version)


@router.put("/meetings/{key}/minutes", response={200: SavedOut, **REFUSED}, summary="Attendance and notes of a meeting")
def record_meeting(request: HttpRequest, key: Key, given: MinutesIn) -> SavedOut:
    version = operations.record_meeting(
        by=standing_of(request),
        meeting=key,
        notes=given.notes,
        attendance=[Attendee(one.name, one.capacity) for one in given.attendance],
        seen_version=given.version,
        now=timezone.now(),
    )
    return SavedOut(version=version)


@router.delete("/meetings/{key}", response={204: None, **REFUSED}, summary="Call a meeting off")
def cancel_meeting(request: HttpRequest, key: Key) -> Status[None]:
    operations.cancel_meeting(by=standing_of(request), meeting=key, now=timezone.now())
    return Status(204, None)


@router.get(
    "/assessments/{key}/evidence-requests",
    response={200: list[EvidenceRequestOut], **REFUSED},
    summary="Requests for missing evidence",
)
def evidence_requests(request: HttpRequest, key: Key) -> list[EvidenceRequestOut]:
    found = request_reads.requests(key, scope=standing_of(request), now=timezone.now())
    return [_request(row) for row in found.rows]


@router.post(
    "/assessments/{key}/evidence-requests", response={201: MadeOut, **REFUSED}, summary="Ask for missing evidence"
)
def request_evidence(request: HttpRequest, key: Key, given: EvidenceRequestIn) -> Status[MadeOut]:
    made = operations.request_evidence(
        by=standing_of(request),
        assessment=key,
        node=given.node,
        text=given.text,
        deadline=given.deadline,
        now=timezone.now(),
    )
    return Status(201, MadeOut(id=made))


@router.post("/evidence-requests/{key}/answer", response={204: None, **REFUSED}, summary="Answer a request")
def answer_request(request: HttpRequest, key: Key, given: ReplyIn) -> Status[None]:
    operations.answer_request(
        by=standing_of(request), request=key, reply=given.reply, evidence=given.evidence, now=timezone.now()
    )
    return Status(204, None)


@router.post("/evidence-requests/{key}/withdrawal", response={204: None, **REFUSED}, summary="Withdraw a request")
def withdraw_request(request: HttpRequest, key: Key) -> Status[None]:
    operations.withdraw_request(by=standing_of(request), request=key, now=timezone.now())
    return Status(204, None)


def _finding(row: FindingRow) -> FindingOut:
    return FindingOut(
        id=row.key,
        kind=row.kind,
        node=row.node,
        text=row.text,
        writer=row.writer,
        written_at=row.written_at,
        version=row.version,
        mine=row.mine,
    )


def _meetings(rows: Sequence[MeetingRow], by: Standing) -> list[MeetingOut]:
    meeting_reads.note_reading(rows, by=by)
    return [_meeting(row) for row in rows]


def _meeting(row: MeetingRow) -> MeetingOut:
    return MeetingOut(
        id=row.key,
        assessment=row.assessment,
        region=row.region_code,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        notes=row.notes,
        attendance=[AttendeeIn(name=one.name, capacity=one.capacity) for one in row.attendance],
        version=row.version,
    )


def _request(row: RequestRow) -> EvidenceRequestOut:
    return EvidenceRequestOut(
        id=row.key,
        node=row.node,
        text=row.text,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        deadline=row.deadline,
        state=row.state.value,
        reply=row.reply,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_at=row.withdrawn_at,
    )
