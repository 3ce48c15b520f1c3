"""A ministry's evaluation in a real browser, in its main steps and by tired people: an instrument that is sent by page,
workbooks of regions in one batch, more time, a straggler, a move back, an objection with evidence, four eyes,
publication, and the evaluation two years later."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser import nation
from browser.nation import CODE, LATE, OWN, PEOPLE, PROMPT, STRAGGLER
from browser.nation_desk import (
    DIMENSIONS,
    MOBILE,
    YEAR,
    Committed,
    Nation,
    begin,
    bring_in_workbooks,
    logged,
    release_instrument,
    seat_panels,
    send_instrument,
    set_up,
    twice,
)
from browser.walk import APPROVER, CHAIR, SECRETARIAT, told
from pilar.evaluation.models import (
    Assessment,
    Objection,
    Phase,
    PhaseMove,
)
from pilar.evaluation.rules.stages import AssessmentState, PhaseState

NEXT = "nasional-berikut"


@pytest.fixture
def walk(
    signed_in: Callable[..., Page],
    committed: Committed,
    fits: Callable[[Page], None],
    accessible: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> Nation:
    with committed():
        nation.prepare(YEAR)
    return Nation(signed_in, committed, fits, accessible, snap)


@pytest.mark.thorough
def test_a_national_evaluation_and_the_one_two_years_later(walk: Nation, open_page: Callable[..., Page]) -> None:
    send_instrument(walk)
    release_instrument(walk)
    set_up(walk)
    seat_panels(walk)
    bring_in_workbooks(walk)
    confirm_and_submit(walk)
    give_more_time(walk)
    leave_the_straggler(walk)
    there_and_back(walk)
    contest(walk)
    publish(walk)
    read_by_everybody(walk, open_page())
    two_years_later(walk, open_page(width=MOBILE))


def confirm_and_submit(walk: Nation) -> None:
    """On the phone: the region reads who filled it in, stands by it, and submits; twice, and once more from behind."""
    hand_in(walk, OWN)
    with walk.committed():
        nation.confirm(PROMPT)
        nation.submit(PROMPT)


def hand_in(walk: Nation, region: str) -> None:
    key = nation.key_of(region)
    page = walk.at(PEOPLE[region], f"/kerja/penilaian/{key}/pengajuan/")
    expect(page.get_by_role("button", name="Ajukan penilaian mandiri")).to_have_count(0)
    walk.look(page, f"unconfirmed-{region}")
    page.goto(f"/kerja/penilaian/{key}/")
    expect(page.get_by_role("main")).to_contain_text("Diisi sekretariat")
    walk.look(page, f"filled-{region}")
    page.get_by_role("button", name="Benarkan jawaban ini").dblclick()
    told(page, "8 jawaban dibenarkan")
    walk.look(page, f"confirmed-{region}")
    page.goto(f"/kerja/penilaian/{key}/pengajuan/")
    walk.look(page, f"submit-{region}")
    twice(page, "Ajukan penilaian mandiri")
    told(page, "Penilaian mandiri sudah diajukan")
    walk.look(page, f"submitted-{region}")
    page.go_back()
    page.reload()
    expect(page.get_by_role("button", name="Ajukan penilaian mandiri")).to_have_count(0)
    assert (logged("confirm-filled", key), logged("submit", key)) == (1, 1)


def give_more_time(walk: Nation) -> None:
    """One region is given time, with a reason, and hands in when the phase has closed for the others."""
    page = walk.at(SECRETARIAT, "kemajuan/1/")
    page.get_by_role("link", name="Pengecualian: Kabupaten Bogor").click()
    until = timezone.localtime() + timedelta(days=15)
    page.get_by_label("Sampai").fill(f"{until:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Beri waktu").click()
    expect(page.locator(".error-summary")).to_be_visible()
    walk.look(page, "extension-without-reason")
    page.get_by_label("Alasan").fill("Banjir di enam kecamatan")
    page.get_by_role("button", name="Beri waktu").dblclick()
    told(page, "Daerah mendapat tambahan waktu")
    walk.look(page, "extended")
    with walk.committed():
        nation.end()
    walk.move("Tutup penilaian mandiri")
    walk.look(walk.move("Mulai pemeriksaan dokumen"), "desk-check")
    hand_in(walk, LATE)


def leave_the_straggler(walk: Nation) -> None:
    key = nation.key_of(STRAGGLER)
    page = walk.at(SECRETARIAT, "kemajuan/1/")
    page.get_by_role("link", name="Pengecualian: Kota Tangerang").click()
    page.get_by_role("link", name="Kesampingkan").click()
    page.get_by_label("Alasan").fill("Tidak menjawab tiga surat")
    walk.look(page, "to-set-aside")
    twice(page, "Kesampingkan")
    told(page, "Tahap berjalan tanpa daerah itu")
    walk.look(page, "set-aside")
    assert Assessment.objects.get(pk=key).state == AssessmentState.SET_ASIDE
    assert logged("set-aside", key) == 1


def there_and_back(walk: Nation) -> None:
    with walk.committed():
        nation.mark()
    walk.move("Mulai wawancara dan tinjauan lapangan")
    page = walk.at(SECRETARIAT)
    page.get_by_role("link", name="Kembali ke pemeriksaan dokumen", exact=True).click()
    twice(page, "Kembali ke pemeriksaan dokumen")
    expect(page.locator(".error-summary")).to_contain_text("Jelaskan mengapa tahap dikembalikan")
    walk.look(page, "back-without-reason")
    page = walk.move("Kembali ke pemeriksaan dokumen", "Kunjungan lapangan ditunda")
    page.get_by_text("Riwayat perpindahan tahap ini").click()
    expect(page.get_by_role("main")).to_contain_text("Kunjungan lapangan ditunda")
    walk.look(page, "moved-back")
    walk.move("Mulai wawancara dan tinjauan lapangan")
    walk.move("Tutup pekerjaan panel")
    compute(walk, 1)
    walk.move("Mulai masa sanggah")
    states = PhaseMove.objects.filter(phase__campaign__code=CODE, phase__number=1).values_list("to_state", flat=True)
    assert list(states).count(PhaseState.DESK_CHECK) == 2


def compute(walk: Nation, version: int, reason: str = "") -> None:
    """One computes, another approves."""
    page = walk.at(SECRETARIAT, "hasil/1/")
    page.get_by_role("link", name="Hitung hasil", exact=True).click()
    if reason:
        page.get_by_label("Alasan hasil dihitung ulang").fill(reason)
    twice(page, "Hitung hasil")
    told(page, f"Versi {version} sudah dihitung")
    expect(page.get_by_role("link", name="Setujui hasil")).to_have_count(0)
    page = walk.at(APPROVER, "hasil/1/")
    page.get_by_role("link", name="Setujui hasil").click()
    twice(page, "Setujui hasil")
    told(page, f"Versi {version} sudah disetujui")
    expect(page.get_by_role("link", name="Umumkan hasil")).to_have_count(0)
    walk.look(page, f"approved-{version}")


def contest(walk: Nation) -> None:
    """The region objects with evidence, an assessor advises, the secretariat decides, the region answers."""
    key = nation.key_of(OWN)
    page = walk.at(PEOPLE[OWN], f"/kerja/hasil/{key}/")
    walk.look(page, "own-result")
    page.get_by_role("link", name=re.compile("^Sanggah ?: Jangkauan")).click()
    page.get_by_label("Apa yang disanggah dan apa dasarnya").fill("Semua desa terjangkau sejak Juni")
    page.get_by_label("Bukti dukung baru: apa yang ditunjukkannya").fill("Peta jangkauan")
    page.locator("input[name=link]").fill("https://contoh.example/peta")
    walk.look(page, "to-object")
    twice(page, "Ajukan sanggahan")
    told(page, "Sanggahan sudah diajukan")
    made = Objection.objects.get(assessment=key)

    panel = walk.at(CHAIR, f"/kerja/sanggahan/{made.pk}/")
    expect(panel.get_by_role("main")).to_contain_text("Peta jangkauan")
    expect(panel.get_by_role("button", name="Putuskan")).to_have_count(0)
    panel.get_by_label("Terima sanggahan").check()
    panel.locator("textarea[name=text]").fill("Peta membuktikannya")
    walk.look(panel, "to-advise")
    panel.get_by_role("button", name="Simpan saran").dblclick()
    told(panel, "Saran Anda tersimpan")

    page = walk.at(APPROVER, f"/kerja/sanggahan/{made.pk}/")
    expect(page.get_by_role("main")).to_contain_text("Peta membuktikannya")
    page.get_by_label("Terima, dengan nilai baru").check()
    page.locator("input[name=value]").fill("5")
    page.locator("textarea[name=reason]").fill("Peta menunjukkan semua desa")
    walk.look(page, "to-decide")
    twice(page, "Putuskan")
    told(page, "Sanggahan sudah diputuskan: Diterima")
    assert logged("decide", made.pk) + logged("decide-objection", made.pk) == 1

    page = walk.at(PEOPLE[OWN], f"/kerja/sanggahan/{made.pk}/")
    expect(page.get_by_role("main")).not_to_contain_text("Peta membuktikannya")
    expect(page.get_by_role("main")).to_contain_text("5 · Diputuskan sekretariat")
    walk.look(page, "decided")
    page.get_by_role("link", name="Tanggapi keputusan").click()
    page.get_by_label("Daerah menerima keputusan").check()
    walk.look(page, "to-answer")
    twice(page, "Kirim tanggapan")
    told(page, "Daerah Anda telah menanggapi keputusan")


def publish(walk: Nation) -> None:
    compute(walk, 2, "Satu sanggahan diterima")
    with walk.committed():
        Phase.objects.filter(campaign__code=CODE, number=1).update(objection_until=timezone.now())
    walk.move("Akhiri masa sanggah")
    page = walk.at(SECRETARIAT, "hasil/1/")
    page.get_by_role("link", name="Umumkan hasil", exact=True).click()
    page.get_by_label("Nomor surat").fill("B-17/EVAL")
    page.get_by_label("Tanggal surat").fill(f"{timezone.localdate():%Y-%m-%d}")
    walk.look(page, "to-publish")
    twice(page, "Umumkan hasil")
    told(page, "Versi 2 diumumkan dengan surat")
    walk.look(page, "published")


def read_by_everybody(walk: Nation, page: Page) -> None:
    """Without an account: six dimensions, the final of the granted objection, the straggler without rank."""
    page.goto(f"/hasil/pilar/{CODE}/1/")
    results = page.locator("#results")
    expect(results).to_contain_text("4,283")
    expect(results).to_contain_text("4,083")
    walk.look(page, "public")
    page.get_by_role("link", name="Kabupaten Tangerang").first.click()
    for dimension in DIMENSIONS:
        expect(page.get_by_role("main")).to_contain_text(dimension)
    expect(page.get_by_role("main")).to_contain_text("B-17/EVAL")
    walk.look(page, "public-region")


def two_years_later(walk: Nation, page: Page) -> None:
    """Phases 2 and 3 have passed, and a year without evaluation; regions and panels are taken over by page."""
    with walk.committed():
        for phase in (2, 3):
            nation.walk_through(phase)
    desk = begin(walk, NEXT, YEAR + 2, f"Evaluasi nasional {YEAR + 2}", 1, CODE)
    desk.get_by_role("link", name="Daerah dan kelompok").click()
    desk.get_by_role("link", name="Ambil alih").click()
    walk.look(desk, "to-roll-over")
    twice(desk, "Ambil alih")
    told(desk, "Diambil alih: 0 kelompok, 4 daerah, 0 indikator")
    told(desk, "12 penugasan asesor.")
    expect(desk.locator(".messages")).not_to_contain_text("tidak boleh")
    walk.look(desk, "rolled-over")
    with walk.committed():
        nation.walk_through(1, NEXT, reach="5")
    page.goto(f"/hasil/pilar/{NEXT}/1/{OWN}/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("4,283")
    expect(main).to_contain_text(f"Peningkatan sejak {YEAR} (2 tahun)")
    expect(main).to_contain_text("+0,200")
    walk.look(page, "public-two-years-later")
