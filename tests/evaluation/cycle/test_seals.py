"""Published results are sealed: the page leads to the proof, the open data hold what a stranger checks them with."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from evaluation.cycle import plan
from evaluation.cycle.agreed import agree, approve, compute, publish, published
from evaluation.cycle.world import CODE, NOW, OWN, World
from evaluation.samples import group, row
from kit.worlds import once
from pilar.evaluation import operations
from pilar.evaluation.operations import results
from pilar.evaluation.operations.sealing import PublishedDiffers
from pilar.evaluation.rules.publishing import SCOPE
from pilar.evaluation.rules.stages import PhaseState
from pilar.masterplan.queries.public import plans_in_law
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed
from pilar.platform import seal, seal_checker, sealing
from pilar.platform.models import SealEntry, SealHead

PAGE = f"/hasil/pilar/{CODE}/1/"


def read(address: str) -> Any:
    answer = Client().get(address)
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_the_open_data_prove_themselves_without_pilar(world: World, tmp_path: Path) -> None:
    published(world)
    with zipfile.ZipFile(io.BytesIO(Client().get(f"{PAGE}data.zip").content)) as archive:
        archive.extractall(tmp_path)
    command = [sys.executable, "-I", "periksa_segel.py", "segel.json", "results.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 results are those that were sealed (" in done.stdout
    assert "final_exact" in done.stdout
    rows = (tmp_path / "results.json").read_text(encoding="utf-8")
    (tmp_path / "results.json").write_text(rows.replace('"rank_in_nation": 3', '"rank_in_nation": 1'), encoding="utf-8")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_the_page_leads_to_proof_register_and_checker(world: World) -> None:
    published(world)
    page = Client().get(PAGE).content.decode()
    for address in (f"{PAGE}versi/1/segel.json", "/hasil/pilar/register-segel.json", "/hasil/pilar/periksa_segel.py"):
        assert f'href="{address}"' in page
    proof, register = read(f"{PAGE}versi/1/segel.json"), read("/hasil/pilar/register-segel.json")
    assert seal_checker.check_proof(proof)
    assert seal_checker.check_register(register)
    assert register["leaves"][0] == proof["leaf"]
    assert Client().get("/hasil/pilar/periksa_segel.py").content.startswith(b"#!/usr/bin/env python3")


def test_nothing_is_sealed_before_publication(world: World) -> None:
    agree(world)
    compute(world)
    approve(world)
    assert not SealEntry.objects.exists()
    assert Client().get("/hasil/pilar/register-segel.json").status_code == 404
    assert Client().get(f"{PAGE}segel.json").status_code == 404


def test_what_was_published_before_is_sealed_by_the_upgrade(world: World) -> None:
    agree(world)
    compute(world)
    approve(world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results, "seal_publication", lambda _one: None)
        patch.setattr(results, "sign_heads", lambda at: 0)
        world.set_phase(PhaseState.FINAL)
        publish(world)
    assert 'segel.json"' not in Client().get(PAGE).content.decode()
    assert operations.seal_published(by=OPERATOR, now=NOW) == 1
    assert operations.seal_published(by=OPERATOR, now=NOW) == 0
    assert (SealEntry.objects.count(), SealHead.objects.count()) == (1, 1)
    assert seal_checker.check_proof(read(f"{PAGE}versi/1/segel.json"))
    with pytest.raises(NotAllowed):
        operations.seal_published(by=PUBLIC, now=NOW)


@once
def sealed(world: World) -> World:
    """Results, a plan in force and a statement of a source, each under its seal."""
    published(world)
    made, _line = plan.in_force(world)
    days = f"decreed_on = '{NOW:%F}', in_force_since = '{NOW:%F}'"
    past_pilar(f"UPDATE masterplan_version SET {days} WHERE id = {made.version}")
    operations.record_group(by=OPERATOR, group=group())
    operations.record_statement(by=OPERATOR, row=row())
    operations.seal_published(by=OPERATOR, now=NOW + timedelta(days=1))
    return world


def past_pilar(sql: str) -> None:
    """Change the tables as their owner could, without rules and triggers."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = replica; {sql}")
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")


def checked(tmp_path: Path, register: Any, published: Any) -> str:
    """What the program says that strangers run."""
    for name, content in (("register.json", register), ("terbitan.json", published)):
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    program = tmp_path / "periksa_segel.py"
    program.write_bytes(Path(seal_checker.__file__).read_bytes())
    command = [sys.executable, "-I", program.name, "register.json", "terbitan.json"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout


REGISTER, NOW_SHOWN = "/hasil/pilar/register-segel.json", "/hasil/segel/terbitan.json"


def test_all_that_is_published_is_under_one_root(sealed: World, tmp_path: Path) -> None:
    subjects = [f"{CODE}/1/v1", f"plan/{OWN}/2026/v1", "statements/2023/1"]
    assert [one["subject"] for one in read(NOW_SHOWN)["entries"]] == subjects
    assert "ok  3 entries are published as they were sealed" in checked(tmp_path, read(REGISTER), read(NOW_SHOWN))
    page = Client().get("/hasil/segel/").content.decode()
    assert read(REGISTER)["heads"][-1]["root"] in page
    assert f"Hasil {CODE}, tahap 1 dari 2, v1" in page
    assert all(f'href="{one}"' in page for one in (REGISTER, NOW_SHOWN, f"/rencana/{OWN}/", "/hasil/2023/"))
    operations.compare_published(by=SCHEDULE, now=NOW)


@pytest.mark.parametrize(
    ("sql", "subject"),
    [
        ("UPDATE evaluation_snapshotresult SET final = 3.35 WHERE region_id = '36.03'", f"{CODE}/1/v1"),
        ('UPDATE evaluation_snapshotresult SET scores = scores || \'{"policy": "4"}\'', f"{CODE}/1/v1"),
        ("UPDATE evaluation_publication SET letter_date = '2026-01-01'", f"{CODE}/1/v1"),
        ("UPDATE masterplan_version SET decreed_on = decreed_on - 1", "plan/"),
        ("UPDATE masterplan_content SET body = jsonb_set(body, '{title}', '\"Lain\"')", "plan/"),
        ("UPDATE evaluation_publishedresult SET final = 3.99", "statements/2023/1"),
    ],
)
def test_a_changed_figure_shows(sealed: World, tmp_path: Path, sql: str, subject: str) -> None:
    past_pilar(sql)
    said = checked(tmp_path, read(REGISTER), read(NOW_SHOWN))
    assert said.startswith(f"NOT as it was sealed: {subject}")
    assert "is not what was sealed as entry" in said
    if not subject.startswith("statements"):
        with pytest.raises(PublishedDiffers, match="1 differences"):
            operations.compare_published(by=SCHEDULE, now=NOW)


def test_what_is_removed_shows(sealed: World, tmp_path: Path) -> None:
    past_pilar("DELETE FROM evaluation_publication")
    assert "entry 1 was sealed and is not published any more" in checked(tmp_path, read(REGISTER), read(NOW_SHOWN))
    with pytest.raises(PublishedDiffers):
        operations.compare_published(by=SCHEDULE, now=NOW)


@pytest.mark.django_db
def test_the_hash_of_programmes_hangs_on_no_collation_of_the_database() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert list(plans_in_law()) == []
    ordered = re.search(r'ORDER BY \(?"masterplan_line"."code" *([^)]*)', asked.captured_queries[0]["sql"])
    assert ordered is not None
    assert ordered[1] == 'COLLATE "C"'


def test_results_published_past_pilar_show(sealed: World, tmp_path: Path) -> None:
    past_pilar("DELETE FROM platform_sealentry WHERE number = 1")
    register = read(REGISTER)
    assert read(NOW_SHOWN)["entries"][-1]["subject"] == f"{CODE}/1/v1"
    with pytest.raises(PublishedDiffers, match="1 differences"):
        operations.compare_published(by=SCHEDULE, now=NOW)
    never = {"entries": read(NOW_SHOWN)["entries"][-1:]}
    with pytest.raises(seal_checker.Refused, match=f"{CODE}/1/v1 is published and was never sealed"):
        seal_checker.check_published(register, never)


def test_a_register_that_has_grown_is_given_to_who_has_an_older_one(sealed: World) -> None:
    """It grows by night, when neither results nor statements have changed."""
    kept = Client().get(REGISTER)
    assert "Last-Modified" not in kept
    seen = {"If-None-Match": kept["ETag"], "If-Modified-Since": http_date(datetime(2200, 1, 1, tzinfo=UTC).timestamp())}
    assert Client().get(REGISTER, headers=seen).status_code == 304
    sealing.sign_heads(at=NOW + timedelta(days=5))
    for again in (seen, {"If-Modified-Since": seen["If-Modified-Since"]}):
        assert len(Client().get(REGISTER, headers=again).json()["heads"]) == len(kept.json()["heads"]) + 1


def test_a_correction_of_a_source_is_the_next_edition(sealed: World, tmp_path: Path) -> None:
    kept = read(REGISTER)
    operations.record_statement(by=OPERATOR, row=row(rank=9))
    assert "statements/2023/1 is not what was sealed" in checked(tmp_path, read(REGISTER), read(NOW_SHOWN))
    operations.seal_published(by=OPERATOR, now=NOW + timedelta(days=2))
    assert [one["subject"] for one in read(NOW_SHOWN)["entries"]][2:] == ["statements/2023/1", "statements/2023/2"]
    assert "ok  4 entries" in checked(tmp_path, read(REGISTER), read(NOW_SHOWN))
    assert "ok  the 3 entries of the older copy still stand" in checked(tmp_path, read(REGISTER), kept)


def test_who_rewrites_the_register_with_its_key_is_found_by_an_older_copy(sealed: World, tmp_path: Path) -> None:
    kept = read(REGISTER)
    past_pilar("UPDATE evaluation_snapshotresult SET final = 3.35 WHERE region_id = '36.03'")
    past_pilar("TRUNCATE platform_sealentry, platform_sealhead")
    operations.seal_published(by=OPERATOR, now=NOW + timedelta(days=1))
    assert "ok  3 entries" in checked(tmp_path, read(REGISTER), read(NOW_SHOWN))
    assert "rewritten: entry 1 is not the one of the older copy" in checked(tmp_path, read(REGISTER), kept)


def test_what_is_sealed_late_is_not_dated_back(sealed: World, tmp_path: Path) -> None:
    """Though it says an earlier moment; an entry that claims one all the same is found."""
    sealing.append(scope=SCOPE, subject="statements/2022/1", content={"year": 2022, "statements": []}, at=NOW)
    sealing.sign_heads(at=NOW + timedelta(days=3))
    register, shown = read(REGISTER), read(NOW_SHOWN)
    assert "ok  4 entries" in checked(tmp_path, register, shown)
    early = shown["entries"][3] | {"sealed_at": "2020-01-01T00:00:00Z"}
    leaves = [*register["leaves"][:3], seal.leaf_hash(seal.canonical(early)).hex()]
    links = [one.hex() for one in seal_checker.chained(SCOPE, [bytes.fromhex(leaf) for leaf in leaves])]
    forged = register | {"leaves": leaves, "chain": links, "heads": register["heads"][:-1]}
    assert "an entry is dated back" in checked(tmp_path, forged, {**shown, "entries": [*shown["entries"][:3], early]})
