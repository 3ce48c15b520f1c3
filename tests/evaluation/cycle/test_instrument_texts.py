"""Question, guidance, examples and what each mark asks for, where somebody answers and where somebody marks."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evaluation.cycle.panel import hand_in
from evaluation.cycle.world import INSTRUMENT, OWN, World
from pilar import index
from pilar.evaluation import operations
from pilar.evaluation.models import Campaign, Instrument
from pilar.evaluation.rules.answer_sheets import MAX_CELL
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import OPERATOR
from pilar.platform.tables import inspect_content

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TEXTS = """\
          question: {id: Apakah perdanya sudah terbit?, en: Is the regulation out?}
          guidance: {id: Sebut nomor dan tanggalnya., en: Name its number and date.}
          examples: {id: Perda 3/2024, en: Regulation 3 of 2024}
          descriptors:
            - {value: 0, id: Belum ada rancangan, en: No draft yet}
            - {value: 4, id: Terbit dan dilaksanakan, en: Out and carried out}
"""
LEAF = "        - code: policy\n"
DOCUMENT = INSTRUMENT.replace("version: 1.0", "version: 1.5").replace(LEAF, LEAF + TEXTS)
SAID = (
    "Is the regulation out?", "Name its number and date.", "Regulation 3 of 2024", "No draft yet", "Out and carried out"
)  # fmt: skip


@pytest.fixture
def told(world: World) -> World:
    """The campaign follows an instrument that has texts for its first indicator."""
    operations.add_instrument(by=OPERATOR, instrument=index.parse_instrument(DOCUMENT), document=DOCUMENT)
    Campaign.objects.update(instrument=Instrument.objects.get(version="1.5"))
    return world


def seen(world: World, who: str, address: str) -> str:
    client = Client()
    client.force_login(world.user(who, OWN), BACKEND)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_answers_reads_the_question_and_what_each_mark_asks_for(told: World) -> None:
    told.set_phase(PhaseState.OPEN)
    key = told.assessment().pk
    page = seen(told, "coordinator", f"/en/kerja/penilaian/{key}/indikator/policy/")
    assert [one for one in SAID if one not in page] == []
    assert page.index("Is the regulation out?") < page.index("Weight, rubric and their sources")
    other = seen(told, "coordinator", f"/en/kerja/penilaian/{key}/indikator/poverty/")
    assert "Is the regulation out?" not in other
    assert "Weight, rubric and their sources" not in other
    assert "How it is marked" in other


def test_the_form_as_a_workbook_says_them_and_comes_back(told: World) -> None:
    told.set_phase(PhaseState.OPEN)
    key, client = told.assessment().pk, Client()
    client.force_login(told.user("coordinator", OWN), BACKEND)
    book = client.get(f"/en/kerja/penilaian/{key}/formulir.xlsx").content
    cells = [str(cell) for row in inspect_content("form.xlsx", book, longest_cell=MAX_CELL).rows for cell in row.cells]
    assert [one for one in SAID if not any(one in cell for cell in cells)] == []
    sent = SimpleUploadedFile("form.xlsx", book)
    answer = client.post(f"/en/kerja/penilaian/{key}/impor/", {"file": sent})
    assert answer.context["import"]["report"].fault_count == 0


def test_who_marks_reads_them_beside_the_marks(told: World) -> None:
    key = hand_in(told, phase=PhaseState.DESK_CHECK)
    page = seen(told, "assessor1", f"/en/kerja/asesor/{key}/")
    assert [one for one in SAID if one not in page] == []
    assert page.count("Out and carried out") == 1


def test_everybody_reads_them_with_the_instrument(told: World) -> None:
    page = Client().get("/en/instrumen/cycle-test/1.5/").content.decode()
    assert [one for one in SAID if one not in page] == []
