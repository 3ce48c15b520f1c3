"""What the database itself refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from kit.neighbours import FAR, own
from measures.world import NOW, OTHER, OWN, World, measure
from pilar.measures.models import Definition, Measure, SourceSystem, SourceToken, Value

pytestmark = pytest.mark.django_db


@contextmanager
def refused(name: str, kind: type[DatabaseError] = IntegrityError) -> Iterator[None]:
    with pytest.raises(kind, match=name), transaction.atomic():
        yield


# Sources and their tokens


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"code": "sipinter"}, "source_code_once_in_region"),
        ({"code": "Sikd"}, "source_code_format"),
        ({"code": "si--kd"}, "source_code_format"),
        ({"title": " "}, "source_has_a_title"),
    ],
)
def test_sources(world: World, changed: dict[str, Any], name: str) -> None:
    with refused(name):
        SourceSystem.objects.create(**{"region_id": OWN, "code": "sikd", "title": "SIKD", "created_at": NOW, **changed})
    assert SourceSystem.objects.create(region_id=FAR, code="sipinter", title="SIPINTER", created_at=NOW).pk


def test_a_source_stays_where_it_is(world: World) -> None:
    row = own(SourceSystem).get(code="sipinter")
    row.active = False
    row.save()
    row.region_id = OTHER
    with refused("source_stays"):
        row.save()
    with refused("Cannot delete", ProgrammingError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM measures_sourcesystem")


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"name": " "}, "source_token_has_a_name"),
        ({"digest": "0" * 63}, "source_token_kept_as_hash"),
        ({"digest": "G" * 64}, "source_token_kept_as_hash"),
        ({"expires_at": NOW}, "source_token_a_year_at_most"),
        ({"expires_at": NOW + timedelta(days=366)}, "source_token_a_year_at_most"),
        ({"revoked_at": NOW - timedelta(seconds=1)}, "source_token_revoked_after_made"),
    ],
)
def test_tokens(world: World, changed: dict[str, Any], name: str) -> None:
    given = {
        "source": own(SourceSystem).get(code="sipinter"), "name": "server", "digest": "0" * 64, "beginning": "abc",
        "created_by": "", "created_at": NOW, "expires_at": NOW + timedelta(days=365),
    }  # fmt: skip
    with refused(name):
        SourceToken.objects.create(**given | changed)
    assert SourceToken.objects.create(**given).pk
    with refused("digest"):
        SourceToken.objects.create(**given)


def test_a_revoked_token_stays_revoked(world: World) -> None:
    row = own(SourceToken).get()
    row.revoked_at = row.created_at
    row.save()
    row.revoked_at = None
    with refused("source_token_stays_revoked"):
        row.save()


# Measures


def given_measure(world: World, **changed: Any) -> Measure:
    fields = {
        "region_id": OWN, "code": "baru", "office_id": world.cast.office, "period": "quarter",
        "starts_on": date(2026, 4, 1), "due_days": 10, "created_at": NOW,
    }  # fmt: skip
    return Measure.objects.create(**fields | changed)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"code": "izin-terbit"}, "measure_code_once_in_region"),
        ({"code": "Baru"}, "measure_code_format"),
        ({"period": "hour"}, "measure_period_known"),
        ({"starts_on": date(2026, 4, 2)}, "measure_starts_with_a_period"),
        ({"starts_on": date(2026, 2, 1)}, "measure_starts_with_a_period"),
        ({"ends_on": date(2026, 3, 31)}, "measure_ends_after_start"),
        ({"due_days": 367}, "measure_due_within_a_year"),
    ],
)
def test_measures(world: World, changed: dict[str, Any], name: str) -> None:
    with refused(name):
        given_measure(world, **changed)
    assert given_measure(world).pk


def test_office_and_source_are_of_the_region(world: World) -> None:
    with refused("measure_office_in_region"):
        given_measure(world, office_id=world.cast.team.other_office)
    elsewhere = SourceSystem.objects.create(region_id=OTHER, code="sikd", title="SIKD", created_at=NOW)
    with refused("measure_source_in_region"):
        given_measure(world, source=elsewhere)
    row = measure()
    row.source = elsewhere
    with refused("measure_source_in_region"):
        row.save()


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "lain"), ("period", "month"), ("starts_on", date(2025, 1, 1)), ("synthetic", True)],
)
def test_what_a_measure_is_never_changes(world: World, field: str, value: Any) -> None:
    row = measure()
    setattr(row, field, value)
    with refused("measure_stays"):
        row.save()


def test_a_measure_is_kept_and_ends_after_its_values(world: World) -> None:
    world.report(("izin-terbit", "2026-03-05", "1"))
    row = measure()
    row.ends_on = date(2026, 3, 4)
    with refused("measure_ends_after_values"):
        row.save()
    row.ends_on = date(2026, 3, 5)
    row.save()
    with refused("Cannot delete", ProgrammingError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM measures_measure")


# Definitions


def test_a_definition_is_only_ever_closed(world: World) -> None:
    row = own(Definition).get(measure=measure())
    row.title_id = "Lain"
    with refused("definition_only_closed"):
        row.save()
    row.refresh_from_db()
    row.until = date(2026, 5, 1)
    row.save()
    for until in (None, date(2026, 6, 1)):
        row.until = until
        with refused("definition_only_closed"):
            row.save()
    with refused("Cannot delete", ProgrammingError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM measures_definition")


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"number": 1}, "definition_number_once"),
        ({"number": 3}, "definition_follows"),
        ({"since": date(2026, 5, 2)}, "definition_follows"),
        ({"until": date(2026, 4, 30)}, "definition_ends_after_begin"),
        ({"title_id": " "}, "definition_says_something"),
        ({"text_id": ""}, "definition_says_something"),
        ({"unit_id": ""}, "definition_says_something"),
        ({"direction": "left"}, "definition_direction_known"),
        ({"aggregation": "max"}, "definition_aggregation_known"),
        ({"decimals": 7}, "definition_decimals_kept"),
        ({"lowest": 2, "highest": 1}, "definition_bounds_in_order"),
    ],
)
def test_definitions(world: World, changed: dict[str, Any], name: str) -> None:
    row = measure()
    own(Definition).filter(measure=row).update(until=date(2026, 5, 1))
    given = {
        "measure": row, "number": 2, "since": date(2026, 5, 1),
        "title_id": "Izin", "text_id": "Izin", "unit_id": "izin",
        "direction": "up", "aggregation": "sum", "decimals": 0, "written_by": "", "written_at": NOW,
    }  # fmt: skip
    with refused(name):
        Definition.objects.create(**given | changed)
    assert Definition.objects.create(**given).pk


def test_one_definition_holds(world: World) -> None:
    row = own(Definition).get(measure=measure())
    row.pk, row.number, row.since = None, 0, date(2026, 1, 1)
    with refused("definition_(one_holds_now|number_from_one)"):
        row.save(force_insert=True)
    row.number, row.until = 0, date(2026, 1, 1)
    with refused("definition_number_from_one"):
        row.save(force_insert=True)


# Values


def add(world: World, code: str = "izin-terbit", **changed: Any) -> None:
    row = measure(code)
    given: dict[str, Any] = {
        "measure": row, "starts_on": date(2026, 3, 1), "number": 1, "value": Decimal(4), "reported_at": NOW,
        "source": row.source,
    }  # fmt: skip
    if row.source is None:
        given["account_id"] = world.cast.keys["contributor"]
    with transaction.atomic():
        Value.objects.create(**given | changed)


@pytest.mark.parametrize(
    ("code", "changed", "name"),
    [
        ("desa-daring", {"starts_on": date(2026, 3, 2)}, "value_period_fits_measure"),
        ("rahasia", {"starts_on": date(2025, 3, 1)}, "value_period_fits_measure"),
        ("izin-terbit", {"starts_on": date(2025, 12, 31)}, "value_while_measure_runs"),
        ("izin-terbit", {"value": Decimal(5001)}, "value_plausible"),
        ("izin-terbit", {"value": Decimal(-1)}, "value_plausible"),
        ("izin-terbit", {"number": 0, "reason": "salah"}, "value_number_from_one"),
        ("izin-terbit", {"number": 2, "reason": "salah"}, "value_corrects_the_latest"),
        ("izin-terbit", {"number": 1, "source": None}, "value_of_account_or_source"),
        ("desa-daring", {"key": "a"}, "value_of_account_or_source"),
    ],
)
def test_values(world: World, code: str, changed: dict[str, Any], name: str) -> None:
    with refused(name):
        add(world, code, **changed)
    if code != "rahasia":
        add(world, code)


def test_a_value_has_one_author(world: World) -> None:
    with refused("value_of_account_or_source"):
        add(world, account_id=world.cast.keys["contributor"])


def test_a_value_is_added_once_and_corrected_in_order(world: World) -> None:
    add(world)
    with refused("measures_value_pkey"):
        add(world)
    with refused("value_corrected_with_reason"):
        add(world, number=2)
    with refused("value_corrected_with_reason"):
        add(world, number=2, reason=" ")
    add(world, number=2, reason="salah")
    with refused("measures_value_pkey"):
        add(world, number=2, reason="salah juga")
    with refused("value_corrects_the_latest"):
        add(world, number=4, reason="terlalu jauh")


def test_a_correction_is_of_the_same_measure_and_period(world: World) -> None:
    add(world)
    with refused("value_corrects_the_latest"):
        add(world, number=2, reason="salah", starts_on=date(2026, 3, 2))
    with refused("value_corrects_the_latest"):
        add(world, "desa-daring", number=2, reason="salah")


def test_a_source_reports_its_own_measures_and_a_key_once(world: World) -> None:
    other = SourceSystem.objects.create(region_id=OWN, code="sikd", title="SIKD", created_at=NOW)
    for code in ("izin-terbit", "desa-daring"):
        with refused("value_source_of_measure"):
            add(world, code, source=other, account_id=None)
    add(world, key="a")
    with refused("value_key_once_of_source"):
        add(world, starts_on=date(2026, 3, 2), key="a")
    add(world, starts_on=date(2026, 3, 3))
    add(world, starts_on=date(2026, 3, 4))


def test_evidence_is_of_the_region(world: World) -> None:
    own, elsewhere = (
        world.cast.add(link="https://contoh.invalid/"),
        world.cast.add("neighbour", link="https://b.invalid/"),
    )
    with refused("value_evidence_of_region"):
        add(world, "desa-daring", evidence_id=elsewhere)
    add(world, "desa-daring", evidence_id=own)


def test_an_ended_measure_takes_nothing_later(world: World) -> None:
    own(Measure).filter(code="izin-terbit").update(ends_on=date(2026, 3, 1))
    add(world)
    with refused("value_while_measure_runs"):
        add(world, starts_on=date(2026, 3, 2))


@pytest.mark.parametrize("statement", ["UPDATE measures_value SET value = 5", "DELETE FROM measures_value"])
def test_values_are_append_only(world: World, statement: str) -> None:
    add(world)
    with refused("Cannot update or delete rows", ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_values_are_never_emptied(world: World) -> None:
    with refused("Cannot truncate", ProgrammingError), connection.cursor() as cursor:
        cursor.execute("TRUNCATE measures_value")


def test_one_bad_row_keeps_a_whole_copy_out(world: World) -> None:
    """What the guard says of one statement it says of all its rows."""
    row = measure()
    made = [
        Value(measure=row, starts_on=date(2026, 1, 1) + timedelta(days=day), number=1, value=Decimal(day),
              reported_at=datetime.now(tz=NOW.tzinfo), source=row.source)
        for day in range(50)
    ]  # fmt: skip
    made[30].value = Decimal(9999)
    with refused("value_plausible"):
        Value.objects.bulk_create(made)
    assert not own(Value).exists()


def test_the_neighbour_has_rows_of_every_kind(world: World) -> None:
    """Otherwise a filter that forgets the region would find no more than it should."""
    assert world.neighbour.lacks() == set()
