"""The pages for those who work with surveys: what they say, and that what was typed is not lost."""

from __future__ import annotations

import csv
import html
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from confirming import confirmed
from kit.neighbours import own
from kit.worlds import once
from pilar.people.rules import OPERATOR
from pilar.surveys import operations
from pilar.surveys.models import Cell, Survey
from surveys.world import NOW, OWN, World, impact, make_survey, satisfied

pytestmark = pytest.mark.django_db

LIST = f"/kerja/survei/daerah/{OWN}/"


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return html.unescape(answer.content.decode())


@pytest.fixture
def client(world: World) -> Client:
    return world.client("coordinator")


def at(world: World, page: str = "") -> str:
    return f"/kerja/survei/{world.survey}/{page}"


FIELDS = {
    "form": "ikm-2017", "title": "IKM Disdukcapil", "year": "2026", "opens_at": "2026-12-01T08:00",
    "closes_at": "2026-12-31T16:00",
}  # fmt: skip


def test_a_coordinator_draws_a_survey_up(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = said(client.post(f"{LIST}baru/", FIELDS | {"opens_at": "kemarin", "year": "9"}), 422)
    assert 'value="IKM Disdukcapil"' in wrong
    assert 'value="kemarin"' in wrong
    assert "WIB" in wrong
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    wrong = said(client.post(f"{LIST}baru/", FIELDS | {"closes_at": "2026-11-01T08:00", "split": "on"}), 422)
    assert "Kuesioner ini tidak memiliki formulir per subdimensi" in wrong
    assert client.post(f"{LIST}baru/", FIELDS).status_code == 302
    made = own(Survey).get(title="IKM Disdukcapil")
    assert (made.opens_at.hour, made.closes_at.hour) == (1, 9)
    assert "IKM Disdukcapil" in said(client.get(LIST))


def rows(world: World, *cells: dict[str, str], do: str = "save") -> dict[str, str]:
    given = {"cells-rows": str(len(cells)), "do": do}
    for place, cell in enumerate(cells):
        full = {"programme": "Layanan", "office": str(world.cast.office), "part": "living_health", "quota": "10"}
        given |= {f"cells-{place}-{name}": value for name, value in (full | cell).items()}
    return given


def test_programmes_are_kept_row_by_row(world: World, client: Client) -> None:
    page = at(world, "program/")
    assert "Layanan desa daring" in said(client.get(page))
    added = said(client.post(page, rows(world, {"programme": "Satu"}, do="add")))
    assert ('value="Satu"' in added, added.count("<fieldset")) == (True, 2)
    removed = said(client.post(page, rows(world, {"programme": "Satu"}, {"programme": "Dua"}, do="remove-0")))
    assert ('value="Satu"' in removed, 'value="Dua"' in removed) == (False, True)
    wrong = said(client.post(page, rows(world, {"programme": "Satu", "quota": "nol"}, {"office": ""})), 422)
    assert ('value="Satu"' in wrong, 'value="nol"' in wrong) == (True, True)
    empty = {"programme": "", "office": "", "part": "", "quota": ""}
    assert client.post(page, rows(world, {"programme": "Satu"}, empty, {"part": "economy"})).status_code == 302
    kept = own(Cell).filter(survey=world.survey).values_list("programme", "pillar", "part", "quota")
    assert [*kept] == [("Satu", "living", "living_health", 10), ("Layanan", "economy", "", 10)]
    nothing = said(client.post(page, {"cells-rows": "0", "do": "save"}), 422)
    assert ("sedikitnya satu program" in nothing, nothing.count("<fieldset")) == (True, 1)


def test_the_respondents_of_the_method_are_shared(world: World, client: Client) -> None:
    given = rows(world, {"part": "living"}, {"part": "living_health"}, {"part": "living_mobility"},
                 {"part": "economy", "quota": ""}, do="fill")  # fmt: skip
    page = said(client.post(at(world, "program/"), given))
    assert [page.split(f'name="cells-{place}-quota" value="')[1][:2] for place in range(4)] == ["17", "17", "16", "50"]
    own(Survey).update(split=True)
    page = said(client.post(at(world, "program/"), given))
    assert page.split('name="cells-1-quota" value="')[1][:2] == "50"
    assert "pilih subdimensinya" in said(
        client.post(at(world, "program/"), given | {"do": "save", "cells-3-quota": "5"}), 422
    )


def test_pillars_without_their_programmes_are_named(world: World, client: Client) -> None:
    page = said(client.get(at(world)))
    assert "Kehidupan (smart living): 1" in page
    assert "Ekonomi (smart economy): 0" in page


def test_opened_counted_and_closed(world: World, client: Client) -> None:
    assert "Buka survei" in said(client.get(at(world)))
    assert confirmed(client, at(world, "buka/")).status_code == 302
    world.answer()
    page = said(client.get(at(world)))
    assert "1 / 5" in page
    assert 'hx-trigger="every 10s"' in page
    tag = client.get(at(world, "kemajuan/")).headers["ETag"]
    same = client.get(at(world, "kemajuan/"), headers={"If-None-Match": tag})
    assert (same.status_code, same.headers["HX-Reswap"]) == (304, "none")
    world.answer()
    assert "2 / 5" in said(client.get(at(world, "kemajuan/"), headers={"If-None-Match": tag}))
    world.answer()
    page = said(client.get(at(world, "kemajuan/")))
    assert ("2 / 5" in page, 'data-label="Jawaban yang dihitung">3</td>' in page) == (True, True)
    own(Survey).update(closes_at=timezone.now() + timedelta(days=1))
    assert "Jawaban yang diberikan tepat waktu dapat tiba sampai" in said(confirmed(client, at(world, "tutup/")), 409)
    own(Survey).update(opens_at=timezone.now() - timedelta(days=5), closes_at=timezone.now() - timedelta(days=2))
    assert "Tutup survei" in said(client.get(at(world)))
    assert "Survei sudah ditutup" in said(confirmed(client, at(world, "tutup/"), follow=True))


def test_who_is_signed_out_loads_the_page_anew(world: World) -> None:
    answer = Client().get(at(world, "kemajuan/"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (200, "true")


def test_an_office_sees_its_own_programmes(world: World) -> None:
    world.open()
    page = said(world.client("contributor").get(at(world)))
    assert ("Layanan desa daring" in page, "Puskesmas tanpa antre" in page) == (True, False)
    links = said(world.client("contributor").get(at(world, "tautan/")))
    assert (world.token(0) in links, world.token(1) in links) == (True, False)


def test_links_and_codes_are_indonesian(world: World, client: Client) -> None:
    page = said(client.get(f"/en{at(world, 'tautan/')}"))
    assert f"/s/{world.token()}/" in page
    assert f"/en/s/{world.token()}/" not in page
    assert client.get(at(world, "tautan/0.svg")).content.startswith(b"<svg")


def test_the_statement_of_the_head_of_region(world: World, client: Client) -> None:
    evidence = world.cast.add(title="Pernyataan Bupati")
    world.open()
    world.close()
    page = at(world, "pernyataan/")
    assert "Pernyataan kepala daerah belum ada" in said(client.get(at(world)))
    given = {"stated_by": "Bupati Tangerang", "stated_on": "2026-01-01", "file": str(evidence)}
    wrong = said(client.post(page, given), 422)
    assert ('value="Bupati Tangerang"' in wrong, "Survei" in wrong) == (True, True)
    assert client.post(page, given | {"stated_on": "2026-04-20"}).status_code == 302
    assert "Bupati Tangerang" in said(client.get(at(world)))
    assert "Pernyataan Bupati" in said(client.get(at(world)))
    assert Survey.objects.get(pk=world.survey).stated_on == date(2026, 4, 20)


@once
def closed(world: World) -> World:
    world.open()
    for marks in ((4, 3), (2, 3), (3, 1), (4, 4), (1, 3)):
        world.answer(impact(answers={"easier": marks[0], "quicker": marks[1]}))
    for _ in range(4):
        world.answer(impact(answers={"easier": 1, "suggestion": "Nama saya Budi"}), place=1)
    world.close()
    return world


def test_scores_of_few_answers_are_told_nowhere(closed: World, client: Client) -> None:
    page = said(client.get(at(closed, "nilai/")))
    assert "1 program tidak ditampilkan" in page
    assert "kurang dari 5" in page
    # 2.8 is the mean of the programme that is shown; with the other four answers it would be 2.
    assert page.count("2,80") >= 2
    assert "2,00" not in page.split("Pertanyaan, semua program")[1].split("melibatkan")[0][:1500]


def test_an_office_is_told_the_scores_of_its_own(closed: World) -> None:
    page = said(closed.client("colleague").get(at(closed, "nilai/")))
    assert "Layanan desa daring" not in page


def test_the_index_is_told_with_both_weights(world: World, client: Client) -> None:
    world.survey = make_survey(world.cast, "ikm-2017")
    world.open()
    for marks in ((4, 4, 3, 4, 3, 4, 4, 3, 4), (3, 3, 3, 4, 4, 3, 4, 4, 3)):
        for _ in range(3):
            world.answer(satisfied(*marks))
    world.close()
    page = said(client.get(at(world, "nilai/")))
    assert ("88,89" in page, "0,11" in page, "88,00" in page) == (True, True, True)


def test_the_year_before_is_compared_if_it_asked_the_same(closed: World, client: Client) -> None:
    own(Survey).update(year=2025)
    earlier = closed.survey
    closed.survey = make_survey(closed.cast)
    closed.open()
    for _ in range(5):
        closed.answer(impact(answers={"easier": 4}))
    closed.close()
    page = said(client.get(at(closed, "nilai/")))
    assert "Perubahan dari 2025" in page
    assert "+1,20" in page
    assert "Perubahan dari" not in said(client.get(f"/kerja/survei/{earlier}/nilai/"))


def test_an_office_is_told_that_it_sees_a_part(closed: World) -> None:
    for page in ("nilai/", "grafik/"):
        assert "hanya melihat program perangkat daerah Anda" in said(closed.client("contributor").get(at(closed, page)))
        assert "hanya melihat program" not in said(closed.client("verifier").get(at(closed, page)))
    for who, wanted in (("contributor", True), ("verifier", False)):
        book = CalamineWorkbook.from_filelike(io.BytesIO(closed.client(who).get(at(closed, "rekap.xlsx")).content))
        about = " ".join(str(row[0]) for row in book.get_sheet_by_name("Tentang").to_python())
        assert ("hanya melihat program perangkat daerah Anda" in about) is wanted


def test_an_office_without_a_programme_is_told_so(closed: World) -> None:
    own(Survey).update(year=2025)
    key = make_survey(closed.cast)
    alone = replace(closed, survey=key)
    own(Cell).filter(survey=key).exclude(place=0).delete()
    alone.open()
    for _ in range(5):
        alone.answer(impact())
    alone.close()
    for page in ("nilai/", "grafik/"):
        told = said(alone.client("colleague").get(at(alone, page)))
        assert "Tidak ada program perangkat daerah Anda yang ditanyakan" in told
        assert "kurang dari 5" not in told
    assert alone.client("colleague").get(at(alone, "rekap.pdf")).content.startswith(b"%PDF")


def test_recaps_are_files(closed: World, client: Client) -> None:
    pdf = client.get(at(closed, "rekap.pdf"))
    assert pdf.content.startswith(b"%PDF")
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(at(closed, "rekap.xlsx")).content))
    assert book.sheet_names[:2] == ["Tentang", "Nilai"]
    scores = book.get_sheet_by_name("Nilai").to_python()
    shown = {str(row[0]).strip(): row[1] for row in scores[1:]}
    assert round(Decimal(str(shown["Layanan desa daring"])), 2) == Decimal("3.23")
    assert shown["Puskesmas tanpa antre"] == ""


def test_answers_are_handed_on_without_who_gave_them(closed: World, client: Client) -> None:
    text = client.get(at(closed, "jawaban.csv")).content.decode("utf-8-sig")
    told = list(csv.DictReader(io.StringIO(text)))
    assert {row["programme"] for row in told} == {"Layanan desa daring"}
    assert len(told) == 5
    assert "Budi" not in text
    assert "2026" not in text
    assert {row["age"] for row in told} == {"from_30"}


def test_what_people_wrote_is_read_by_the_coordinator(world: World, client: Client) -> None:
    world.open()
    written = ["Tambah jam <b>layanan</b>", "antre lama", "", "Bagus", "antre lama"]
    for text in written:
        world.answer(impact(answers={"suggestion": text}))
    world.answer(impact(answers={"suggestion": "sendirian"}), place=1)
    assert client.get(at(world, "saran/")).status_code == 409
    world.close()
    page = said(client.get(at(world, "saran/")))
    assert page.index("antre lama") < page.index("Bagus") < page.index("Tambah jam")
    assert b"<b>layanan" not in client.get(at(world, "saran/")).content
    assert (page.count("antre lama"), "Saran Anda" in page, "sendirian" in page) == (2, True, False)
    assert at(world, "saran/") in said(client.get(at(world)))
    for who in ("verifier", "contributor", "secretariat"):
        reader = world.client(who)
        assert at(world, "saran/") not in said(reader.get(at(world)))
        assert reader.get(at(world, "saran/")).status_code == 403


def test_addresses_are_told_to_who_tells_the_result(world: World, client: Client) -> None:
    world.open()
    for address in ("0812 3456 7890", " warga@contoh.invalid", "warga@contoh.invalid"):
        world.answer(contact=address)
    world.close()
    page = said(client.get(at(world, "alamat/")))
    assert page.index("0812 3456 7890") < page.index("warga@contoh.invalid")
    assert (page.count("warga@contoh.invalid"), "180 hari" in page) == (1, True)
    assert at(world, "alamat/") in said(client.get(at(world)))
    assert at(world, "alamat/") not in said(world.client("verifier").get(at(world)))
    operations.erase_expired(by=OPERATOR, now=NOW + timedelta(days=181))
    assert "warga@contoh.invalid" not in said(client.get(at(world, "alamat/")))


def test_lists_cost_the_same_for_many(world: World, client: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        given = operations.NewSurvey("ikm-2017", f"Survei {number}", 2026, NOW, NOW + timedelta(days=9))
        operations.create_survey(by=world.who("coordinator"), region=OWN, given=given, now=NOW)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        said(client.get(LIST))
    with django_assert_max_num_queries(14):
        said(client.get(at(world)))
