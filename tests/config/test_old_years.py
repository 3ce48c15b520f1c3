"""A closed year of the books on a second server: read as before, written never, and gone only with that server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from areas.places import load
from kit.databases import connected_to_server, copy_tables
from pilar.config import backup, old_years, roles
from pilar.config.commandline import main
from pilar.config.embedded import PASSING, EmbeddedServer, Place
from pilar.config.old_years import CopyDiffers, NoWrapper, YearNotClosed, YearNotHere
from pilar.people.rules import OPERATOR
from pilar.villagefinance import operations
from pilar.villagefinance.queries import positions, realisation
from pilar.villagefinance.queries.books import BookKind, book
from pilar.villagefinance.rules.journal import Kind
from villagefinance.test_closing import carry, close, year_of_books
from villagefinance.world import (
    COUNTRY,
    NOW,
    REGION,
    SISTER,
    YEAR,
    World,
    bank,
    begin,
    box,
    raw_bank,
    raw_line,
    refused,
)

READER, SERVING, PASSWORD = "pilar_reads_old", "pilar_serves", "kata-sandi-uji"
pytestmark = pytest.mark.thorough


@dataclass(frozen=True)
class Two:
    """Two servers: of the site, and of its old years."""

    here: EmbeddedServer
    there: EmbeddedServer

    @property
    def reading(self) -> str:
        return self.there.place.url(f"{READER}:{quote(PASSWORD)}")

    def move(self, year: int = YEAR, serving: str | None = SERVING) -> old_years.Moved:
        connection.close()
        return old_years.move(
            year, url=self.here.place.url(), there=self.there.place.url(), reading=self.reading, serving=serving,
            say=lambda _sentence: None,
        )  # fmt: skip


@contextmanager
def server(name: str) -> Iterator[EmbeddedServer]:
    home = Path(tempfile.mkdtemp(prefix=f"pilar-{name}-"))
    home.chmod(0o711)
    made = EmbeddedServer(Place(home), options=PASSING)
    try:
        with made:
            yield made
    finally:
        shutil.rmtree(made.place.sockets, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def two(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Two]:
    with ExitStack() as stack:
        here, there = (stack.enter_context(server(name)) for name in ("new", "old"))
        copy_tables(here.place.url())
        with psycopg.connect(there.place.url()) as second:
            second.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'")
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(connected_to_server(here.place.url()))
        roles.make(SERVING, PASSWORD)
        roles.grant(SERVING)
        yield Two(here, there)


@pytest.fixture
def world(two: Two) -> World:
    """A village that has closed its year and begun the next, with money taken along."""
    load(COUNTRY)
    operations.make_years(by=OPERATOR, now=NOW)
    made = begin()
    year_of_books(made)
    close(made)
    carry(made)
    return made


def read(world: World) -> list[Any]:
    """All that the pages of a village and of its region say of both years, and what checks them."""
    head, office = world.who("head"), world.who("office")
    found: list[Any] = [
        book(world.village, year, month, kind, scope=head)
        for year in (YEAR, YEAR + 1) for month in (1, 2, 3, 12) for kind in BookKind
    ]  # fmt: skip
    for year in (YEAR, YEAR + 1):
        found += [
            realisation.realisation(world.village, year, 12, scope=head),
            realisation.activities(world.village, year, 12, scope=head),
            realisation.consolidated(REGION, year, 12, scope=office),
            realisation.public_villages(REGION, year, 12, scope=head),
            positions.realised(world.village, year),
            positions.surplus(world.village, date(year, 12, 31)),
        ]
    return [*found, positions.balances(world.village), [*positions.differences(world.village)]]


def lines_here() -> list[tuple[Any, ...]]:
    """By year: what kind of table holds the lines, and how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.year, c.relkind, count(*) FROM villagefinance_line AS l JOIN pg_class AS c ON c.oid = l.tableoid"
            " GROUP BY 1, 2 ORDER BY 1"
        )
        return cursor.fetchall()


def test_a_moved_year_reads_as_before_and_is_never_written(two: Two, world: World) -> None:
    before, (old, new) = read(world), lines_here()
    assert before[-1] == []
    moved = two.move()
    assert (moved.lines, moved.size > 0) == (old[2], True)
    assert read(world) == before
    assert lines_here() == [(YEAR, "f", old[2]), new]

    with refused("year_is_moved"):
        world.stored(raw_bank("D", 5), raw_line("C", 5, 1))
    more = "region, village, year, place, 99::smallint, side, amount, account, activity, fund, line, bank_account, tax"
    for statement in (
        f"INSERT INTO villagefinance_line SELECT {more} FROM villagefinance_line WHERE year = {YEAR} LIMIT 1",
        f"UPDATE villagefinance_line SET amount = 1 WHERE year = {YEAR}",
        f"DELETE FROM villagefinance_line WHERE year = {YEAR}",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with psycopg.connect(two.reading) as second, pytest.raises(psycopg.errors.InsufficientPrivilege):
        second.execute(f"DELETE FROM villagefinance_years.line_{YEAR}")
    assert read(world) == before
    world.book(Kind.WITHDRAWAL, box(1), bank(1), day=date(YEAR + 1, 1, 10))
    assert [*positions.differences(world.village)] == []


def test_who_serves_reads_a_moved_year_too(two: Two, world: World) -> None:
    before = read(world)
    two.move()
    with connected_to_server(two.here.place.url(f"{SERVING}:{quote(PASSWORD)}")):
        assert read(world) == before
        assert operations.make_years(by=OPERATOR, now=NOW.replace(year=YEAR)) == 1, "the year before, not the moved one"


def test_without_the_second_server_later_years_are_read_and_booked(two: Two, world: World) -> None:
    head = world.who("head")
    two.move()
    later = book(world.village, YEAR + 1, 1, BookKind.GENERAL, scope=head)
    two.there.stop()
    assert book(world.village, YEAR + 1, 1, BookKind.GENERAL, scope=head) == later
    assert realisation.consolidated(REGION, YEAR, 12, scope=world.who("office")).villages
    world.book(Kind.WITHDRAWAL, box(1), bank(1), day=date(YEAR + 1, 1, 10))
    with pytest.raises(OperationalError):
        book(world.village, YEAR, 3, BookKind.GENERAL, scope=head)
    connection.close()
    two.there.start()
    assert [*positions.differences(world.village)] == []


def test_only_what_every_village_has_closed_is_moved_and_once(two: Two, world: World) -> None:
    begin(SISTER).receive()
    with pytest.raises(YearNotClosed, match=SISTER):
        two.move()
    with pytest.raises(YearNotHere):
        two.move(2016)
    operations.close_year(by=world.who("sister"), village=SISTER, year=YEAR, now=NOW)
    two.move()
    with pytest.raises(YearNotHere):
        two.move()


def test_a_copy_that_differs_moves_nothing(two: Two, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before, copy = (read(world), lines_here()), old_years._copy

    def damaged(here: Any, part: Any, there: str, year: int, reader: str) -> None:
        copy(here, part, there, year, reader)
        with psycopg.connect(there) as second:
            second.execute(f"UPDATE villagefinance_years.line_{year} SET amount = amount + 1 WHERE no = 1")

    monkeypatch.setattr(old_years, "_copy", damaged)
    with pytest.raises(CopyDiffers):
        two.move()
    assert (read(world), lines_here()) == before
    monkeypatch.undo()
    two.move()
    assert read(world) == before[0]


def test_an_owner_without_the_wrapper_is_told_what_to_ask_for(two: Two, world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE pilar_keeps LOGIN PASSWORD 'x'; GRANT pilar TO pilar_keeps WITH INHERIT TRUE")
    connection.close()
    with pytest.raises(NoWrapper, match="pilar_keeps"):
        old_years.move(
            YEAR, url=two.here.place.url("pilar_keeps:x"), there=two.there.place.url(), reading=two.reading,
            serving=None, say=lambda _sentence: None,
        )  # fmt: skip
    assert lines_here()[0][1] == "r"


def test_the_command_moves_a_year_and_a_backup_of_what_is_left_restores(
    two: Two, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    settings = {
        "PILAR_SECRET_KEY": "k" * 40, "PILAR_ALLOWED_HOSTS": "pilar.test", "DATABASE_URL": two.here.place.url(),
        "PILAR_EVIDENCE_FOLDER": str(folder), "PILAR_LANGUAGE": "en",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    translation.activate("en")
    connection.close()
    assert main(["move-year", str(YEAR)]) == 2
    assert "PILAR_OLD_YEARS_URL" in capsys.readouterr().err
    monkeypatch.setenv("PILAR_OLD_YEARS_OWNER_URL", two.there.place.url())
    monkeypatch.setenv("PILAR_OLD_YEARS_URL", two.reading)
    assert main(["move-year", str(YEAR)]) == 0
    assert f"lines of {YEAR} moved" in capsys.readouterr().out
    assert main(["backup", str(tmp_path / "copies")]) == 0
    proof = backup.drill(
        backup=backup.newest(tmp_path / "copies"), url=two.here.place.url(), say=lambda _sentence: None
    )
    assert proof.differing == ()
