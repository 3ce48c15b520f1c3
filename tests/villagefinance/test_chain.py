"""The chain of a village's books: computed by the database and by Python, sealed each day, checked without both."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.selection import examples
from pilar.config import commandline, production
from pilar.people.models import Notice
from pilar.people.rules import OPERATOR, SCHEDULE, NotFound
from pilar.platform import seal_checker, sealing
from pilar.villagefinance import operations
from pilar.villagefinance.models import Book, Entry, Line, SealedBook
from pilar.villagefinance.operations.sealing import BooksDiffer
from pilar.villagefinance.queries import lines, positions
from pilar.villagefinance.rules import chain
from pilar.villagefinance.rules.journal import Item, Kind
from villagefinance.accounts import account
from villagefinance.world import DDS_IN, NOW, ROAD, World, bank, item, tax

TOMORROW = NOW + timedelta(days=1)
DAY = "2026-01-20"


@pytest.fixture(autouse=True)
def _console(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands find the database of the test."""
    monkeypatch.setattr(production, "prepare", lambda: None)


main = commandline.main


def fill(world: World) -> None:
    world.receive(500)
    world.pay(100)
    world.book(Kind.PAYMENT, item(100, ROAD), bank(89), tax(11))


def sealed(world: World, *, now: Any = NOW) -> int:
    return operations.seal_books(by=OPERATOR, now=now)


@given(st.text(max_size=60), st.text(max_size=40))
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[*HealthCheck])
def test_database_and_python_compute_the_same(world: World, told: str, paper: str) -> None:
    """Whatever is written: quotes, signs of control, letters beyond the first plane."""
    told, paper = (text.replace("\0", "").encode("utf-8", "ignore").decode() for text in (told, paper))
    world.stored(
        {"side": "D", "amount": bank(5).amount, **_raw(bank(5))},
        {"side": "C", "amount": bank(5).amount, **_raw(item(5, DDS_IN))},
        told=told,
        document=paper,
    )
    books = lines.books(world.village, scope=world.who("treasurer"))
    assert (books["entries"][-1]["told"][8:10], chain.chain(world.village, books["entries"])[-1]) == (
        [paper, told],
        Book.objects.get(**world.of_village).head,
    )


def _raw(one: Item) -> dict[str, Any]:
    names = ("account", "activity", "fund", "line", "bank_account", "tax")
    return {name: getattr(one, name) for name in names}


def test_what_is_told_of_an_entry(world: World) -> None:
    fill(world)
    books = lines.books(world.village, scope=world.who("head"))
    told = books["entries"][1]["told"]
    assert told[:13] == [
        "pilar-entry/1", "36.03", world.village, 2025, 2, "payment", 1, "2025-03-10", "SPP 1", "Uji",
        "user:3", "user:2", "user:1",
    ]  # fmt: skip
    assert books["entries"][2]["lines"] == [
        [1, "D", "100.00", "5.3.5.03", "2.3.10", "DDS", ROAD, None, ""],
        [2, "C", "89.00", "1.1.1.02", "", "DDS", None, 2, ""],
        [3, "C", "11.00", "7.1.1", "", "DDS", None, None, "ppn"],
    ]
    assert books["day"] is None
    assert Entry.objects.get(place=1, **world.of_year).previous == chain.beginning(world.village)


def test_each_day_one_root_over_all_villages_is_sealed(world: World) -> None:
    fill(world)
    assert sealed(world) == Book.objects.count()
    assert sealed(world) == 0
    world.receive(5)
    assert sealed(world, now=TOMORROW) == 1
    register = sealing.register_of(chain.SCOPE)
    assert (len(register["leaves"]), seal_checker.check_register(register)[0]) == (
        2,
        "chain of 2 entries of villagefinance.books",
    )
    assert SealedBook.objects.filter(**world.of_village).count() == 2


def test_books_are_checked_against_any_sealed_day(world: World) -> None:
    fill(world)
    sealed(world)
    world.receive(5)
    sealed(world, now=TOMORROW)
    world.receive(5)
    first, latest = (lines.books(world.village, scope=OPERATOR, day=day) for day in (date(2026, 1, 20), None))
    assert [chain.check(one, [])[1] for one in (first, latest)] == [
        f"3 of them in the root of {DAY}",
        "4 of them in the root of 2026-01-21",
    ]
    printed = first["entries"][2]["hash"]
    assert chain.check(first, [printed[:16]])[-1] == f"{printed[:16]} is entry 3"
    for unknown in (latest["entries"][4]["hash"], printed[:7], "0" * 64):
        with pytest.raises(seal_checker.Refused, match="no entry"):
            chain.check(latest, [unknown])


def test_books_of_a_village_are_for_those_who_work_with_them(world: World) -> None:
    for who in ("neighbour", "sister", "public", "nobody"):
        with pytest.raises(NotFound):
            lines.books(world.village, scope=world.who(who))


TAMPERED = {
    "an amount": lambda books: books["entries"][1]["lines"][0].__setitem__(2, "1.00"),
    "what is told": lambda books: books["entries"][1]["told"].__setitem__(9, "Lain"),
    "an entry goes": lambda books: books["entries"].pop(1),
    "the last entry goes": lambda books: books["entries"].pop(),
    "an order": lambda books: books["entries"].reverse(),
    "a hash": lambda books: books["entries"][1].__setitem__("hash", "0" * 64),
    "the root": lambda books: books["day"]["proof"]["entry"]["content"].__setitem__("root", "0" * 64),
    "the day": lambda books: books["day"]["proof"]["entry"].__setitem__("subject", "2026-01-19"),
    "the way": lambda books: books["day"]["inclusion"].__setitem__(0, "0" * 64),
    "the place": lambda books: books["day"].__setitem__("place", 1),
    "how far": lambda books: books["day"].__setitem__("entries", 2),
    "the signature": lambda books: books["day"]["proof"]["head"].__setitem__("signature", "0" * 128),
}


def test_whatever_is_changed_in_exported_books_is_found(world: World) -> None:
    fill(world)
    sealed(world)
    books = lines.books(world.village, scope=OPERATOR)
    assert chain.check(books, [])
    for name, change in TAMPERED.items():
        other = copy.deepcopy(books)
        change(other)
        with pytest.raises(seal_checker.Refused):
            assert not chain.check(other, []), name


def test_the_checker_stands_alone(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(world)
    sealed(world)
    file = tmp_path / "buku.json"
    assert main(["export-books", world.village, str(file)]) == 0
    shutil.copy(chain.__file__, tmp_path / "periksa_buku.py")
    shutil.copy(seal_checker.__file__, tmp_path / "periksa_segel.py")
    books = json.loads(file.read_text(encoding="utf-8"))
    head = books["day"]["proof"]["head"]
    last = books["entries"][-1]["hash"]

    def run(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-I", str(tmp_path / "run.py"), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    (tmp_path / "run.py").write_text(
        f"import sys; sys.path = [{str(tmp_path)!r}, *(one for one in sys.path if 'packages' not in one)]\n"
        "assert not any('pilar' in one for one in sys.path[1:])\n"
        "import periksa_buku; sys.exit(periksa_buku.main(sys.argv[1:]))",
        encoding="utf-8",
    )
    status, said = run(str(file), last[:16], "--key", head["key"])
    assert (status, said.count("ok  ")) == (0, 5), said
    assert run(str(file), "--key", "0" * 64)[0] == 1
    assert run(str(tmp_path / "none.json"))[0] == 1
    assert run()[0] == 2
    assert main(["verify-books", str(file), last, "--key", head["key"]]) == 0
    assert "is entry 3" in capsys.readouterr().out
    books["entries"][0]["told"][9] = "Lain"
    file.write_text(json.dumps(books), encoding="utf-8")
    assert main(["verify-books", str(file)]) == 1


def test_check_books_tells_every_difference(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    fill(world)
    assert main(["check-books"]) == 0
    said = capsys.readouterr()
    assert "2 buku diperiksa, 0 perbedaan" in said.out
    assert not said.err
    with pytest.MonkeyPatch.context() as terminal:
        terminal.setattr(sys.stderr, "isatty", lambda: True)
        assert main(["check-books"]) == 0
    assert [line[-4:] for line in capsys.readouterr().err.split("\r")[1:]] == [" 1/2", "2/2\n"]
    with connection.cursor() as cursor:
        for sql in (
            "UPDATE villagefinance_line SET amount = amount + 1 WHERE place = 2 AND no = 1 AND village = %s",
            "UPDATE villagefinance_entry SET told = 'Lain' WHERE place = 1 AND village = %s",
            "UPDATE villagefinance_cashposition SET moved = moved - 1 WHERE holder = 'ppn' AND village = %s",
            "UPDATE villagefinance_book SET entries = entries + 1 WHERE village = %s",
        ):
            cursor.execute(f"SET LOCAL session_replication_role = replica; {sql.replace('%s', repr(world.village))}")
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = {(one.rule, one.of) for one in positions.differences(world.village)}
    assert found == {
        ("budget position", "4/3"), ("cash position", "7.1.1/ppn/DDS/2025-03-10"), ("chain", "1"), ("chain", "head"),
        ("lines", "2"), ("surplus", "2025-03-10"),
    }  # fmt: skip
    assert main(["check-books", world.village]) == 1
    assert "1 buku diperiksa, 6 perbedaan" in capsys.readouterr().out
    told = Notice.objects.filter(user=account("inspectorate"), kind="villagefinance.books-differ", done_at=None)
    for _twice in range(2):
        with pytest.raises(BooksDiffer, match="6 differences"):
            operations.recount_books(by=SCHEDULE, now=NOW)
        assert told.count() == 1
    assert Line.objects.filter(village=world.village).exists()


def test_who_owns_the_tables_and_rewrites_a_chain_is_found_by_what_was_sealed(world: World) -> None:
    """Even with every hash computed again."""
    fill(world)
    sealed(world)
    kept = lines.books(world.village, scope=OPERATOR)["day"]
    with connection.cursor() as cursor, pgtrigger.ignore("villagefinance.Entry:entry_stays"):
        cursor.execute(
            "UPDATE villagefinance_entry SET told = 'Lain' WHERE place = 3 AND village = %s", [world.village]
        )
    books = lines.books(world.village, scope=OPERATOR)
    books["entries"][2]["hash"] = chain.link(books["entries"][1]["hash"], books["entries"][2]["told"])
    assert chain.chain(world.village, books["entries"])
    with pytest.raises(seal_checker.Refused, match="not the one of the day"):
        chain.check({**books, "day": kept}, [])
