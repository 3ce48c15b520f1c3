"""The rest of the panel's work as JSON: findings, meetings, requests for missing evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from pilar.evaluation import operations
from pilar.evaluation.api.marking import SavedOut, Text, Version
from pilar.evaluation.api.published import REFUSED
from pilar.evaluation.queries import evidence_requests as request_reads
from pilar.evaluation.queries import findings as finding_reads
from pilar.evaluation.queries import meetings as meeting_reads
from pilar.evaluation.queries.evidence_requests import RequestRow
from pilar.evaluation.queries.findings import FindingRow
from pilar.evaluation.queries.meetings import MeetingRow
from pilar.evaluation.rules.findings import FindingKind
from pilar.evaluation.rules.meetings import Attendee, MeetingKind
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import Key, Moment, RowSchema

router = Routes(tags=["panel"])


class FindingIn(Schema):
    """``node`` is a code of the instrument, empty for the whole."""

    kind: FindingKind
    node: Annotated[str, Field(max_length=100)] = ""
    text: Text


class FindingChangeIn(FindingIn):
    version: Version


class FindingOut(RowSchema, of=FindingRow, fields="id=key kind node text writer written_at version mine"):
    kind: FindingKind


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


class MeetingOut(
    RowSchema,
    of=MeetingRow,
    fields="id=key assessment region=region_code kind starts_at ends_at place notes attendance version",
):
    """``notes`` is empty for anyone who is not on the panel."""

    kind: MeetingKind
    attendance: list[AttendeeIn]


class EvidenceRequestIn(Schema):
    """Without ``deadline`` the campaign's hours from now."""

    node: Annotated[str, Field(max_length=100)]
    text: Text
    deadline: Moment | None = None


class ReplyIn(Schema):
    """``evidence``: pieces of the region, which are attached to the indicator's answer."""

    reply: Text = ""
    evidence: Annotated[list[UUID], Field(max_length=100)] = []


class EvidenceRequestOut(
    RowSchema,
    of=RequestRow,
    fields="id=key node text asked_by asked_at deadline state reply answered_by answered_at withdrawn_by withdrawn_at",
):
    pass


class MadeOut(Schema):
    """The key of what was made."""

    id: int


@router.get("/assessments/{key}/findings", response={200: list[FindingOut], **REFUSED}, summary="Findings")
def findings(by: Standing, key: Key) -> tuple[FindingRow, ...]:
    return finding_reads.findings(key, scope=by).rows


@router.post("/assessments/{key}/findings", response={201: MadeOut, **REFUSED}, summary="Write a finding")
def write_finding(by: Standing, now: datetime, key: Key, given: FindingIn) -> dict[str, int]:
    return {"id": operations.write_finding(by=by, assessment=key, now=now, **given.dict())}


@router.put("/findings/{key}", response={200: SavedOut, **REFUSED}, summary="Change a finding")
def edit_finding(by: Standing, now: datetime, key: Key, given: FindingChangeIn) -> dict[str, int]:
    said = given.dict(exclude={"version"})
    return {"version": operations.edit_finding(by=by, finding=key, seen_version=given.version, now=now, **said)}


@router.delete("/findings/{key}", response={204: None, **REFUSED}, summary="Take a finding back")
def remove_finding(by: Standing, key: Key) -> None:
    operations.remove_finding(by=by, finding=key)


@router.get("/meetings", response=list[MeetingOut], summary="My meetings to come")
def my_meetings(by: Standing, now: datetime) -> Sequence[MeetingRow]:
    return _noted(meeting_reads.calendar(scope=by, now=now), by=by)


@router.get("/assessments/{key}/meetings", response={200: list[MeetingOut], **REFUSED}, summary="Meetings of a region")
def meetings(by: Standing, key: Key) -> Sequence[MeetingRow]:
    return _noted(meeting_reads.meetings(key, scope=by).rows, by=by)


@router.post("/assessments/{key}/meetings", response={201: MadeOut, **REFUSED}, summary="Plan a meeting")
def plan_meeting(by: Standing, now: datetime, key: Key, given: SlotIn) -> dict[str, int]:
    return {"id": operations.plan_meeting(by=by, assessment=key, now=now, **given.dict())}


@router.put("/meetings/{key}", response={200: SavedOut, **REFUSED}, summary="Move a meeting")
def move_meeting(by: Standing, now: datetime, key: Key, given: SlotChangeIn) -> dict[str, int]:
    slot = given.dict(exclude={"version"})
    return {"version": operations.move_meeting(by=by, meeting=key, seen_version=given.version, now=now, **slot)}


@router.put("/meetings/{key}/minutes", response={200: SavedOut, **REFUSED}, summary="Attendance and notes of a meeting")
def record_meeting(by: Standing, now: datetime, key: Key, given: MinutesIn) -> dict[str, int]:
    version = operations.record_meeting(
        by=by,
        meeting=key,
        notes=given.notes,
        attendance=[Attendee(attendee_in.name, attendee_in.capacity) for attendee_in in given.attendance],
        seen_version=given.version,
        now=now,
    )
    return {"version": version}


@router.delete("/meetings/{key}", response={204: None, **REFUSED}, summary="Call a meeting off")
def cancel_meeting(by: Standing, now: datetime, key: Key) -> None:
    operations.cancel_meeting(by=by, meeting=key, now=now)


@router.get(
    "/assessments/{key}/evidence-requests",
    response={200: list[EvidenceRequestOut], **REFUSED},
    summary="Requests for missing evidence",
)
def evidence_requests(by: Standing, now: datetime, key: Key) -> tuple[RequestRow, ...]:
    return request_reads.requests(key, scope=by, now=now).rows


@router.post(
    "/assessments/{key}/evidence-requests", response={201: MadeOut, **REFUSED}, summary="Ask for missing evidence"
)
def request_evidence(by: Standing, now: datetime, key: Key, given: EvidenceRequestIn) -> dict[str, int]:
    return {"id": operations.request_evidence(by=by, assessment=key, now=now, **given.dict())}


@router.post("/evidence-requests/{key}/answer", response={204: None, **REFUSED}, summary="Answer a request")
def answer_request(by: Standing, now: datetime, key: Key, given: ReplyIn) -> None:
    operations.answer_request(by=by, request=key, reply=given.reply, evidence=given.evidence, now=now)


@router.post("/evidence-requests/{key}/withdrawal", response={204: None, **REFUSED}, summary="Withdraw a request")
def withdraw_request(by: Standing, now: datetime, key: Key) -> None:
    operations.withdraw_request(by=by, request=key, now=now)


def _noted(rows: Sequence[MeetingRow], *, by: Standing) -> Sequence[MeetingRow]:
    meeting_reads.note_reading(rows, by=by)
    return rows
