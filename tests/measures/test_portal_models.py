"""What the database itself refuses of mappings, and of where values came from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, connection

from kit.neighbours import rows_of
from measures.test_models import refused
from measures.world import NOW, OTHER, OWN, World, measure
from pilar.measures.models import MappedFile, MappedValue, SourceMapping

pytestmark = pytest.mark.django_db


def add(**changed: Any) -> SourceMapping:
    given = {"region_id": OWN, "shape": "a" * 64, "number": 1, "title": "desa", "content": {}, "confirmed_at": NOW}
    return SourceMapping.objects.create(**{**given, "confirmed_by": "Uji", **changed})


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"number": 0}, "mapping_number_from_one"),
        ({"title": " "}, "mapping_has_a_title"),
        ({"shape": "A" * 64}, "mapping_shape_is_a_hash"),
        ({}, "mapping_number_once"),
    ],
)
def test_mappings(world: World, changed: dict[str, Any], name: str) -> None:
    add()
    with refused(name):
        add(**changed)
    assert add(number=2).pk


def test_a_value_comes_from_a_file_of_its_region_and_is_there(world: World) -> None:
    world.report(("desa-daring", "2026-01", "80"), by="contributor")
    mapping = add()
    with refused("mapped_file_has_a_hash"):
        MappedFile.objects.create(mapping=mapping, name="desa.csv", sha256="x", taken_at=NOW)
    file = MappedFile.objects.create(mapping=mapping, name="desa.csv", sha256="0" * 64, taken_at=NOW)
    given = {"measure": measure("desa-daring"), "starts_on": date(2026, 1, 1), "number": 1, "series": "nilai", "row": 2}
    with refused("mapped_value_is_there"):
        MappedValue.objects.create(**{**given, "file": file, "number": 2})
    elsewhere = rows_of(MappedFile, OTHER).get()
    with refused("mapped_value_of_region"):
        MappedValue.objects.create(**{**given, "file": elsewhere})
    assert MappedValue.objects.create(**{**given, "file": file}).pk


@pytest.mark.parametrize("table", ["sourcemapping", "mappedfile", "mappedvalue"])
@pytest.mark.parametrize("statement", ["DELETE FROM measures_{}", "UPDATE measures_{} SET {} = {}"])
def test_none_of_it_changes(world: World, table: str, statement: str) -> None:
    column = {"sourcemapping": "title", "mappedfile": "name", "mappedvalue": "series"}[table]
    with refused("Cannot update or delete rows", ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column, column))
