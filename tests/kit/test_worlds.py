"""Worlds that are built once: whole for every test, undone by none, gone when nobody asks any more."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, DjangoDbBlocker

from kit.worlds import KEPT, Kept, once
from pilar.areas.models import Province, Region

BUILT: list[str] = []

pytestmark = pytest.mark.in_order


@dataclass
class Land:
    key: str
    names: list[str] = field(default_factory=list)


@once
def land() -> Land:
    BUILT.append("land")
    Province.objects.create(code="91", name="Negeri")
    transaction.on_commit(lambda: BUILT.append("committed"))
    return Land("91", ["Negeri"])


@once
def town(land: Land) -> Land:
    BUILT.append("town")
    Region.objects.create(code="91.01", name="Kota", kind="city", province_id=land.key)
    land.names.append("Kota")
    return land


@pytest.mark.parametrize("_time", range(3))
def test_each_test_finds_the_world_as_it_was_built(land: Land, _time: int) -> None:
    assert land.names == ["Negeri"]
    assert Province.objects.get(pk=land.key).name == "Negeri"
    assert BUILT.count("land") == 1
    land.names.clear()
    Province.objects.filter(pk=land.key).update(name="Lain")
    Province.objects.create(code="92", name="Tamu")
    assert cache.get("guest") is None
    cache.set("guest", 1)


@pytest.mark.parametrize("_time", range(2))
def test_one_world_stands_on_another(land: Land, town: Land, _time: int) -> None:
    assert town is land
    assert town.names == ["Negeri", "Kota"]
    assert Region.objects.get(code="91.01").province.name == "Negeri"
    assert (BUILT.count("land"), BUILT.count("town")) == (1, 1)
    town.names.clear()
    Region.objects.filter(code="91.01").delete()


def test_the_upper_one_goes_where_it_is_not_asked_for(land: Land) -> None:
    assert land.names == ["Negeri"]
    assert not Region.objects.filter(code="91.01").exists()
    assert BUILT.count("land") == 1


def test_callbacks_of_the_building_are_not_those_of_the_test(
    land: Land, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        transaction.on_commit(lambda: land.names.append("after"))
    assert len(callbacks) == 1
    assert land.names == ["Negeri", "after"]
    assert "committed" not in BUILT


def test_a_lost_connection_costs_this_test_alone(land: Land) -> None:
    connection.close()


def test_the_world_stands_again_on_a_new_connection(land: Land) -> None:
    assert Province.objects.filter(pk=land.key).exists()
    assert BUILT.count("land") == 2


@pytest.mark.django_db
def test_nothing_stands_where_nobody_asks() -> None:
    assert not KEPT.levels
    assert not Province.objects.filter(code__startswith="91").exists()


def test_a_test_that_commits_builds_its_own(transactional_db: None, town: Land) -> None:
    assert not connection.in_atomic_block
    assert not KEPT.levels
    assert town.names == ["Negeri", "Kota"]
    assert BUILT[-3:] == ["land", "committed", "town"]
    assert Region.objects.filter(code="91.01").exists()


def test_what_stood_on_a_connection_that_was_made_anew_is_left(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    kept = Kept()
    with django_db_blocker.unblock():
        kept._raise("ground", lambda: Province.objects.create(code="93", name="Hilang"))
        connection.close()
        connection.connect()
        kept.leave()
        assert not kept.levels
        assert not connection.in_atomic_block
        assert not Province.objects.filter(code="93").exists()
