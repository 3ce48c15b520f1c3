"""The pages of a national evaluation as tired people use them, who click twice: what it is set up with, from the file
of its instrument to the workbooks of its regions."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from browser import nation
from browser.conftest import WIDE
from browser.nation import CELLS, CODE, LATE, OWN, PEOPLE, PROMPT, WRONG
from browser.walk import APPROVER, SECRETARIAT, told
from pilar.evaluation.models import Campaign, FilledIn, Instrument, InstrumentDraft
from pilar.platform.imports import keeping
from pilar.platform.models import AuditEvent

Committed = Callable[[], AbstractContextManager[None]]
MOBILE = 390
"""The screen on which the regions work."""
YEAR = timezone.localdate().year
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
        told(page, "tahap 1 dari 3 sekarang:")
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
