"""How far assessors agree: what the pages and the API say, and that nobody but the secretariat reads it."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from django.test import Client

from evaluation.cycle.agreed import agree
from evaluation.cycle.world import CODE, FAR, LEAVES, NEIGHBOUR, NOW, OWN, REGIONS, World
from pilar.evaluation.models import Mark
from pilar.evaluation.queries import agreement, mark_sheets
from pilar.evaluation.rules.stages import AssessmentState
from pilar.index.agreement import Alpha, ordinal_alpha

PAGE = f"/kerja/periode/{CODE}/kesepakatan/1/"
JSON = f"/api/v1/campaigns/{CODE}/phases/1/agreement"
PANEL = ("chair", "assessor1", "assessor2")

GIVEN = {OWN: (4, 4, 3), NEIGHBOUR: (3, 3, 2), FAR: (1, 1, 0)}
"""The same for every indicator: the third assessor gives one less everywhere."""


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Nothing is kept from another test."""
    kept = agreement._table, agreement._over_all, agreement._by_indicator, agreement._by_assessor, agreement._one
    for one in (*kept, mark_sheets.sheets_of):
        one.cache_clear()


def mark_all(world: World) -> None:
    agree(world)
    for region, given in GIVEN.items():
        for who, value in zip(PANEL, given, strict=True):
            for node in LEAVES:
                Mark.objects.create(
                    assessment=world.assessment(region),
                    node=node,
                    assessor_id=world.key(who),
                    value=value,
                    changed_at=NOW,
                )


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def words(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", read(client, address)))


def signed_in(world: World, name: str, region: str = OWN) -> Client:
    client = Client()
    client.force_login(world.user(name, region))
    return client


def test_agreement_is_that_of_the_library(world: World) -> None:
    mark_all(world)
    found = json.loads(read(signed_in(world, "secretariat"), JSON))
    expected = ordinal_alpha(np.array([GIVEN[region] for region in REGIONS], dtype=float))
    assert isinstance(expected, Alpha)
    assert (found["regions"], found["assessors"], found["marks"]) == (3, 3, 45)
    assert {one["node"] for one in found["indicators"]} == set(LEAVES)
    for one in found["indicators"]:
        assert one["alpha"]["value"] == round(expected.value, 4)
        assert one["alpha"]["lower"] <= one["alpha"]["value"] <= one["alpha"]["upper"]
    assert found["over_all"]["icc_single"]["reason"] == "not_asked"
    assert found["over_all"]["icc_single"]["value"] < found["over_all"]["icc_average"]["value"]


def test_who_gives_less_than_the_others_is_told(world: World) -> None:
    """One less than the mean of the others in each of fifteen marks; the others are half a point above."""
    mark_all(world)
    client = signed_in(world, "secretariat")
    found = {one["id"]: one for one in json.loads(read(client, f"{JSON}/assessors"))}
    low, high = found[world.key("assessor2")], found[world.key("chair")]
    assert (low["severity"]["value"], low["marks"], low["regions"]) == (-1, 15, 3)
    assert low["severity"]["reason"] == "constant"
    assert low["leaning"] == "severe"
    assert high["severity"]["value"] == 0.5
    assert low["alpha_without"]["value"] == 1
    page = words(client, f"{PAGE}asesor/")
    assert world.user("assessor2").name in page
    assert "−1,00" in page
    assert "Menilai lebih rendah" in page


def test_one_indicator_has_all_intervals(world: World) -> None:
    mark_all(world)
    client = signed_in(world, "secretariat")
    found = json.loads(read(client, f"{JSON}/indicators/policy"))
    assert found["icc_single"]["lower"] <= found["icc_single"]["value"] <= found["icc_single"]["upper"]
    page = words(client, f"{PAGE}indikator/policy/")
    assert "Kebijakan" in page
    assert "rata-rata 3,0 nilai per daerah" in page
    read(client, f"{PAGE}indikator/output/", 404)
    read(client, f"{PAGE}indikator/none/", 404)


def test_only_panels_that_have_agreed_count(world: World) -> None:
    mark_all(world)
    world.set_assessment(AssessmentState.SUBMITTED, FAR)
    client = signed_in(world, "secretariat")
    assert json.loads(read(client, JSON))["regions"] == 2
    for region in REGIONS:
        world.set_assessment(AssessmentState.SUBMITTED, region)
    for address in (PAGE, f"{PAGE}asesor/", f"{PAGE}indikator/policy/"):
        assert "Belum ada panel yang sepakat" in words(client, address)
    assert json.loads(read(client, JSON))["over_all"] is None
    assert json.loads(read(client, f"{JSON}/assessors")) == []
    assert json.loads(read(client, f"{JSON}/indicators/policy")) is None


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}asesor/", f"{PAGE}indikator/policy/", JSON, f"{JSON}/assessors"])
def test_nobody_else_reads_who_agrees_with_whom(world: World, address: str) -> None:
    mark_all(world)
    for name in ("coordinator", "verifier", "contributor", "chair", "assessor1"):
        read(signed_in(world, name), address, 403)
    read(signed_in(world, "assessor4"), address, 404)
    assert Client().get(address).status_code in (302, 401)
    read(signed_in(world, "secretariat"), address)


def test_agreement_is_worked_out_once(world: World, django_assert_num_queries: Any) -> None:
    mark_all(world)
    by = world.who("secretariat")
    with django_assert_num_queries(4):
        agreement.phase_agreement(CODE, 1, by=by)
    with django_assert_num_queries(3):
        agreement.phase_agreement(CODE, 1, by=by)
    with django_assert_num_queries(4):
        agreement.assessors_agreement(CODE, 1, by=by)


def test_results_lead_to_agreement(world: World) -> None:
    agree(world)
    assert PAGE in read(signed_in(world, "secretariat"), f"/kerja/periode/{CODE}/hasil/1/")
