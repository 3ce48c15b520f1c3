"""An assessor's marks from a file, by the API: first a report row by row, then all of them or none."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evaluation.cycle.panel import finish, give
from evaluation.cycle.world import NEIGHBOUR, World
from pilar.evaluation.models import Mark
from pilar.platform.models import AuditEvent


def send(
    world: World, key: int, text: str | bytes, who: str = "assessor1", *, apply: bool = False, status: int = 200
) -> Any:
    client = Client()
    client.force_login(world.user(who))
    name, content = ("nilai.csv", text.encode()) if isinstance(text, str) else ("nilai.xlsx", text)
    answer = client.post(
        f"/api/v1/marking/{key}/import{'?apply=true' if apply else ''}", {"file": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


WHOLE = 'code,value,reason,version\npolicy,3,,\nbudget,4,Anggaran terbukti,0\nprogrammes,,,\nsurvey,"3,2",,\n'


def test_the_report_says_what_each_row_would_change_and_changes_nothing(world: World, key: int) -> None:
    report = send(world, key, WHOLE)
    assert report["applied"] is False
    assert [(row["row"], row["node"], row["outcome"]) for row in report["rows"]] == [
        (2, "policy", "changed"), (3, "budget", "changed"), (4, "programmes", "unchanged"), (5, "survey", "changed"),
    ]  # fmt: skip
    assert report["rows"][1]["changes"] == [
        {"field": "value", "before": "", "after": "4"},
        {"field": "reason", "before": "", "after": "Anggaran terbukti"},
    ]
    assert not Mark.objects.exists()
    assert not AuditEvent.objects.filter(target="evaluation.mark").exists()


def test_applied_the_marks_are_kept_and_a_second_time_changes_nothing(world: World, key: int) -> None:
    assert send(world, key, WHOLE, apply=True)["applied"] is True
    kept = {row.node: (row.value, row.reason, row.version) for row in Mark.objects.all()}
    assert kept == {
        "policy": (Decimal(3), "", 1), "budget": (Decimal(4), "Anggaran terbukti", 1),
        "survey": (Decimal("3.2"), "", 1),
    }  # fmt: skip
    assert {row.assessor_id for row in Mark.objects.all()} == {world.key("assessor1")}
    again = send(world, key, WHOLE, apply=True)
    assert {row["outcome"] for row in again["rows"]} == {"unchanged"}
    assert AuditEvent.objects.filter(target="evaluation.mark").count() == 3


def test_a_workbook_is_read_as_well(world: World, key: int) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    for number, row in enumerate([["version", "code", "value"], [None, "policy", 3], [0, "survey", 3.2]]):
        sheet.write_row(number, 0, row)
    book.close()
    send(world, key, stream.getvalue(), apply=True)
    assert Mark.objects.count() == 2


def test_marks_of_a_column_are_read_together(world: World, key: int) -> None:
    report = send(world, key, "code;value;reason\npolicy;3;\nsurvey;3,12;Diulang\n")
    changes = [one for row in report["rows"] for one in row["changes"]]
    assert [row["faults"] for row in report["rows"]] == [[], []]
    assert [one["after"] for one in changes if one["field"] == "value"] == ["3", "3.12"]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["code", "value"])
    sheet.write_row(1, 0, ["policy"])
    sheet.write_number(1, 1, 0.75, book.add_format({"num_format": "0%"}))
    book.close()
    (row,) = send(world, key, stream.getvalue())["rows"]
    assert [(one["code"], one["place"]) for one in row["faults"]] == [
        ("percent-sign", "nilai.xlsx, baris 2, kolom value (B)")
    ]


REFUSED = """\
code,value,reason,version
policy,9,x,
budget,4,,
nowhere,3,,
programmes,9/10,,
poverty,tiga,,
survey,3.25,x,x
policy,3,,
"""


def test_every_row_is_told_with_its_place_and_while_one_is_refused_none_is_kept(world: World, key: int) -> None:
    report = send(world, key, REFUSED)
    assert [(row["row"], [(fault["code"], fault["place"]) for fault in row["faults"]]) for row in report["rows"]] == [
        (2, [("out-of-scale", "nilai.csv, baris 2, kolom value (B)")]),
        (3, [("no-reason", "nilai.csv, baris 3, kolom reason (C)")]),
        (4, [("unknown-indicator", "nilai.csv, baris 4, kolom code (A)")]),
        (5, [("not-a-number", "nilai.csv, baris 5, kolom value (B)")]),
        (6, [("not-a-number", "nilai.csv, baris 6, kolom value (B)")]),
        (7, [("broken-version", "nilai.csv, baris 7, kolom version (D)")]),
        (8, [("indicator-twice", "nilai.csv, baris 8, kolom code (A)")]),
    ]
    problem = send(world, key, REFUSED, apply=True, status=422)
    assert len(problem["faults"]) == 7
    good_and_bad = "code,value,reason\npolicy,3,\nbudget,9,x\n"
    assert [row["outcome"] for row in send(world, key, good_and_bad)["rows"]] == ["changed", "refused"]
    send(world, key, good_and_bad, apply=True, status=422)
    assert not Mark.objects.exists()


def test_a_mark_that_moved_on_is_refused(world: World, key: int) -> None:
    give(world, key, "assessor1")
    (row,) = send(world, key, "code,value,reason,version\npolicy,1,Kurang,0\n")["rows"]
    assert (row["outcome"], row["faults"][0]["code"]) == ("refused", "outdated")
    (row,) = send(world, key, "code,value,reason,version\npolicy,1,Kurang,1\n", apply=True)["rows"]
    assert row["changes"][0] == {"field": "value", "before": "3", "after": "1"}
    assert Mark.objects.get(node="policy").version == 2


def test_a_reason_without_a_mark_is_told(world: World, key: int) -> None:
    (row,) = send(world, key, "code,value,reason\npolicy,,Lupa\n")["rows"]
    assert row["faults"][0]["code"] == "no-mark"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("code,value,warna\npolicy,3,x\n", "unknown-column"),
        ("value\n3\n", "missing-column"),
        ("code,reason\npolicy,x\n", "missing-column"),
        ("code,value,code\npolicy,3,budget\n", "column-twice"),
        (b"PK\x03\x04rusak", None),
        ("", None),
    ],
)
def test_a_file_that_is_no_table_of_marks_is_refused_whole(
    world: World, key: int, text: str | bytes, code: str | None
) -> None:
    problem = send(world, key, text, status=422)
    assert problem["faults"]
    assert code is None or code in {fault["code"] for fault in problem["faults"]}


def test_who_has_finished_and_who_has_no_seat_imports_nothing(world: World, key: int) -> None:
    assert send(world, key, WHOLE, "coordinator", status=403)
    assert send(world, key, WHOLE, "assessor4", status=404)
    assert send(world, world.assessment(NEIGHBOUR).pk, WHOLE, status=409), "not handed in"
    give(world, key, "assessor1")
    finish(world, key, "assessor1")
    assert send(world, key, WHOLE, apply=True, status=409)["code"] == "marking-finished"
