"""A row is found, permitted and locked through one door; shown with memberships, which need no room above."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError

from kit.elsewhere import elsewhere
from people.team import Team
from pilar.people.authority import Allowed, Authority, Case, Place
from pilar.people.models import Membership, User
from pilar.people.operations import held, locked
from pilar.people.rules import HeldRole, NotAllowed, NotFound, Role, Standing
from pilar.platform import locks
from pilar.platform.actors import Actor
from pilar.platform.errors import PilarError


class Do(StrEnum):
    END = "end"


class Ended(PilarError):
    code = "ended"
    sentence = "It has ended"


RULES: Authority[Do, Case] = Authority(
    {Do.END: Allowed(frozenset({Role.COORDINATOR}), Place.REGION, frozenset({"held"}))}, Ended
)


def end(by: Standing, **more: Any) -> Membership:
    def case(row: Membership) -> Case:
        return Case(row.area or "", state="held" if row.until is None else "ended")

    rows = Membership.objects.select_related("office")
    return locked(rows, by=by, action=Do.END, authority=RULES, case=case, **more)


def coordinator(region: str) -> Standing:
    return Standing(Actor("user", "9", "Siti"), (HeldRole(Role.COORDINATOR, region),))


@pytest.fixture
def key(team: Team) -> int:
    return Membership.objects.get(user=team.contributor).pk


def test_who_may_gets_the_row_with_what_is_loaded_with_it(key: int, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert end(coordinator("36.03"), pk=key).area == "36.03"


def test_who_may_not_know_is_told_that_there_is_nothing(key: int) -> None:
    for by, wanted in ((coordinator("36.71"), {"pk": key}), (coordinator("36.03"), {"pk": 0})):
        with pytest.raises(NotFound):
            end(by, **wanted)


def test_who_reads_it_is_told_that_it_is_not_theirs(key: int) -> None:
    with pytest.raises(NotAllowed):
        end(coordinator("36.71"), readable=Q(role=Role.CONTRIBUTOR), pk=key)
    with pytest.raises(NotFound):
        end(coordinator("36.71"), readable=Q(role=Role.VERIFIER), pk=key)


def test_who_may_is_told_of_the_state(key: int) -> None:
    row = Membership.objects.get(pk=key)
    row.until = row.since
    row.save()
    with pytest.raises(Ended):
        end(coordinator("36.03"), pk=key)


def test_a_text_that_no_table_holds_is_not_there(team: Team) -> None:
    with pytest.raises(NotFound):
        held(User.objects, email="nul\0")


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_locked() -> None:
    with pytest.raises(TransactionManagementError):
        locks.hold(User.objects, pk=1)


@pytest.mark.django_db(transaction=True)
def test_a_held_row_makes_changes_wait_and_lets_others_point_to_it() -> None:
    siti = User.objects.create(email="siti@contoh.invalid", name="Siti")
    budi = User.objects.create(email="budi@contoh.invalid", name="Budi")
    with transaction.atomic():
        held(User.objects, pk=siti.pk)
        assert elsewhere(lambda: held(User.objects, pk=siti.pk)) == "waits"
        assert elsewhere(lambda: User.objects.filter(pk=siti.pk).update(name="Ani")) == "waits"
        assert elsewhere(lambda: held(User.objects, pk=budi.pk)) == "done"
        since = "2026-01-01T00:00:00Z"
        assert elsewhere(lambda: Membership.objects.create(user=siti, role="assessor", since=since)) == "done"
    assert elsewhere(lambda: held(User.objects, pk=siti.pk)) == "done"


@pytest.mark.django_db(transaction=True)
def test_many_share_a_row_and_who_would_change_it_waits() -> None:
    siti = User.objects.create(email="siti@contoh.invalid", name="Siti")
    with transaction.atomic():
        locks.hold_shared(User, siti.pk)
        assert elsewhere(lambda: locks.hold_shared(User, siti.pk)) == "done"
        assert elsewhere(lambda: held(User.objects, pk=siti.pk)) == "waits"
