"""Migrations that keep the classes which they leave as they are make the same tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from psycopg import sql
from pytest_django import DjangoDbBlocker

from kit import databases
from pilar.config import postgres
from pilar.platform.migrating import classes_kept

pytestmark = pytest.mark.thorough
NAMES = ("migrated_plainly", "migrated_quickly")


@pytest.fixture
def empty(django_db_setup: None) -> Iterator[tuple[str, ...]]:
    """Two databases without tables."""
    databases.drop(*NAMES)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        for name in NAMES:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield NAMES
    databases.drop(*NAMES)


def test_the_tables_are_the_same(empty: tuple[str, ...], tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    dumps = []
    for name, way in zip(empty, (nullcontext(), classes_kept()), strict=True):
        dumps.append(dump_of(name, way, tmp_path / name, django_db_blocker))
    assert "CREATE TRIGGER" in dumps[0]
    assert dumps[0] == dumps[1]


def dump_of(name: str, way: AbstractContextManager[None], file: Path, blocker: DjangoDbBlocker) -> str:
    with blocker.unblock(), databases.connected_to(name), way:
        call_command("migrate", verbosity=0)
    url = postgres.other_database(os.environ["DATABASE_URL"], name)
    postgres.run("pg_dump", url, "--no-owner", "--exclude-table-data=django_migrations", f"--file={file}")
    # What begins with a backslash is drawn by chance for each dump.
    return "".join(line for line in file.read_text().splitlines(keepends=True) if not line.startswith("\\"))
