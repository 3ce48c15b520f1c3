"""The whole cycle in a real browser: from an opened campaign to a published result and its follow-up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser import walk as walking
from browser.walk import ASSESSOR, CHAIR, CONTRIBUTOR, COORDINATOR, SECOND, SECRETARIAT, VERIFIER, Walk, press, told
from pilar.evaluation.models import Phase, Snapshot
from pilar.evaluation.rules.stages import PhaseState
from pilar.people.models import User

LETTER = "B-77/UJI/2026"

Committed = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def walk(
    signed_in: Callable[..., Page],
    committed: Committed,
    fits: Callable[[Page], None],
    accessible: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> Iterator[Walk]:
    made_up = User.objects.filter(email__endswith="@data-contoh.invalid")
    with committed():
        walking.prepare()
        made_up.update(is_active=False)  # another file may have loaded the demonstration: its assessors are away
    yield Walk("perjalanan", signed_in, fits, accessible, snap)
    with committed():
        made_up.update(is_active=True)


def test_from_an_opened_campaign_to_a_published_result(
    walk: Walk, open_page: Callable[..., Page], committed: Committed
) -> None:
    open_campaign(walk)
    self_assessment(walk)
    begin_desk_check(walk, committed)
    marking(walk)
    settling(walk)
    results(walk)
    objection(walk)
    publish(walk)
    read_by_everybody(walk, open_page())
    follow_up(walk)


def open_campaign(walk: Walk) -> None:
    walking.create_campaign(walk)
    page = walk.of(SECRETARIAT)
    expect(page.get_by_role("main")).to_contain_text("Belum ada daerah yang ikut serta: undang daerah dahulu")
    walking.invite(walk)
    walk.move("Buka penilaian mandiri")
    expect(page.locator("[aria-current=step]").first).to_contain_text("Penilaian mandiri dibuka")
    expect(page.get_by_role("main")).to_contain_text("3 daerah belum mengajukan")
    walk.look(page, "campaign")


def self_assessment(walk: Walk) -> None:
    walking.allocate(walk)
    kinds = {"regulation": "level", "programmes": "ratio", "poverty": "band", "satisfaction": "survey"}
    for node in walking.ANSWERS:
        if node == "quick_reach":
            continue
        page = walking.answer(walk, CONTRIBUTOR, node)
        if node == "regulation":
            walking.attach(page, "Peraturan Bupati tentang rencana induk")
        if node in kinds:
            walk.look(page, f"answer-{kinds[node]}")
    page = walk.at(CONTRIBUTOR, walk.assessment("indikator/quick_reach/"))
    expect(page.get_by_text("Hanya untuk dibaca")).to_be_visible()

    page = walk.at(COORDINATOR, walk.assessment("pengajuan/"))
    expect(page.get_by_text("Belum siap")).to_be_visible()
    expect(page.get_by_role("button", name="Ajukan penilaian mandiri")).to_have_count(0)
    walking.answer(walk, COORDINATOR, "quick_reach")

    page = walk.at(VERIFIER, "/kerja/penilaian/")
    walk.look(page, "assessments")
    page.get_by_role("link", name=re.compile("Evaluasi perjalanan")).click()
    page.get_by_role("link", name=re.compile("Bukti dukung yang perlu diverifikasi")).click()
    expect(page.get_by_role("main")).to_contain_text("Peraturan Bupati tentang rencana induk")
    walk.look(page, "verification")
    press(page, "Ya, terverifikasi")
    told(page, "Bukti dukung terverifikasi")
    expect(page.get_by_text("Tidak ada yang menunggu verifikasi")).to_be_visible()

    page = walk.at(COORDINATOR, walk.assessment("pengajuan/"))
    walk.look(page, "ready")
    press(page, "Ajukan penilaian mandiri")
    expect(page.locator(".error-summary")).to_contain_text("Centang kotak ini")
    walking.agree(page, "Ajukan penilaian mandiri")
    told(page, "Penilaian mandiri sudah diajukan")
    walk.look(page, "submitted")


def begin_desk_check(walk: Walk, committed: Committed) -> None:
    page = walk.at(SECRETARIAT, "")
    expect(page.get_by_role("main")).to_contain_text("2 daerah belum mengajukan")
    with committed():
        Phase.objects.filter(campaign__code=walk.code, number=1).update(closes_at=walking.past())
    walk.move("Tutup penilaian mandiri")
    expect(page.get_by_role("main")).to_contain_text("belum memiliki panel lengkap")
    walk.look(walk.at(SECRETARIAT, "panel/"), "panels-empty")
    press(page, "Tampilkan usulan")
    expect(page.get_by_role("main")).to_contain_text("Akun contoh Ketua Panel")
    walk.look(page, "proposal")
    press(page, "Terapkan usulan")
    expect(page.get_by_text("belum lengkap", exact=True)).to_have_count(0)
    walk.look(page, "panels")
    walk.look(walk.at(SECRETARIAT, "panel/36.03/"), "panel-of-region")
    walk.move("Mulai pemeriksaan dokumen")
    expect(page.get_by_role("main")).to_contain_text("belum dapat dilakukan")


def marking(walk: Walk) -> None:
    """Blind until the last one has finished; one indicator two levels apart, one a level apart."""
    page = walking.mark(walk, ASSESSOR)
    walk.look(page, "marking")
    page.get_by_role("link", name="Penilaian saya selesai").click()
    walk.look(page, "to-finish-marking")
    walking.agree(page, "Penilaian saya selesai")
    expect(page.get_by_role("main")).to_contain_text("1 dari 3")
    walking.decide(walking.mark(walk, SECOND, regulation="1"), "Penilaian saya selesai")
    page = walk.at(CHAIR, f"/kerja/asesor/{walk.key}/panel/")
    expect(page.get_by_role("main")).not_to_contain_text("Bukti belum lengkap")
    walking.decide(walking.mark(walk, CHAIR, team="2"), "Penilaian saya selesai")
    walk.look(walk.at(CHAIR, "/kerja/asesor/"), "duties")


def settling(walk: Walk) -> None:
    page = walk.at(CHAIR, f"/kerja/asesor/{walk.key}/panel/")
    expect(page.get_by_role("heading", name="1 indikator menunggu keputusan ketua")).to_be_visible()
    expect(page.locator("#team")).to_contain_text("3 · Median")
    walk.look(page, "panel-waiting")
    item = page.locator("#regulation")
    expect(item).to_contain_text("Bukti belum lengkap")
    item.locator("input[type=radio][value='2']").check()
    item.get_by_label("Alasan").fill("Peraturan ada, lampirannya belum")
    press(item, "Putuskan")
    told(page, "Nilai sudah diputuskan")
    expect(page.locator("#regulation")).to_contain_text("2 · Diputuskan ketua")
    page.goto(f"/kerja/asesor/{walk.key}/temuan/")
    walking.write_finding(page, "Kekuatan", "Layanan Quick Win dipakai setiap hari")
    walking.write_finding(page, "Kelemahan", "Lampiran peraturan belum ditetapkan")
    walking.write_finding(page, "Rekomendasi", "Tetapkan lampiran peraturan bupati")
    expect(page.get_by_role("main")).to_contain_text("Tetapkan lampiran peraturan bupati")
    walk.look(page, "findings")


def results(walk: Walk) -> None:
    walk.move("Mulai wawancara dan tinjauan lapangan")
    walk.look(walk.at(SECRETARIAT, "kemajuan/1/"), "progress")
    walk.look(walk.at(SECRETARIAT, "peringkat/1/"), "ranking")
    expect(walk.of(SECRETARIAT).locator("#results")).to_contain_text("2,99")
    walk.move("Tutup pekerjaan panel")
    expect(walk.of(SECRETARIAT).get_by_role("main")).to_contain_text("Hitung hasil dari nilai")
    walk.look(walking.approve(walk, 1), "approved")
    page = walk.at(SECRETARIAT, "hasil/1/versi/1/")
    expect(page.locator("#results")).to_contain_text("2,99")
    walk.look(page, "snapshot")
    walk.move("Mulai masa sanggah")
    expect(page.get_by_role("main")).to_contain_text("Masa sanggah belum berakhir, dan 1 daerah belum menerima")


def objection(walk: Walk) -> None:
    page = walk.at(COORDINATOR, "/kerja/hasil/")
    walk.look(page, "own-results")
    page.locator(f"a[href='/kerja/hasil/{walk.key}/']").click()
    expect(page.get_by_role("main")).to_contain_text("2,99")
    walk.look(page, "own-result")
    page.get_by_role("link", name=re.compile("^Sanggah ?: Peraturan rencana induk")).click()
    page.get_by_label("Apa yang disanggah dan apa dasarnya").fill("Lampiran ditetapkan bulan lalu")
    walk.look(page, "make-objection")
    walking.agree(page, "Ajukan sanggahan")
    told(page, "Sanggahan sudah diajukan")

    page = walk.at(SECRETARIAT, "")
    expect(page.get_by_role("main")).to_contain_text("1 sanggahan belum diputuskan")
    page.goto(f"/kerja/periode/{walk.code}/sanggahan/1/")
    walk.look(page, "objections")
    page.get_by_role("link", name="Kabupaten Tangerang").click()
    page.get_by_label("Terima, dengan nilai baru").check()
    page.locator("input[name=value]").fill("3")
    page.locator("textarea[name=reason]").fill("Lampiran sudah ditetapkan")
    walk.look(page, "objection")
    walking.agree(page, "Putuskan")
    told(page, "Sanggahan sudah diputuskan: Diterima")
    page = walk.at(COORDINATOR, f"/kerja/hasil/{walk.key}/")
    walking.decide(page, "Terima hasil")
    told(page, "Daerah Anda telah menerima hasilnya")
    walk.look(page, "accepted")
    walk.move("Akhiri masa sanggah")
    walking.approve(walk, 2, "Satu sanggahan diterima")


def publish(walk: Walk) -> None:
    page = walk.at(SECRETARIAT, "hasil/1/")
    page.get_by_role("link", name="Umumkan hasil", exact=True).click()
    page.get_by_label("Nomor surat").fill(LETTER)
    page.get_by_label("Tanggal surat").fill(f"{timezone.localdate():%Y-%m-%d}")
    walk.look(page, "to-publish")
    walking.agree(page, "Umumkan hasil")
    told(page, "Versi 2 diumumkan dengan surat")
    walk.look(page, "published")
    assert Phase.objects.get(campaign__code=walk.code, number=1).state == PhaseState.PUBLISHED


def read_by_everybody(walk: Walk, page: Page) -> None:
    """Without an account: the result with the letter, how it came about, and the hash of all results."""
    page.goto(f"/hasil/pilar/{walk.code}/1/")
    expect(page.locator("#results")).to_contain_text("3,05")
    walk.look(page, "public")
    page.get_by_role("link", name="Kabupaten Tangerang").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text(LETTER)
    expect(main).to_contain_text("Asal-usul angka ini")
    expect(main).to_contain_text("3,053333 → 3,05")
    stored = Snapshot.objects.get(phase__campaign__code=walk.code, version=2)
    expect(page.get_by_text(stored.result_sha256)).to_be_hidden()
    page.get_by_text("Untuk ahli:").click()
    expect(page.get_by_text(stored.result_sha256)).to_be_visible()
    walk.look(page, "public-region")


def follow_up(walk: Walk) -> None:
    page = walk.at(COORDINATOR, f"/kerja/hasil/{walk.key}/")
    expect(page.get_by_role("main")).to_contain_text("3,05")
    walk.look(page, "own-result-published")
    page.get_by_role("link", name="Rekomendasi dan tindak lanjut").click()
    walk.look(page, "follow-ups")
    page.get_by_role("link", name="Tetapkan lampiran peraturan bupati").click()
    page.get_by_label("Perangkat daerah penanggung jawab").select_option(label="Dinas Komunikasi dan Informatika")
    page.get_by_label("Status").select_option(label="Sedang berjalan")
    press(page, "Simpan")
    expect(page.get_by_role("row", name=re.compile("Tetapkan lampiran"))).to_contain_text("Sedang berjalan")
    page.get_by_role("link", name="Tetapkan lampiran peraturan bupati").click()
    expect(page.get_by_role("main")).to_contain_text("Akun contoh Koordinator")
    walk.look(page, "follow-up")
