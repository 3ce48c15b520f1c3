"""What the database refuses of cases, whatever program writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from permits.world import NOW, World
from pilar.permits.models import Absence, Case, CaseEvent, CaseFile, Message, OwnDocument, Relative, Task


def refused(change: Callable[[], object], name: str) -> None:
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        change()


def cases(world: World) -> object:
    return Case.objects.filter(pk=world.case)


def test_a_case_keeps_what_it_was_sent_with(world: World) -> None:
    world.to_decide()
    rows = Case.objects.filter(pk=world.case)
    other = rows.get().version_id + 1
    for changed, name in (
        ({"state": "lost"}, "case_state_known"), ({"number": "P3603-2026-99999"}, "case_number_stays"),
        ({"version": other}, "case_version_stays"), ({"accepted_at": None, "due_at": None}, "case_accepted_once"),
        ({"closed_at": NOW}, "case_closed_when_over"), ({"at_counter": True}, "case_of_an_account_or_the_counter"),
        ({"person": None}, "case_sent_with_number_and_person"), ({"tracking_hash": ""}, "case_sent_with_number"),
    ):  # fmt: skip
        refused(lambda changed=changed: rows.update(**changed), name)
    refused(lambda: rows._raw_delete(rows.db), "case_kept|violates foreign key")


def test_a_case_that_is_over_stays_so(world: World) -> None:
    world.submit()
    from pilar.permits import operations as do

    do.withdraw_case(by=world.who("nurse"), case=world.case, now=NOW)
    refused(lambda: Case.objects.filter(pk=world.case).update(state="submitted", closed_at=None), "case_is_over")
    refused(lambda: Case.objects.filter(pk=world.case).update(answers={}), "case_is_over")


def test_events_stay(world: World) -> None:
    world.submit()
    world.accept()
    rows = CaseEvent.objects.filter(case=world.case)
    refused(lambda: rows.update(reason="lain"), "case_event_append_only")
    refused(rows.delete, "case_event_append_only")
    first, same = rows[0], {"case_id": world.case, "at": NOW, "by": "user:1"}
    for changed, name in (
        ({"number": first.number, "kind": "message"}, "case_event_number_once"),
        ({"number": 90, "kind": "lost"}, "case_event_kind_known"),
        ({"number": 90, "kind": "accepted"}, "case_event_of_its_kind_once"),
    ):
        refused(lambda changed=changed: CaseEvent.objects.create(**same, **changed), name)


def test_a_stage_is_open_once_and_stays_done(world: World) -> None:
    world.submit()
    task = Task.objects.get(case=world.case)
    same = {"case_id": world.case, "region_id": task.region_id, "stage": "check", "kind": "check", "role": task.role,
            "opened_at": NOW}  # fmt: skip
    refused(lambda: Task.objects.create(round=2, **same), "task_open_once")
    refused(lambda: Task.objects.filter(pk=task.pk).update(done_at=NOW), "task_done_with_outcome")
    world.accept()
    refused(lambda: Task.objects.filter(pk=task.pk).update(outcome="refused"), "task_done_stays")
    refused(
        lambda: Task.objects.create(round=1, done_at=NOW, done_by="user:1", outcome="done", **same), "task_round_once"
    )
    refused(Task.objects.filter(pk=task.pk).delete, "task_kept")


def test_documents_stay_as_they_were_sent(world: World) -> None:
    world.submit()
    rows = CaseFile.objects.filter(case=world.case, requirement="str")
    for changed, name in (
        ({"sha256": "0" * 64}, "case_file_stays"), ({"state": "lost"}, "case_file_state_known"),
        ({"state": "refused", "reason": ""}, "case_file_refused_with_reason"),
    ):  # fmt: skip
        refused(lambda changed=changed: rows.update(**changed), name)
    refused(rows.delete, "case_file_kept")
    own = OwnDocument.objects.get(requirement="str", account=world.who("nurse").citizen)
    own.pk = None
    refused(own.save, "own_document_once")


def test_messages_absences_and_relatives_stay(world: World) -> None:
    assert world.neighbour is not None
    message = Message.objects.get()
    refused(lambda: Message.objects.filter(pk=message.pk).update(from_office=True), "message_stays")
    refused(message.delete, "message_kept")
    head, back = world.keys["head"], world.keys["back"]
    day = NOW.date()
    given = {"user_id": head, "region_id": "36.03", "role": "permit_head", "entered_by": "user:1"}
    refused(lambda: Absence.objects.create(deputy_id=head, since=day, until=day, **given), "absence_with_a_deputy")
    early = day.replace(day=1)
    refused(lambda: Absence.objects.create(deputy_id=back, since=day, until=early, **given), "absence_ends_after_begin")
    absence = Absence.objects.create(deputy_id=back, since=day, until=day, **given)
    refused(absence.delete, "absence_kept")
    same = {"user_id": head, "identity": "1", "identity_hash": "h", "relation": "self", "declared_at": NOW}
    relative = Relative.objects.create(**same)
    refused(lambda: Relative.objects.create(**same), "relative_once")
    refused(relative.delete, "relative_kept")
