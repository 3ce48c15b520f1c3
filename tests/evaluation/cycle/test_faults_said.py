"""What is refused is said in the words of the page or the file, and what was typed comes back."""

from __future__ import annotations

import io
import logging
import re
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from confirming import confirmed
from evaluation.cycle.agreed import agree, approve, compute
from evaluation.cycle.panel import finish, give, hand_in
from evaluation.cycle.test_answers_sheets import TREE
from evaluation.cycle.test_results_pages import period, signed_in
from evaluation.cycle.world import World
from kit.worlds import once
from pilar.evaluation import operations
from pilar.evaluation.models import Mark, Objection
from pilar.evaluation.rules.answers import Given, faults_of, read_given
from pilar.evaluation.rules.readiness import NO_EVIDENCE, remarks_on
from pilar.evaluation.rules.stages import PhaseState
from pilar.platform.errors import Faults

CODES = ("policy", "budget", "programmes", "poverty", "survey", "mark", "quantity", "realised", "planned")


def said(node: str, **cells: str) -> list[str]:
    """The sentences of a page about what was typed."""
    reading = read_given(TREE.node(node), cells)
    faults = reading.faults or faults_of(TREE, TREE.node(node), reading.given)
    with translation.override("id"):
        return [fault.sentence and fault.text().removeprefix(f"{fault.place}: ") for fault in faults]


@pytest.mark.parametrize(
    ("node", "cells"),
    [
        ("policy", {"mark": "7"}),
        ("policy", {"mark": "2.5"}),
        ("policy", {"quantity": "3"}),
        ("poverty", {"quantity": "500"}),
        ("poverty", {"mark": "3"}),
        ("programmes", {"realised": "1", "planned": "0"}),
        ("survey", {"mark": "9"}),
    ],
)
def test_a_page_names_indicators_and_fields_by_their_titles(node: str, cells: dict[str, str]) -> None:
    (sentence,) = said(node, **cells)
    assert not any(code in sentence for code in CODES), sentence


def test_the_title_stands_in_the_sentence_in_the_readers_language() -> None:
    assert "Kebijakan" in said("policy", mark="7")[0]
    (fault,) = faults_of(TREE, TREE.node("policy"), Given(mark=Decimal(7)))
    with translation.override("en"):
        assert "Policy" in fault.text()
    assert said("policy", quantity="3") == ["Indikator ini tidak memakai isian ini; yang dipakai: Nilai"]


@pytest.mark.parametrize("typed", ["tiga", "9-10-2026"])
def test_a_page_speaks_of_the_field_and_a_file_of_the_cell(typed: str) -> None:
    page, file = (read_given(TREE.node("policy"), {"mark": typed}, in_file=known).faults[0] for known in (False, True))
    with translation.override("id"):
        assert "Kosongkan isian ini" in page.text()
        assert "kosongkan sel" in file.text()
        assert "isian ini" not in file.text()


def workbook(rows: list[list[object]]) -> SimpleUploadedFile:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile("isian.xlsx", stream.getvalue())


def test_every_refused_row_of_a_workbook_says_where_it_stands(world: World) -> None:
    world.set_phase(PhaseState.OPEN)
    file = workbook([["code", "mark", "quantity"], ["policy", 7, None], ["poverty", None, "banyak"]])
    key = world.assessment().pk
    page = signed_in(world, "coordinator").post(f"/kerja/penilaian/{key}/impor/", {"file": file}).content.decode()
    assert re.findall(r'class="number">(\d)</th>\s*<td[^>]*>([^<]*)</td>', page) == [
        ("2", "Nilai (B)"),
        ("3", "Kuantitas (C)"),
    ]
    file.seek(0)
    answer = signed_in(world, "coordinator").post(f"/api/v1/assessments/{key}/import", {"file": file}).json()
    assert [row["faults"][0]["place"] for row in answer["rows"]] == [
        "isian.xlsx, baris 2, kolom Nilai (B)",
        "isian.xlsx, baris 3, kolom Kuantitas (C)",
    ]


def test_a_mark_out_of_scale_and_marks_that_are_missing_are_named_by_title(world: World) -> None:
    key = hand_in(world)
    client = signed_in(world, "assessor1")
    page = client.post(f"/kerja/asesor/{key}/nilai/policy/", {"value": "9", "reason": "x", "version": "0"})
    assert "Kebijakan adalah 9" in page.content.decode()
    give(world, key, "assessor1")
    Mark.objects.filter(node__in=["policy", "budget"]).delete()
    with pytest.raises(Faults) as refused, translation.override("id"):
        finish(world, key, "assessor1")
    with translation.override("id"):
        assert refused.value.text().endswith("Kebijakan; Anggaran")


# A ratio far above what was planned


@pytest.mark.parametrize(("realised", "told"), [("20", False), ("20.01", True), ("900", True), ("0", False)])
def test_more_than_twice_the_plan_is_doubted(realised: str, told: bool) -> None:
    given = Given(realised=Decimal(realised), planned=Decimal(10), source="Laporan", explanation="x")
    codes = [one.fault.code for one in remarks_on(TREE, TREE.node("programmes"), given, NO_EVIDENCE, None)]
    assert ("far-above-plan" in codes) == told


def test_the_doubt_stands_beside_the_answer_and_in_the_panel_of_readiness(world: World) -> None:
    world.set_phase(PhaseState.OPEN)
    key = world.assessment().pk
    operations.save_answer(
        by=world.who("coordinator"), assessment=key, node="programmes", seen_version=0, now=world.phases[1].opens_at,
        given=Given(realised=Decimal(90), planned=Decimal(10), source="Laporan"),
    )  # fmt: skip
    for address in ("indikator/programmes/", "pengajuan/"):
        page = signed_in(world, "coordinator").get(f"/kerja/penilaian/{key}/{address}").content.decode()
        assert "Realisasi lebih dari 2 kali rencana: periksa angkanya" in page


# More text than is read


def no_traceback(caplog: pytest.LogCaptureFixture) -> bool:
    return not any(record.exc_info for record in caplog.records)


@once
def contested(world: World) -> World:
    agree(world)
    compute(world)
    approve(world)
    period(world)
    return world


def test_three_megabytes_come_back_with_the_limit(contested: World, caplog: pytest.LogCaptureFixture) -> None:
    typed = "a" * 3_000_000
    key = contested.assessment().pk
    coordinator, form = signed_in(contested, "coordinator"), f"/kerja/hasil/{key}/sanggah/policy/"
    answer = confirmed(coordinator, form, {"text": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert typed in page
    assert "paling banyak 10.000 karakter" in page
    assert not Objection.objects.exists()
    assert no_traceback(caplog)


def test_three_megabytes_in_an_answer_come_back_too(world: World) -> None:
    world.set_phase(PhaseState.OPEN)
    key, typed = world.assessment().pk, "a" * 3_000_000
    answer = signed_in(world, "coordinator").post(
        f"/kerja/penilaian/{key}/indikator/policy/", {"mark": "3", "explanation": typed, "version": "0"}
    )
    assert answer.status_code == 422
    assert typed in answer.content.decode()
    assert "paling banyak 10.000 karakter" in answer.content.decode()


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_more_than_can_be_read_is_refused_with_the_limit(
    contested: World, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    key, client = contested.assessment().pk, signed_in(contested, "coordinator")
    typed = "a" * 11_000_000
    address = f"/kerja/hasil/{key}/sanggah/policy/"
    if kind == "multipart/form-data":
        answer = client.post(address, {"text": typed})
    else:
        answer = client.post(address, f"text={typed}", content_type=kind)
    assert answer.status_code == 413
    assert "paling banyak 10.000 karakter" in answer.content.decode()
    assert no_traceback(caplog)


def test_the_api_refuses_it_as_problem_json(world: World, caplog: pytest.LogCaptureFixture) -> None:
    key = hand_in(world)
    client = Client(raise_request_exception=False)
    client.force_login(world.user("assessor1"))
    body = {"value": "3", "reason": "a" * 11_000_000, "version": 0}
    answer = client.put(f"/api/v1/marking/{key}/marks/policy", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too-much-text")
    assert no_traceback(caplog)
