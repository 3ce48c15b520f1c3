"""Forms on paper: what stands on them, for each programme and for all of them."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from django.utils import translation
from pypdf import PdfReader

from kit.neighbours import own
from pilar.platform.language import Bilingual
from pilar.reports.paper import Choice, Lines, Listing, Scale, Tick
from pilar.reports.pdf import typeset
from pilar.surveys import queries
from pilar.surveys.documents import paper_forms
from pilar.surveys.models import Survey
from pilar.surveys.rules.paper import condition_of, numbers_of, option_read
from pilar.surveys.rules.questionnaire import Field, Option
from pilar.surveys.wording import public_address
from reports.reading import archived, codes, pages, words
from surveys.world import World, make_survey

pytestmark = pytest.mark.django_db


def at(world: World, page: str) -> str:
    return f"/kerja/survei/{world.survey}/kertas/{page}"


def test_a_form_holds_the_whole_questionnaire(world: World) -> None:
    world.open()
    answer = world.client("contributor").get(at(world, "0/formulir.pdf"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    told = words(answer.content)
    form = world.row().questionnaire
    for said in (form.title, form.purpose, form.consent, *form.scale.values()):
        assert str(said.id) in told
    chosen = [one for field in form.profile for one in field.options]
    for asked in (*form.profile, *form.groups, *form.items(), *chosen):
        assert asked.title.id in told
    for said in ("Layanan desa daring", "Pelayanan publik", "kuesioner impact-2023, versi", "Nomor lembar",
                 "10 April 2026", "Hanya jika pertanyaan 1 dijawab: Sering atau Pernah", "Halaman 1 dari"):  # fmt: skip
        assert said in told
    assert codes(answer.content) == [public_address(world.token())]
    found = archived(answer.content)
    assert (found.part, found.conformance, found.ua_part, found.fonts_embedded) == ("2", "A", "1", True)
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= found.tags


def test_the_reader_s_language(world: World) -> None:
    world.open()
    told = words(world.client("coordinator").get(f"/en{at(world, '1/formulir.pdf')}").content)
    for said in ("Tick one box in each row", "Strongly agree", "Puskesmas tanpa antre",
                 "Only if question 1 is answered with: Often or Once or twice"):  # fmt: skip
        assert said in told


def test_all_programmes_in_one_file_each_counted_from_one(world: World) -> None:
    world.open()
    coordinator = world.client("coordinator").get(at(world, "formulir.pdf")).content
    one = world.client("coordinator").get(at(world, "0/formulir.pdf")).content
    assert pages(coordinator) == 2 * pages(one)
    told = [page.extract_text() for page in PdfReader(io.BytesIO(coordinator)).pages]
    assert sum(f"Halaman 1 dari {pages(one)}" in page for page in told) == 2
    own = words(world.client("contributor").get(at(world, "formulir.pdf")).content)
    assert ("Layanan desa daring" in own, "Puskesmas tanpa antre" in own) == (True, False)


def test_a_survey_that_is_not_open_has_drafts(world: World) -> None:
    scope = world.who("coordinator")
    assert paper_forms(world.row(), queries.cells(world.row(), scope=scope)).stamp == "rancangan"
    world.open()
    assert paper_forms(world.row(), queries.cells(world.row(), scope=scope)).stamp == ""
    assert typeset(paper_forms(world.row(), queries.cells(world.row(), scope=scope))) == typeset(
        paper_forms(world.row(), queries.cells(world.row(), scope=scope))
    )


def test_long_lists_are_written_and_listed_at_the_end(world: World) -> None:
    world.open()
    row = world.row()
    places = tuple(Option(f"36.03.{number:02}", Bilingual(f"Kecamatan {number}", "")) for number in range(29))
    form = replace(row.questionnaire, profile=(Field("district", Bilingual("Kecamatan", "District"), places),))
    cells = queries.cells(row, scope=world.who("coordinator"))
    parts = paper_forms(replace(row, questionnaire=form), cells).forms[0].parts
    line = next(one for one in parts if isinstance(one, Lines))
    assert (line.number, line.lines, line.note) == ("B", 1, "Tulis salah satu nama dari daftar di bagian akhir")
    assert isinstance(parts[-1], Listing)
    assert len(parts[-1].items) == 29
    ticked = [type(one) for one in parts if isinstance(one, Choice | Scale | Tick)]
    assert ticked == [Tick, Choice, Choice, Scale, Scale, Scale]
    assert "Kecamatan 28" in words(typeset(paper_forms(replace(row, questionnaire=form), cells)))


def test_questions_are_numbered_and_conditions_are_said(world: World) -> None:
    form = world.row().questionnaire
    numbers = numbers_of(form)
    assert (numbers["group"], numbers["age"], numbers["used"], numbers["easier"]) == ("A", "B", "1", "2")
    items = {one.code: one for one in form.items()}
    with translation.override("en"):
        assert condition_of(items["easier"], form) == "Only if question 1 is answered with: Often or Once or twice"
    assert condition_of(items["clearer"], form) == ""


@pytest.mark.parametrize(
    ("given", "code"),
    [("often", "often"), (" SERING ", "often"), ("Once or  twice", "once"), ("3", "never"), ("4", "4"), ("", "")],
)
def test_an_option_is_read_by_code_words_or_place(world: World, given: str, code: str) -> None:
    options = next(world.row().questionnaire.items()).options
    assert option_read(given, options) == code


def test_figures_of_a_scale_are_not_places() -> None:
    scale = tuple(Option(str(value), Bilingual(f"nilai {value}", f"value {value}")) for value in range(4))
    assert [option_read(one, scale) for one in ("0", "3", "4", "nilai 2")] == ["0", "3", "4", "2"]


def test_the_page_of_papers(world: World) -> None:
    coordinator = world.client("coordinator")
    assert "masih rancangan" in coordinator.get(at(world, "")).content.decode()
    world.open()
    page = coordinator.get(at(world, "")).content.decode()
    assert ("Masukkan lembar" in page, "sampai sehari setelah waktu penutupan" in page) == (False, True)
    own(Survey).update(opens_at="2026-01-01T00:00Z", closes_at="2100-01-01T00:00Z")
    assert "Impor jawaban (XLSX)" in coordinator.get(at(world, "")).content.decode()
    page = world.client("verifier").get(at(world, "")).content.decode()
    assert ("Masukkan lembar" in page, "Impor" in page, page.count("formulir.pdf")) == (False, False, 3)
    assert coordinator.get(at(world, "9/formulir.pdf")).status_code == 404
    assert world.client("neighbour").get(at(world, "0/formulir.pdf")).status_code == 404
    assert world.client("colleague").get(at(world, "0/formulir.pdf")).status_code == 404
    assert "Formulir kertas (PDF)" in coordinator.get(f"/kerja/survei/{world.survey}/").content.decode()


def test_a_satisfaction_survey_on_paper(world: World) -> None:
    world.survey = make_survey(world.cast, "ikm-2017")
    told = words(world.client("coordinator").get(at(world, "0/formulir.pdf")).content)
    assert ("Anda adalah" in told, "9. Bagaimana kualitas sarana" in told) == (False, True)
