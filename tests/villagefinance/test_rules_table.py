"""docs/villagefinance-rules.md: every rule of the books is there, and whatever it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

from pilar.villagefinance.rules.refusals import SENTENCES

TESTS = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (TESTS.parent / "docs" / "villagefinance-rules.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| R")
]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_rule_has_its_row_and_its_tests() -> None:
    assert [row[0] for row in ROWS] == [*(f"R{no}" for no in range(1, 5)), "R4b", *(f"R{no}" for no in range(5, 25))]
    assert all(named(row[4]) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_its_tests_exist(row: list[str]) -> None:
    for name in named(row[4]):
        file, _colons, test = name.partition("::")
        path = TESTS / (f"{file}.py" if "/" in file else f"villagefinance/{file}.py")
        assert re.search(rf"^def {test}\(", path.read_text(encoding="utf-8"), re.MULTILINE), name


@pytest.mark.django_db
def test_what_the_database_is_to_refuse_it_knows() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname::text FROM pg_constraint UNION SELECT indexname::text FROM pg_indexes"
            " UNION SELECT viewname::text FROM pg_views"
            " UNION SELECT regexp_replace(tgname, '^pgtrigger_(.*)_[0-9a-f]{5}$', '\\1') FROM pg_trigger"
        )
        known = {name for (name,) in cursor.fetchall()} | SENTENCES.keys()
    assert {name for row in ROWS for name in named(row[3])} - known == set()
