"""The form that asks what the columns and words of a list mean: what it takes, and what it is not stopped by."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from kit.neighbours import own
from masterplan.lists import messy_list
from masterplan.pages import address, client_of
from masterplan.test_lists import asked, chosen, send
from masterplan.world import World
from pilar.areas.models import Office
from pilar.masterplan.models import ListWord
from pilar.platform.models import Import

pytestmark = pytest.mark.django_db


def csv(*owners: str) -> SimpleUploadedFile:
    rows = [f"Program {at};{owner};Kesehatan" for at, owner in enumerate(owners, start=1)]
    return SimpleUploadedFile("a.csv", "\n".join(["Program;OPD;Sub Dimensi", *rows]).encode())


def workbook(*rows: Sequence[Any], further: Sequence[str] = (), value: Any = 0) -> SimpleUploadedFile:
    """``value``: what formulas are said to come to; further sheets have a row each, and an empty one follows."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Matriks")
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("="):
                sheet.write_formula(at, place, cell, None, value)
            else:
                sheet.write(at, place, cell)
    for name in further:
        book.add_worksheet(name).write(3, 1, "Program lain")
    book.add_worksheet("Kosong")
    book.close()
    return SimpleUploadedFile("a.xlsx", stream.getvalue())


def office_words() -> dict[str, str]:
    return dict(own(ListWord).filter(kind="office").values_list("word", "meaning"))


def test_a_meaning_is_kept_for_the_word_that_was_asked_about_alone(world: World) -> None:
    client = client_of(world, "coordinator")
    given = chosen(send(client, world, messy_list(2)))
    # Meanwhile one of the words has become an abbreviation of an office, and is asked about no more.
    Office.objects.filter(pk=world.cast.colleagues_office).update(abbreviation="Dinkes")
    assert client.post(address("list-imports", world.version), given).status_code == 302
    assert office_words() == {"diskominfo": str(world.office)}


def test_long_and_many_words_do_not_keep_a_column_from_being_corrected(world: World) -> None:
    client, page = client_of(world, "coordinator"), address("list-imports", world.version)
    words = ["sangat " * 50, *(f"Kata {at}" for at in range(204))]
    first = client.post(page, {"file": csv(*words)})
    assert (len(asked(first)["words"]), asked(first)["more_words"]) == (200, 5)
    assert "5 " in first.content.decode().partition("</fieldset>")[2]
    given = chosen(first)
    assert client.post(page, given).status_code == 302
    assert office_words() == {}
    owner = next(one.name for one in asked(first)["columns"] if one.word == "opd")
    assert client.post(page, given | {owner: "-"}).status_code == 302
    assert own(ListWord).get(kind="column", word="opd").meaning == "-"
    # Only where a long word is given a meaning is it refused.
    client.post(page, given)
    long = next(one.name for one in asked(first)["words"] if one.word.startswith("sangat"))
    refused = client.post(page, given | {long: str(world.office)})
    assert (refused.status_code, office_words()) == (422, {})


def test_saying_what_words_mean_while_the_list_is_looked_at_is_told(world: World) -> None:
    client = client_of(world, "coordinator")
    given: dict[str, Any] = chosen(send(client, world, messy_list(1)))
    Import.objects.filter(pk=given["import"]).update(state="waiting")
    response = client.post(address("list-imports", world.version), given)
    assert response.status_code == 409
    assert response.context["import"]["faults"]
    assert not own(ListWord).exists()


HEADINGS = ("Program", "OPD", "Sub Dimensi", "Anggaran 2026 (Rp juta)")
ROW = ("Posyandu", "Dinas Kesehatan", "Kesehatan", "=2*250")


@pytest.mark.parametrize(("value", "code"), [("", "blank-formulas"), (500, "")])
def test_a_formula_that_shows_no_value_is_refused_rather_than_read_as_nothing(
    world: World, value: Any, code: str
) -> None:
    page = address("list-imports", world.version)
    response = client_of(world, "coordinator").post(page, {"file": workbook(HEADINGS, ROW, value=value)})
    found = response.context["import"]["kept"].found
    faults = {one.fault.code: one.fault.fields for one in found.faults if not one.row}
    assert faults == ({code: {"cells": "D2"}} if code else {})
    assert ("read-formulas" in {one.fault.code for one in found.notes}) == (not code)


def test_sheets_that_are_not_read_are_told_where_they_have_rows(world: World) -> None:
    page = address("list-imports", world.version)
    client = client_of(world, "coordinator")
    response = client.post(page, {"file": workbook(HEADINGS, ROW, further=("Tahun 2027", "Tahun 2028"))})
    notes = {one.fault.code: one.fault.fields for one in response.context["import"]["kept"].found.notes}
    assert notes["further-sheets"] == {"first": "Matriks", "sheets": "Tahun 2027, Tahun 2028"}
    response = client.post(page, {"file": workbook(HEADINGS, ROW)})
    assert "further-sheets" not in {one.fault.code for one in response.context["import"]["kept"].found.notes}
