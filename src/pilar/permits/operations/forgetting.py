"""Erase expired data: drafts that were never sent, and messages to systems."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from pilar.evidence import store
from pilar.people.operations import held
from pilar.people.rules import NotAllowed, Standing
from pilar.permits.models import Case, CaseFile, HookDelivery, OwnDocument
from pilar.permits.operations.steps import happened
from pilar.permits.rules.cases import CaseState, EventKind
from pilar.platform import audit, retention
from pilar.platform.hooks import Delivery
from pilar.platform.jobs import every
from pilar.platform.transactions import one_by_one

ERASED = {"person": None, "identity_hash": "", "answers": {}}


@every("permits.forget-unsent", cron="0 19 * * *")  # 2.00 WIB
def forget_unsent(*, by: Standing, now: datetime) -> dict[str, int]:
    """Erase expired drafts that were never sent (person, answers and documents) and expired messages to systems;
    returns how many of each. The row of the draft stays.

    Each draft is a transaction of its own, and one that fails does not hold up the others. For the schedule and
    the operator only.
    """
    if not by.unrestricted:
        raise NotAllowed
    oldest = retention.oldest_kept("permit-drafts", now)
    unsent = Case.objects.filter(created_at__lt=oldest, number="") if oldest else Case.objects.none()
    files = Exists(CaseFile.objects.filter(case=OuterRef("pk")))
    keys = list(
        unsent.exclude(Q(**ERASED) & ~Q(state=CaseState.DRAFT) & ~files).order_by("pk").values_list("pk", flat=True)
    )
    deliveries = _forget_deliveries(by, now)
    drafts = one_by_one(keys, lambda key: _forget_draft(by, key, now), job="permits.forget-unsent")
    return {"drafts": drafts, "deliveries": deliveries}


@transaction.atomic
def _forget_draft(by: Standing, key: int, now: datetime) -> bool:
    """A file is deleted before its row: a crash between them leaves the row, and the next day does both again."""
    row = held(Case.objects, pk=key)
    if row.number:
        return False  # it was sent in the meantime
    files = CaseFile.objects.filter(case=row)
    keys = set(files.values_list("storage_key", flat=True))
    others = CaseFile.objects.filter(storage_key__in=keys).exclude(case=row)
    offered = OwnDocument.objects.filter(storage_key__in=keys, removed_at=None)
    keys -= {*others.values_list("storage_key", flat=True), *offered.values_list("storage_key", flat=True)}
    for stored in keys:
        store.delete(stored)
    files.delete()
    OwnDocument.objects.filter(storage_key__in=keys).delete()
    for name, value in ERASED.items():
        setattr(row, name, value)
    row.save(update_fields=[*ERASED])
    if row.state == CaseState.DRAFT:
        happened(row, EventKind.WITHDRAWN, by=by, now=now, to=CaseState.WITHDRAWN, reason="unsent")
    return True


@transaction.atomic
def _forget_deliveries(by: Standing, now: datetime) -> int:
    oldest = retention.oldest_kept("permit-deliveries", now)
    told = HookDelivery.objects.exclude(state=Delivery.WAITING)
    erased = told.filter(made_at__lt=oldest).delete()[0] if oldest else 0
    if erased:
        audit.record(
            by=by.actor, action="erase", target="permits.subscription", key="all", after={"deliveries": erased}
        )
    return erased
