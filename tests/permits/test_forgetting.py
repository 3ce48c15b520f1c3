"""What has run out is erased: drafts that were never sent, and what systems were told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from permits.around import told
from permits.world import NOW, OWN, World
from pilar.evidence import store
from pilar.people.operations import load_retention
from pilar.people.rules import OPERATOR, SCHEDULE, NotAllowed
from pilar.permits import operations as do
from pilar.permits.models import Case, CaseFile, HookDelivery, OwnDocument
from pilar.permits.operations.forgetting import ERASED
from pilar.permits.queries import cases
from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.hooks import HookEvent
from pilar.platform.hooks import Delivery
from pilar.platform.models import AuditEvent

pytestmark = pytest.mark.django_db
OVER = NOW + timedelta(days=366)


@pytest.fixture(autouse=True)
def periods(world: World) -> None:
    load_retention(by=OPERATOR)


def draft(world: World, *, withdrawn: bool = False) -> Case:
    world.case = 0
    world.begin()
    world.fill()
    world.attach("ktp", "str")
    if withdrawn:
        do.withdraw_case(by=world.who("nurse"), case=world.case, now=NOW)
    return world.row()


def erased(row: Case) -> bool:
    row.refresh_from_db()
    return {name: getattr(row, name) for name in ERASED} == ERASED and not row.files.exists()


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_draft_that_was_never_sent_is_erased_when_its_time_is_over(world: World, withdrawn: bool) -> None:
    row = draft(world, withdrawn=withdrawn)
    days = (365, 366, 367)
    found = [do.forget_unsent(by=SCHEDULE, now=NOW + timedelta(days=one))["drafts"] for one in days]
    assert (found, erased(row), row.state) == ([0, 1, 0], True, CaseState.WITHDRAWN)
    logged = AuditEvent.objects.filter(target="permits.case", key=str(row.pk)).values_list("before", "after")
    assert "Fatimah" not in str([*logged])
    assert cases.own_case(row.pk, scope=world.who("nurse"), now=NOW).person == {}


def test_what_was_sent_or_is_kept_for_the_next_time_stays(world: World) -> None:
    world.submit()
    sent = world.row()
    row = draft(world)
    own = set(
        OwnDocument.objects.filter(account=row.applicant_id, removed_at=None).values_list("storage_key", flat=True)
    )
    keys = set(CaseFile.objects.filter(case=row).values_list("storage_key", flat=True))
    assert keys == own  # the newest of each requirement are kept for the next application
    do.forget_unsent(by=SCHEDULE, now=OVER)
    assert (erased(row), erased(sent)) == (True, False)
    assert all(store.holds(one) for one in own)


def test_its_files_leave_the_store(world: World) -> None:
    row = draft(world)
    keys = list(CaseFile.objects.filter(case=row).values_list("storage_key", flat=True))
    OwnDocument.objects.all().delete()
    do.forget_unsent(by=SCHEDULE, now=OVER)
    assert not any(store.holds(one) for one in keys)


def test_documents_of_a_withdrawn_draft_without_answers_are_erased_with_what_was_kept_and_removed(world: World) -> None:
    world.case = 0
    world.begin()
    world.attach("ktp", "str")
    row, kept = world.row(), OwnDocument.objects.filter(account=world.row().applicant_id)
    do.withdraw_case(by=world.who("nurse"), case=row.pk, now=NOW)
    keys = list(CaseFile.objects.filter(case=row).values_list("storage_key", flat=True))
    kept.update(removed_at=NOW)
    found = [do.forget_unsent(by=SCHEDULE, now=OVER)["drafts"] for _again in range(2)]
    assert (found, erased(row), kept.count()) == ([1, 0], True, 0)
    assert not any(store.holds(one) for one in keys)


def test_no_system_is_told_of_a_draft(world: World) -> None:
    address = "https://simpel.contoh.go.id/kait"
    do.subscribe(
        by=world.who("head"), region=OWN, title="Sistem", address=address, events=[HookEvent.WITHDRAWN], now=NOW
    )
    before = HookDelivery.objects.count()
    draft(world, withdrawn=True)
    assert HookDelivery.objects.count() == before


def test_a_draft_that_cannot_be_erased_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [draft(world), draft(world)]
    OwnDocument.objects.all().delete()
    broken = set(CaseFile.objects.filter(case=rows[0]).values_list("storage_key", flat=True))
    delete = store.delete

    def break_off(key: str) -> None:
        if key in broken:
            raise OSError(key)
        delete(key)

    monkeypatch.setattr("pilar.permits.operations.forgetting.store.delete", break_off)
    with pytest.raises(OSError, match=r".+"):
        do.forget_unsent(by=SCHEDULE, now=OVER)
    assert [erased(one) for one in rows] == [False, True]


def test_documents_of_what_was_sent_cannot_be_deleted(world: World) -> None:
    world.submit()
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseFile.objects.filter(case=world.case).delete()


def test_what_systems_were_told_is_deleted_but_not_what_waits(world: World) -> None:
    told(by=OPERATOR)
    told(by=OPERATOR, state=Delivery.DEAD)
    waiting = HookDelivery.objects.filter(subscription__region=OWN)[:1].get()
    HookDelivery.objects.filter(pk=waiting.pk).update(state=Delivery.WAITING, next_at=NOW, attempts=0)
    before = HookDelivery.objects.count()
    gone = [do.forget_unsent(by=SCHEDULE, now=NOW + timedelta(days=one))["deliveries"] for one in (89, 120, 121)]
    assert gone[0] == gone[2] == 0
    assert gone[1] == before - HookDelivery.objects.count() > 0
    assert HookDelivery.objects.filter(pk=waiting.pk).exists()


def test_nobody_else_erases(world: World) -> None:
    with pytest.raises(NotAllowed):
        do.forget_unsent(by=world.who("head"), now=OVER)
