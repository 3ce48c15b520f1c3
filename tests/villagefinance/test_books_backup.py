"""Books that come back from a backup: whole, as they were sealed, and still under all rules."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection

from kit.databases import connected_to, drop
from pilar.config import backup, postgres, production
from pilar.config.commandline import main
from pilar.people.rules import SCHEDULE
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import Entry
from pilar.villagefinance.rules.refusals import Refused
from villagefinance.test_at_once import close_month, whole
from villagefinance.world import NOW, World


def chain_of(world: World) -> list[str]:
    return [*Entry.objects.filter(**world.of_village).order_by("place").values_list("hash", flat=True)]


@pytest.mark.thorough
def test_the_books_of_a_restored_database_verify_and_go_on(
    committed_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, server, name = committed_world, os.environ["DATABASE_URL"], f"restored_{os.getpid()}"
    monkeypatch.setattr(production, "prepare", lambda: None)
    world.receive()
    world.pay()
    close_month(world)
    do.seal_books(by=SCHEDULE, now=NOW)
    hashes = chain_of(world)
    own = postgres.other_database(server, str(connection.settings_dict["NAME"]))
    made = backup.back_up(url=own, folder=tmp_path, evidence=None, keys={}, now=NOW)
    assert backup.drill(backup=made, url=own, say=lambda _sentence: None).differing == ()
    with psycopg.connect(server, autocommit=True) as beside:
        beside.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[call-overload]
    try:
        backup.restore(backup=made, url=postgres.other_database(server, name), evidence=None)
        with connected_to(name):
            assert chain_of(world) == hashes
            assert main(["check-books"]) == 0
            file = str(tmp_path / "buku.json")
            assert main(["export-books", world.village, file]) == 0
            assert main(["verify-books", file, hashes[-1]]) == 0
            assert "ok  " in capsys.readouterr().out
            with pytest.raises(Refused, match="Bulan ini sudah ditutup"):
                world.pay(1)
            with pytest.raises(DatabaseError):
                Entry.objects.update(told="Lain")
            assert world.receive(5).number == 2
            whole(world)
    finally:
        drop(name)
