"""Published results are sealed: the page leads to the proof, the open data hold what a stranger checks them with."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from evaluation.cycle.agreed import agree, approve, compute, publish, published
from evaluation.cycle.world import CODE, NOW, World
from pilar.evaluation import operations
from pilar.evaluation.operations import results
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed
from pilar.platform import seal_checker
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
