"""The result sheet: what it says to each reader, in which language, and which doors are closed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from evaluation.cycle.agreed import LATER, LETTER, LETTER_DATE, agree, approve, compute, publish, published, recommend
from evaluation.cycle.next_year import NEXT, publish_next_year
from evaluation.cycle.world import CODE, FAR, NEIGHBOUR, OWN, World
from evaluation.samples import row
from pilar.evaluation import operations
from pilar.evaluation.documents.sheet import result_sheet, sheet_document
from pilar.evaluation.models import AgreedMark, Finding, Snapshot
from pilar.evaluation.queries import PUBLIC, intervals
from pilar.evaluation.queries.sheets import public_sheet
from pilar.evaluation.rules.reports import ChangeExplained, ChangeStep, RankInterval, RankIntervals
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.rules import OPERATOR
from reports.reading import archived, codes, words

PAGE = f"/hasil/pilar/{CODE}/1/{OWN}/"
SHEET = f"{PAGE}lembar.pdf"
VERSION = f"/kerja/periode/{CODE}/hasil/1/versi/1/"
RECOMMENDED = "Tetapkan peraturan kepala daerah"


def signed_in(world: World, name: str, region: str = OWN) -> Client:
    client = Client()
    client.force_login(world.user(name, region))
    return client


def pdf(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode(errors="replace")[:500]
    assert answer["Content-Type"] == "application/pdf"
    return answer.content


def test_the_sheet_of_a_published_result_is_open_to_everybody(world: World) -> None:
    recommend(world)
    published(world)
    content = pdf(Client(), SHEET)
    said, stored = words(content), Snapshot.objects.get()
    for text in (
        "Kabupaten Tangerang", "Banten", "36.03", "3,25", "Nilai akhir sebelum dibulatkan",
        "3,50", "3,08", LETTER, "1 Maret 2026", "1,4", "1,85",
        "pada skala 0 sampai 4", "dari 3 dalam kelompoknya", stored.instrument_sha256, stored.result_sha256,
        "DATA CONTOH", "belum ada hasil sebelumnya", "rata-rata hitung berbobot",
    ):  # fmt: skip
        assert text in said, text
    found = archived(content)
    assert (found.part, found.conformance, found.ua_part, found.language) == ("2", "A", "1", "id")
    assert found.title == "Kabupaten Tangerang"
    assert f'href="{PAGE}lembar.pdf"'.replace(f"1/{OWN}", f"1/versi/1/{OWN}") in Client().get(PAGE).content.decode()


def test_what_the_panel_wrote_and_single_marks_are_not_for_everybody(world: World) -> None:
    recommend(world)
    published(world)
    said = words(pdf(Client(), SHEET))
    assert RECOMMENDED not in said
    assert "Catatan panel" not in said
    assert "Program terealisasi" not in said


def test_the_code_leads_to_the_page_where_the_number_stands(world: World) -> None:
    published(world)
    for address, language, final in ((SHEET, "", "3,25"), (f"/en{SHEET}", "/en", "3.25")):
        (target,) = codes(pdf(Client(), address))
        assert target == f"{settings.SITE_ADDRESS}{language}/hasil/pilar/{CODE}/1/versi/1/{OWN}/"
        page = Client().get(target.removeprefix(settings.SITE_ADDRESS)).content.decode()
        assert f"{final} → {final}" in page


def test_the_sheet_speaks_english(world: World) -> None:
    published(world)
    content = pdf(Client(), f"/en{SHEET}")
    said = words(content)
    for text in ("Result sheet", "3.25", "of 3 in its group", "SYNTHETIC", "1 March 2026", "weighted arithmetic mean"):
        assert text in said, text
    assert archived(content).language == "en"


def test_weak_parts_are_told_beside_the_median_of_the_group(world: World) -> None:
    """Output 1.5 and median 3.5, outcome 13/6 and median 37/12; the two regions at the median have neither."""
    published(world)
    weak = public_sheet(CODE, 1, FAR, scope=PUBLIC).standouts
    assert weak.strong == ()
    assert [(one.code, one.difference) for one in weak.weak] == [
        ("output", Fraction(-2)),
        ("outcome", Fraction(13, 6) - Fraction(37, 12)),
    ]
    assert "−2,00" in words(pdf(Client(), f"/hasil/pilar/{CODE}/1/{FAR}/lembar.pdf"))
    assert public_sheet(CODE, 1, NEIGHBOUR, scope=PUBLIC).standouts.weak == ()


def test_readers_subtract_the_printed_score_and_median(world: World) -> None:
    """Outcome 6.5/3 is printed as 2.17 and the median 37/12 as 3.08: next to them stands -0.91, not the exact -0.92."""
    published(world)
    assert Fraction(13, 6) - Fraction(37, 12) == Fraction(-11, 12)
    assert "2,17 3,08 −0,91" in words(pdf(Client(), f"/hasil/pilar/{CODE}/1/{FAR}/lembar.pdf"))


def test_last_year_stands_beside_this_one(world: World) -> None:
    publish_next_year(world)
    sheet = public_sheet(NEXT, 1, OWN, scope=PUBLIC)
    assert sheet.line.improvement == Decimal("0.35")
    assert sheet.last_year is not None
    assert (sheet.last_year.year, dict(sheet.last_year.scores)) == (
        2026,
        {"output": Fraction(7, 2), "outcome": Fraction(37, 12)},
    )
    said = words(pdf(Client(), f"/hasil/pilar/{NEXT}/1/{OWN}/lembar.pdf"))
    for text in ("3,60", "+0,35", "hasil sebelumnya, dihitung Pilar: 3,25", "2026", "+0,50", "+0,25"):
        assert text in said, text
    assert public_sheet(NEXT, 1, FAR, scope=PUBLIC).line.improvement == 0


def test_last_years_scores_are_left_out_where_its_final_was_corrected_since(world: World) -> None:
    """The sheet compares with the final that the version was compared with, or with nothing."""
    publish_next_year(world)
    secretariat = world.who("secretariat")
    again = {"by": secretariat, "campaign": CODE, "phase": 2}
    AgreedMark.objects.filter(assessment=world.assessment(OWN, 2), node="policy").update(value=Decimal(1))
    operations.compute_results(**again, reason="Salah salin", now=LATER)
    operations.approve_results(**again | {"by": world.who("approver")}, version=2, now=LATER)
    operations.publish_results(**again, version=2, letter_number="B-9", letter_date=LETTER_DATE, now=LATER)
    assert public_sheet(NEXT, 1, OWN, scope=PUBLIC).last_year is None
    assert public_sheet(NEXT, 1, FAR, scope=PUBLIC).last_year is not None


def test_last_year_as_a_source_states_it(world: World) -> None:
    """A real campaign without one before it: the statement of last year, where sources agree on its final."""
    world.campaign.synthetic = False
    world.campaign.save()
    scores = {"output": Decimal("3.10"), "outcome": Decimal("2.90"), "impact": Decimal("1.00")}
    for year, final in ((2025, Decimal("2.98")), (2024, Decimal("2.00"))):
        operations.record_statement(by=OPERATOR, row=row(year=year, scores=scores, final=final, rank_scope=""))
    published(world)
    sheet = public_sheet(CODE, 1, OWN, scope=PUBLIC)
    assert (sheet.line.previous_final, sheet.line.improvement) == (Decimal("2.98"), Decimal("0.27"))
    assert sheet.last_year is not None
    assert dict(sheet.last_year.scores) == {"output": Fraction("3.1"), "outcome": Fraction("2.9")}
    said = words(pdf(Client(), SHEET))
    for text in ("Nilai 2025 menurut sumber, bukan hitungan Pilar", "3,10", "+0,40", "ukuran yang berbeda"):
        assert text in said, text
    assert "DATA CONTOH" not in said


def test_the_team_and_the_secretariat_read_what_the_panel_wrote(world: World) -> None:
    recommend(world)
    Finding.objects.create(
        assessment=world.assessment(), kind="strength", node="", text="Tim aktif 😀", written_by_id=world.key("chair")
    )
    published(world)
    own = f"/kerja/hasil/{world.assessment().pk}/lembar.pdf"
    assert f'href="{VERSION}{OWN}/lembar.pdf"' in signed_in(world, "secretariat").get(VERSION).content.decode()
    for name, address in (("coordinator", own), ("contributor", own), ("secretariat", f"{VERSION}{OWN}/lembar.pdf")):
        said = words(pdf(signed_in(world, name), address))
        assert f"Kebijakan: {RECOMMENDED}" in said
        assert "Tim aktif □" in said
    answer = signed_in(world, "coordinator").get(own)
    assert answer["Cache-Control"] == "private, no-store"
    assert f'href="{own}"' in signed_in(world, "coordinator").get(own.removesuffix("lembar.pdf")).content.decode()


def test_a_version_that_is_not_published_says_so_and_is_for_the_secretariat(world: World) -> None:
    recommend(world)
    agree(world)
    compute(world)
    address = f"{VERSION}{OWN}/lembar.pdf"
    world.campaign.synthetic = False
    world.campaign.save()
    content = pdf(signed_in(world, "secretariat"), address)
    said = words(content)
    assert "BELUM DIUMUMKAN" in said
    assert codes(content) == []
    assert RECOMMENDED not in said, "regions read what panels wrote from the objection period on"
    assert Client().get(SHEET).status_code == 404
    for name, status in (("coordinator", 403), ("chair", 403), ("assessor4", 404)):
        assert signed_in(world, name).get(address).status_code == status
    assert Client().get(address).status_code == 302
    assert signed_in(world, "coordinator").get(f"/kerja/hasil/{world.assessment().pk}/lembar.pdf").status_code == 409


def test_the_region_has_its_sheet_from_the_objection_period_on(world: World) -> None:
    agree(world)
    compute(world)
    own = f"/kerja/hasil/{world.assessment().pk}/lembar.pdf"
    world.set_phase(PhaseState.OBJECTION)
    coordinator = signed_in(world, "coordinator")
    assert coordinator.get(own).status_code == 409, "nothing is approved"
    approve(world)
    assert "Belum diumumkan" in words(pdf(coordinator, own))
    assert signed_in(world, "coordinator", NEIGHBOUR).get(own).status_code == 404
    assert signed_in(world, "assessor4").get(own).status_code == 404
    assert signed_in(world, "chair").get(own).status_code == 403


@pytest.mark.parametrize(
    "address",
    [f"/hasil/pilar/{CODE}/1/99.99/lembar.pdf", f"/hasil/pilar/{CODE}/2/{OWN}/lembar.pdf",
     f"/hasil/pilar/{CODE}/1/versi/9/{OWN}/lembar.pdf", f"/hasil/pilar/none/1/{OWN}/lembar.pdf"],
)  # fmt: skip
def test_what_is_not_published_has_no_sheet(world: World, address: str) -> None:
    published(world)
    assert Client().get(address).status_code == 404


def test_a_superseded_version_says_so(world: World) -> None:
    published(world)
    secretariat = {"by": world.who("secretariat"), "campaign": CODE, "phase": 1}
    operations.correct_results(**secretariat, region=OWN, marks={"policy": Decimal(2)}, reason="Keliru", now=LATER)
    approve(world, version=2)
    operations.publish_results(**secretariat, version=2, letter_number="B-9", letter_date=LETTER_DATE, now=LATER)
    assert "Digantikan oleh versi 2" in words(pdf(Client(), f"/hasil/pilar/{CODE}/1/versi/1/{OWN}/lembar.pdf"))
    newest = words(pdf(Client(), SHEET))
    assert "Digantikan" not in newest
    assert "2 · Keliru" in newest


def test_a_region_without_a_final_says_why(world: World) -> None:
    agree(world)
    AgreedMark.objects.filter(assessment=world.assessment(FAR), node__in=["programmes", "poverty", "survey"]).delete()
    compute(world)
    approve(world)
    world.set_phase(PhaseState.FINAL)
    publish(world)
    said = words(pdf(Client(), f"/hasil/pilar/{CODE}/1/{FAR}/lembar.pdf"))
    assert "Ada bagian wajib yang belum memiliki nilai" in said
    assert "dari 2 dalam kelompoknya" in said


def test_rank_interval_and_explained_change_have_their_place(world: World) -> None:
    publish_next_year(world)
    group, province, nation = (
        RankInterval(lowest, highest, Fraction(9, 10), "bobot ±25 %") for lowest, highest in ((1, 2), (1, 4), (1, 7))
    )
    sheet = replace(
        public_sheet(NEXT, 1, OWN, scope=PUBLIC),
        intervals=RankIntervals(group, province, nation),
        change=ChangeExplained(
            (ChangeStep("Kinerja sendiri", Decimal("0.30")), ChangeStep("Bobot", Decimal("0.05"))),
            "Sisanya tak diketahui.",
        ),
    )
    said = words(result_sheet(sheet))
    assert "antara 1 dan 2 dalam 90 % dari semua simulasi: bobot ±25 %" in said
    assert "1 (1–4) di provinsi, 1 (1–7) nasional" in said
    for text in ("Mengapa nilai akhir berubah", "Kinerja sendiri +0,30", "Bobot +0,05", "Peningkatan +0,35", "Sisanya"):
        assert text in said, text


def test_the_same_version_gives_the_same_bytes(world: World) -> None:
    published(world)
    assert pdf(Client(), SHEET) == pdf(Client(), SHEET)
    with translation.override("id"):
        assert (
            sheet_document(public_sheet(CODE, 1, OWN, scope=PUBLIC)).made_at
            == Snapshot.objects.get().publication.published_at
        )


def test_a_sheet_costs_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    publish_next_year(world)
    for kept in (intervals.scored, intervals.study_of, intervals._ends_among):
        kept.cache_clear()  # a version of an earlier test may be just like this one
    for most in (18, 16):  # two of them, for ranks with interval, once a version and process
        with django_assert_max_num_queries(most):
            public_sheet(NEXT, 1, OWN, scope=PUBLIC)
    address = f"/hasil/pilar/{NEXT}/1/{OWN}/lembar.pdf"
    first = pdf(Client(), address)
    with django_assert_max_num_queries(12):  # two about its signature
        assert pdf(Client(), address) == first
