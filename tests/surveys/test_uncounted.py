"""While a survey runs each answer that does not count says why; nothing is told of those that do."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from pilar.surveys import queries
from pilar.surveys.operations import Source
from pilar.surveys.reference import questionnaire
from pilar.surveys.rules.answers import Flag, reasons_of
from surveys.world import NOW, World, impact

pytestmark = pytest.mark.django_db
HEAD = ["Program", "Perangkat daerah", "Mengapa tidak dihitung", "Jawaban"]


def doubted(world: World) -> None:
    """Of the first programme one answer that counts, one that counts half, two too fast, one of a device that has
    answered, one that is both; of the second one of a program."""
    world.open()
    same = dict.fromkeys(("easier", "quicker", "clearer", "heard", "involved", "lasting", "wanted"), 4)
    device, quick = Source(device="peramban-1"), NOW - timedelta(seconds=3)
    world.answer(source=device)
    world.answer(impact(answers=same))
    world.answer(began_at=quick)
    world.answer(began_at=quick)
    world.answer(source=device)
    world.answer(source=device, began_at=quick)
    world.answer(impact(trap="http://"), place=1)


def test_reasons_are_what_leaves_nothing_of_an_answer() -> None:
    quality = questionnaire("impact-2023").quality
    assert reasons_of([Flag.STRAIGHT], quality) == ()
    assert reasons_of([Flag.REPEATED, Flag.STRAIGHT, Flag.FAST], quality) == (Flag.FAST, Flag.REPEATED)


def test_every_answer_that_does_not_count_is_in_one_row(world: World) -> None:
    doubted(world)
    rows = queries.uncounted(world.row(), scope=world.who("coordinator"))
    assert [(one.place, one.reasons, one.count) for one in rows] == [
        (0, (Flag.FAST,), 2), (0, (Flag.FAST, Flag.REPEATED), 1), (0, (Flag.REPEATED,), 1), (1, (Flag.BOT,), 1),
    ]  # fmt: skip
    cells = queries.cells(world.row(), scope=world.who("coordinator"))
    assert sum(one.count for one in rows) == sum(cell.count - cell.counting for cell in cells)
    assert queries.by_reason(rows) == ((Flag.FAST, 3), (Flag.REPEATED, 2), (Flag.BOT, 1))
    assert {one.place for one in queries.uncounted(world.row(), scope=world.who("contributor"))} == {0}


def test_page_list_and_files_say_the_same(world: World) -> None:
    doubted(world)
    client, at = world.client("coordinator"), f"/kerja/survei/{world.survey}/"
    progress = client.get(f"{at}kemajuan/").content.decode()
    assert "dijawab lebih cepat" in progress
    assert "nilai yang sama untuk setiap pertanyaan" not in progress, "it counts, so nothing is told of it"
    assert f"{at}tidak-dihitung/" in progress
    page = client.get(f"{at}tidak-dihitung/").content.decode()
    text = client.get(f"{at}tidak-dihitung/?as=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    book = client.get(f"{at}tidak-dihitung/?as=xlsx").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[0] == rows[0] == HEAD
    assert [[str(one) for one in row[:3]] for row in sheet[1:]] == [row[:3] for row in rows[1:]]
    assert [(row[2], int(float(row[3]))) for row in rows[1:]] == [
        (one.why, one.count) for one in queries.uncounted(world.row(), scope=world.who("coordinator"))
    ]
    assert all(row[2] in page for row in rows[1:])


def test_the_api_tells_them(world: World) -> None:
    doubted(world)
    told = world.client("contributor").get(f"/api/v1/surveys/{world.survey}/uncounted").json()
    assert told[0] == {
        "cell": world.cell(), "programme": "Layanan desa daring", "reasons": ["fast"], "count": 2,
    }  # fmt: skip
    assert len(told) == 3
