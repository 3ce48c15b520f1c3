"""A ministry's evaluation in a real browser, in its main steps and by tired people: an instrument that is sent by page,
workbooks of regions in one batch, more time, a straggler, a move back, an objection with evidence, four eyes,
publication, and the evaluation two years later."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser import nation
from browser.conftest import WIDE
from browser.nation import CELLS, CODE, LATE, OWN, PEOPLE, PROMPT, STRAGGLER, WRONG
from browser.walk import APPROVER, CHAIR, SECRETARIAT, told
from pilar.evaluation.models import (
    Assessment,
    Campaign,
    FilledIn,
    Instrument,
    InstrumentDraft,
    Objection,
    Phase,
    PhaseMove,
)
from pilar.evaluation.rules.stages import AssessmentState, PhaseState
from pilar.platform.imports import keeping
from pilar.platform.models import AuditEvent

Committed = Callable[[], AbstractContextManager[None]]
MOBILE = 390
"""The screen on which the regions work."""
YEAR = timezone.localdate().year
NEXT = "nasional-berikut"
DIMENSIONS = ("Arah", "Warga", "Layanan", "Keterbukaan", "Keamanan", "Jangkauan")


@dataclass
class Nation:
    """A page for each of its people; those of regions hold a phone."""

    sign_in: Callable[..., Page]
    committed: Committed
    fits: Callable[[Page], None]
    accessible: Callable[[Page], None]
    snap: Callable[[Page, str], None]
    pages: dict[str, Page] = field(default_factory=dict)

    def at(self, email: str, address: str = "", campaign: str = CODE) -> Page:
        """The page of somebody, opened at an address of the campaign (``panel/``) or of the site (``/hasil/``)."""
        if email not in self.pages:
            self.pages[email] = self.sign_in(email, width=MOBILE if email in PEOPLE.values() else WIDE)
        page = self.pages[email]
        page.goto(address if address.startswith("/") else f"/kerja/periode/{campaign}/{address}")
        return page

    def look(self, page: Page, name: str) -> None:
        """The page as it stands fits the screen on which it is read, is accessible there, and has its picture taken."""
        self.fits(page)
        self.accessible(page)
        self.snap(page, f"nation-{name}")

    def move(self, button: str, reason: str = "") -> Page:
        """The secretariat moves the first phase, and clicks twice."""
        page = self.at(SECRETARIAT)
        page.get_by_role("link", name=button, exact=True).click()
        if reason:
            page.get_by_label("Alasan").fill(reason)
        twice(page, button)
        told(page, "Tahap 1 sekarang:")
        return page


def twice(page: Page, act: str) -> None:
    """On the page that asks before something is done: tick its box, if it has one, and click twice."""
    tick = page.locator("main input[name=agreed]")
    expect(page.locator("main input[name=checked]")).to_be_attached()
    if tick.count():
        tick.check()
    page.get_by_role("button", name=act, exact=True).first.dblclick()


def logged(action: str, key: object) -> int:
    return AuditEvent.objects.filter(action=action, key=str(key)).count()


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


def send_instrument(walk: Nation) -> None:
    """The first file has a fault at its place; the second shows what it changes, and becomes a draft once."""
    page = walk.at(SECRETARIAT, "/kerja/instrumen/")
    text = nation.instrument(YEAR)
    sent = {"name": "instrumen.yaml", "mimeType": "application/yaml"}
    file = page.locator("input[type=file]")
    file.set_input_files({**sent, "buffer": text.replace("weight: 15", "weight: 25").encode()})
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("main")).to_contain_text("120")
    walk.look(page, "instrument-refused")
    file.set_input_files({**sent, "buffer": text.encode()})
    page.get_by_role("button", name="Periksa berkas").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("daya-digital 1.0 → daya-digital 2.0")
    expect(main).to_contain_text(f"KM 17 Tahun {YEAR}")
    walk.look(page, "instrument-checked")
    page.get_by_role("button", name="Simpan rancangan").dblclick()
    told(page, "Rancangan tersimpan. Orang lain di sekretariat mengesahkannya")
    assert InstrumentDraft.objects.filter(code="daya-digital").count() == 1
    page.go_back()
    expect(main).to_contain_text("Semuanya tersimpan")
    page.goto("/kerja/instrumen/")
    page.get_by_role("link", name="Indeks Daya Digital").click()
    expect(main).to_contain_text("orang lain di sekretariat memeriksa dan mengesahkannya")
    expect(page.get_by_role("link", name="Sahkan instrumen")).to_have_count(0)
    walk.look(page, "instrument-draft")


def release_instrument(walk: Nation) -> None:
    page = walk.at(APPROVER, "/kerja/instrumen/")
    page.get_by_role("link", name="Indeks Daya Digital").click()
    page.get_by_role("link", name="Sahkan instrumen").click()
    walk.look(page, "instrument-release")
    twice(page, "Sahkan")
    told(page, "Instrumen disahkan")
    for dimension in DIMENSIONS:
        expect(page.get_by_role("main")).to_contain_text(dimension)
    walk.look(page, "instrument-released")
    assert Instrument.objects.filter(code="daya-digital", version="2.0").count() == 1
    page.go_back()
    page.reload()
    expect(page.get_by_role("button", name="Sahkan", exact=True)).to_have_count(0)


def begin(walk: Nation, code: str, year: int, title: str, phases: int, previous: str = "") -> Page:
    """A campaign of the six dimensions by page, with some phases and one group."""
    page = walk.at(SECRETARIAT, f"/kerja/periode-baru/?phases={phases}")
    now = timezone.localtime()
    for number in range(1, phases + 1):
        opens, closes = now + timedelta(days=30 * number - 31), now + timedelta(days=30 * number - 20)
        page.get_by_label(f"Tahap {number} dibuka").fill(f"{opens:%Y-%m-%dT%H:%M}")
        page.get_by_label(f"Tahap {number} ditutup").fill(f"{closes:%Y-%m-%dT%H:%M}")
    texts = {
        "Kode periode evaluasi": code, "Tahun": str(year), "Judul dalam bahasa Indonesia": title,
        "Judul dalam bahasa Inggris": f"National evaluation {year}", "Kode kelompok": "utama",
        "Nama kelompok dalam bahasa Indonesia": "Kelompok utama", "Nama kelompok dalam bahasa Inggris": "Main group",
    }  # fmt: skip
    for label, text in texts.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Instrumen", exact=True).select_option("daya-digital 2.0")
    if previous:
        page.get_by_label("Periode evaluasi sebelumnya").select_option(previous)
    walk.look(page, f"new-{phases}")
    page.get_by_role("button", name="Buat periode evaluasi ini").dblclick()
    told(page, "Periode evaluasi sudah dibuat")
    assert Campaign.objects.filter(code=code).count() == 1
    return page


def set_up(walk: Nation) -> None:
    page = begin(walk, CODE, YEAR, f"Evaluasi nasional {YEAR}", 3)
    expect(page.get_by_role("heading", name="Tahap 3 dari 3")).to_be_visible()
    page.get_by_role("link", name="Daerah dan kelompok").click()
    page.locator("textarea[name=regions]").fill("36.03\nKabupaten Serang\n32.01\nKota Tangerang")
    page.get_by_role("button", name="Undang", exact=True).dblclick()
    told(page, "4 daerah diundang")
    walk.look(page, "participants")


def seat_panels(walk: Nation) -> None:
    page = walk.at(SECRETARIAT, "panel/")
    page.get_by_role("button", name="Tampilkan usulan").click()
    page.get_by_role("button", name="Terapkan usulan").dblclick()
    expect(page.get_by_text("belum lengkap", exact=True)).to_have_count(0)
    walk.look(page, "panels")
    walk.look(walk.move("Buka penilaian mandiri"), "opened")


def bring_in_workbooks(walk: Nation) -> None:
    """Three at once; one has a fault and holds nobody up, and comes in by the second batch with the others again."""
    with walk.committed():
        good = [nation.workbook(region, CELLS) for region in (OWN, PROMPT)]
        faulty = nation.workbook(LATE, CELLS | {"reach": WRONG})
        mended = nation.workbook(LATE, CELLS)
    page = walk.at(SECRETARIAT, "kemajuan/1/")
    page.get_by_role("link", name="Masukkan berkas Excel daerah").click()
    main = page.get_by_role("main")
    look_through(walk, page, [*good, faulty])
    expect(main).to_contain_text("Tidak disimpan, dan alasannya")
    walk.look(page, "batch-with-fault")
    store(walk, page)
    expect(main).to_contain_text("Draf 2 daerah disimpan; koordinatornya diberi tahu")
    walk.look(page, "batch-stored")
    page.go_back()
    page.goto(f"/kerja/periode/{CODE}/formulir/1/")
    look_through(walk, page, [*good, mended])
    walk.look(page, "batch-again")
    store(walk, page)
    expect(main).to_contain_text("Draf 1 daerah disimpan")
    page.get_by_role("link", name="Lihat", exact=True).click()
    expect(main.get_by_text("diisi sekretariat, belum dibenarkan")).to_have_count(3)
    walk.look(page, "progress-filled")
    assert FilledIn.objects.filter(assessment__participation__campaign__code=CODE).count() == 3


def look_through(walk: Nation, page: Page, files: list[dict[str, str | bytes]]) -> None:
    """Choose files at once, and wait for the worker."""
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Periksa berkas").click()
    work(walk, page)


def store(walk: Nation, page: Page) -> None:
    page.get_by_role("button", name="Simpan berkas yang tidak salah").dblclick()
    work(walk, page)


def work(walk: Nation, page: Page) -> None:
    """The worker does what waits, and the page shows it by itself."""
    expect(page.locator("#import-progress")).to_be_visible()
    key = int(page.url.rpartition("import=")[2])
    with walk.committed():
        keeping.work(key=key)
    expect(page.locator("#import-progress")).to_have_count(0)


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
