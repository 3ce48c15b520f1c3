"""The database guards the panel's work by itself: each constraint refuses what it names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from evaluation.cycle.world import NOW, World
from pilar.evaluation.models import AgreedMark, Attendance, EvidenceRequest, Finding, Mark, MarkingDone, Meeting

Attempt = Callable[[World], Any]


def made(model: type, **fields: Any) -> Attempt:
    return lambda world: model.objects.create(
        **{"assessment": world.assessment(), **{name: _of(world, value) for name, value in fields.items()}}
    )


def _of(world: World, value: Any) -> Any:
    return world.key(value.removeprefix("user:")) if isinstance(value, str) and value.startswith("user:") else value


def twice(attempt: Attempt) -> Attempt:
    def both(world: World) -> None:
        attempt(world)
        attempt(world)

    return both


def _attended_twice(world: World) -> None:
    meeting = Meeting.objects.create(
        assessment=world.assessment(), kind="interview", starts_at=NOW, ends_at=NOW + timedelta(hours=1), place="Zoom"
    )
    for _again in range(2):
        Attendance.objects.create(meeting=meeting, name="Siti")


mark = {"node": "policy", "assessor_id": "user:assessor1", "value": 3}
agreed = {"node": "policy", "value": 3, "how": "median"}
finding = {"kind": "strength", "text": "Baik", "written_by_id": "user:assessor1"}
meeting = {"kind": "interview", "starts_at": NOW, "ends_at": NOW + timedelta(hours=1), "place": "Zoom"}
request = {"node": "policy", "text": "Salinan", "deadline": NOW}
done = {"assessor_id": "user:assessor1"}

REFUSED: dict[str, Attempt] = {
    "mark_once_an_assessor": twice(made(Mark, **mark)),
    "marking_done_once": twice(made(MarkingDone, **done)),
    "agreed_mark_once_an_indicator": twice(made(AgreedMark, **agreed)),
    "agreed_mark_settlement_known": made(AgreedMark, **agreed | {"how": "vote"}),
    "agreed_mark_of_the_chair_has_a_reason": made(
        AgreedMark, **agreed | {"how": "chair", "settled_by_id": "user:chair", "reason": " "}
    ),
    "finding_kind_known": made(Finding, **finding | {"kind": "joke"}),
    "finding_says_something": made(Finding, **finding | {"text": " \n"}),
    "meeting_ends_after_begin": made(Meeting, **meeting | {"ends_at": NOW}),
    "meeting_kind_known": made(Meeting, **meeting | {"kind": "party"}),
    "attendance_once": _attended_twice,
    "evidence_request_says_something": made(EvidenceRequest, **request | {"text": ""}),
    "evidence_request_answer_is_whole": made(EvidenceRequest, **request | {"answered_at": NOW}),
    "evidence_request_withdrawn_or_answered": made(
        EvidenceRequest, **request | {"answered_at": NOW, "answered_by_id": "user:coordinator", "withdrawn_at": NOW}
    ),
}


@pytest.mark.parametrize("constraint", REFUSED)
def test_each_constraint_refuses(world: World, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        REFUSED[constraint](world)


@pytest.mark.parametrize("value", ["-0.01", "4.01"])
@pytest.mark.parametrize(("kind", "fields"), [(Mark, mark), (AgreedMark, agreed)])
def test_a_mark_lies_on_the_scale_of_its_instrument(
    world: World, kind: type, fields: dict[str, Any], value: str
) -> None:
    with pytest.raises(IntegrityError, match="off the scale"), transaction.atomic():
        made(kind, **fields | {"value": Decimal(value)})(world)
    row = made(kind, **fields)(world)
    with pytest.raises(IntegrityError, match="off the scale"), transaction.atomic():
        kind.objects.filter(pk=row.pk).update(value=Decimal(value))  # type: ignore[attr-defined]


def test_the_chairs_mark_names_the_chair(world: World) -> None:
    with pytest.raises(IntegrityError, match="agreed_mark_of_the_chair_has_a_reason"), transaction.atomic():
        made(AgreedMark, **agreed | {"how": "chair", "reason": "Alasan"})(world)


@pytest.mark.parametrize("fields", [(Mark, mark), (AgreedMark, agreed), (Finding, finding), (Meeting, meeting)])
def test_what_is_right_is_taken(world: World, fields: tuple[type, dict[str, Any]]) -> None:
    assert made(fields[0], **fields[1])(world).pk
