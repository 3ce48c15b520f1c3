"""A campaign walked through by its people: pages to press on, and what each of them does there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from browser.conftest import PASSWORD, PHONE, WIDE
from evidence import samples
from pilar import index
from pilar.evaluation import operations
from pilar.people import operations as people
from pilar.people.models import User
from pilar.people.rules import OPERATOR, Role

SECRETARIAT, COORDINATOR, CONTRIBUTOR, VERIFIER, ASSESSOR, CHAIR = (
    f"{name}@contoh.invalid"
    for name in ("sekretariat", "koordinator", "kontributor", "verifikator", "asesor", "ketua.panel")
)
APPROVER = "sekretariat.kedua@contoh.invalid"
SECOND = "asesor.kedua@contoh.invalid"
INSTRUMENT = Path(__file__).with_name("journey.yaml").read_text(encoding="utf-8")

ANSWERS = {
    "regulation": {"level": "3 Baik"},
    "team": {"level": "3 Baik"},
    "budget": {"level": "2 Cukup"},
    "programmes": {"Direncanakan": "20", "Terealisasi": "18", "Sumber angka": "Laporan kinerja"},
    "services": {"level": "3 Baik"},
    "integration": {"level": "2 Cukup"},
    "poverty": {"Kuantitas": "6,93", "Sumber angka": "Badan Pusat Statistik"},
    "users": {"level": "4 Sangat baik"},
    "satisfaction": {"Rata-rata": "3,2", "Sumber angka": "Survei kepuasan"},
    "growth": {"level": "3 Baik"},
    "quick_service": {"level": "4 Sangat baik"},
    "quick_reach": {"level": "3 Baik"},
}
"""What the region answers, by the labels of the fields."""

MARKS = {
    "regulation": "3", "team": "3", "budget": "2", "programmes": "4", "services": "3", "integration": "2",
    "poverty": "2", "users": "4", "satisfaction": "3,2", "growth": "3", "quick_service": "4", "quick_reach": "3",
}  # fmt: skip
"""What those answers come to, and what an assessor gives who agrees with the region."""


@dataclass
class Walk:
    """One campaign of Kabupaten Tangerang and two neighbours, and a page for each of its people."""

    code: str
    sign_in: Callable[..., Page]
    fits: Callable[[Page], None]
    accessible: Callable[[Page], None]
    snap: Callable[[Page, str], None]
    key: int = 0
    pages: dict[str, Page] = field(default_factory=dict)

    def of(self, email: str) -> Page:
        """The page of somebody, who signs in the first time."""
        if email not in self.pages:
            self.pages[email] = self.sign_in(email, width=WIDE)
        return self.pages[email]

    def at(self, email: str, address: str) -> Page:
        """The page of somebody, opened at an address of the campaign (``panel/``) or of the site (``/hasil/``)."""
        page = self.of(email)
        page.goto(address if address.startswith("/") else f"/kerja/periode/{self.code}/{address}")
        return page

    def assessment(self, rest: str = "") -> str:
        """An address below the region's self-assessment."""
        return f"/kerja/penilaian/{self.key}/{rest}"

    def look(self, page: Page, name: str) -> None:
        """The page as it stands fits a phone and a desk, is accessible on both, and has its picture taken."""
        for width in (PHONE, WIDE):
            page.set_viewport_size({"width": width, "height": 800})
            self.fits(page)
            self.accessible(page)
            self.snap(page, f"cycle-{name}-{width}")

    def move(self, button: str) -> None:
        """The secretariat moves the first phase on."""
        page = self.at(SECRETARIAT, "")
        decide(page, button)
        told(page, "tahap 1 dari 2 sekarang:")


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def agree(page: Page | Locator, act: str) -> None:
    """On the page that asks before something is done: tick its box, if it has one, and do it."""
    expect(page.locator("main input[name=checked]")).to_be_attached()
    tick = page.locator("main input[name=agreed]")
    if tick.count():
        tick.check()
    press(page, act)


def decide(page: Page, act: str) -> None:
    """Go to the page that asks before something is done, and do it."""
    page.get_by_role("link", name=act, exact=True).first.click()
    agree(page, act)


def told(page: Page, text: str) -> None:
    """A message of the server that says so."""
    expect(page.locator(".messages")).to_contain_text(text)


def prepare() -> None:
    """What the pages do not make: the instrument, and a third assessor."""
    parsed = index.parse_instrument(INSTRUMENT)
    operations.add_instrument(by=OPERATOR, instrument=parsed, document=INSTRUMENT)
    if not User.objects.filter(email=SECOND).exists():
        people.create_account(
            by=OPERATOR, email=SECOND, name="Akun contoh Asesor Kedua", role=Role.ASSESSOR, password=PASSWORD,
            now=timezone.now(),
        )  # fmt: skip


def create_campaign(walk: Walk) -> None:
    """The secretariat sets the campaign up; it opens on its page, in draft."""
    page = walk.at(SECRETARIAT, "/kerja/periode/")
    walk.look(page, "campaigns")
    page.get_by_role("link", name="Buat periode evaluasi").first.click()
    now = timezone.localtime()
    dates = {"Tahap 1 dibuka": -1, "Tahap 1 ditutup": 7, "Tahap 2 dibuka": 30, "Tahap 2 ditutup": 40}
    for label, days in dates.items():
        page.get_by_label(label).fill(f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}")
    texts = {
        "Kode periode evaluasi": walk.code, "Tahun": str(now.year),
        "Judul dalam bahasa Indonesia": "Evaluasi perjalanan",
        "Judul dalam bahasa Inggris": "Evaluation of the journey", "Kode kelompok": "reguler",
        "Nama kelompok dalam bahasa Indonesia": "Reguler", "Nama kelompok dalam bahasa Inggris": "Regular",
    }  # fmt: skip
    for label, text in texts.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Instrumen", exact=True).select_option("browser-journey 1.0")
    walk.look(page, "new-campaign")
    press(page, "Buat periode evaluasi ini")
    told(page, "Periode evaluasi sudah dibuat")


def invite(walk: Walk) -> None:
    """Three regions, each named in another way."""
    page = walk.at(SECRETARIAT, "daerah/")
    page.locator("textarea[name=regions]").fill("36.03\nKota Tangerang\n32.01")
    press(page, "Undang")
    told(page, "3 daerah diundang")
    expect(page.locator("#participants")).to_contain_text("Kabupaten Bogor")
    walk.look(page, "participants")


def allocate(walk: Walk) -> None:
    """The coordinator comes by the notice, gives everything to one office, and one indicator to another."""
    page = walk.at(COORDINATOR, "/pemberitahuan/")
    walk.look(page, "notices")
    page.get_by_role("link", name="Penilaian mandiri dibuka: Evaluasi perjalanan").first.click()
    walk.key = int(page.url.rstrip("/").rsplit("/", maxsplit=1)[1])
    walk.look(page, "assessment-empty")
    page.get_by_role("link", name="Pembagian indikator").click()
    for dimension in ("Baseline", "Output", "Outcome", "Dampak", "Quick Win"):
        page.get_by_role("checkbox", name=dimension, exact=True).check()
    page.get_by_label("Perangkat daerah").select_option(label="Dinas Komunikasi dan Informatika")
    press(page, "Bagikan yang dipilih")
    told(page, "12 indikator dibagikan")
    page.get_by_role("checkbox", name="Jangkauan Quick Win").check()
    page.get_by_label("Perangkat daerah").select_option(label="Badan Perencanaan dan Pembangunan Daerah")
    press(page, "Bagikan yang dipilih")
    told(page, "1 indikator dibagikan")
    walk.look(page, "allocation")


def answer(walk: Walk, email: str, node: str) -> Page:
    """One indicator answered on its page, and kept by the page itself."""
    page = walk.at(email, walk.assessment(f"indikator/{node}/"))
    for label, text in ANSWERS[node].items():
        if label == "level":
            page.get_by_label(text, exact=True).check()
        else:
            page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Penjelasan").fill("Lihat bukti dukung")
    expect(page.locator("[data-state]")).to_contain_text("Tersimpan")
    expect(page.locator(f"#row-{node}")).to_contain_text("terjawab")
    expect(page.locator("#answer-derived")).to_contain_text(MARKS[node])
    return page


def attach(page: Page, title: str) -> None:
    """A file as evidence of the indicator that is open."""
    page.get_by_text("Tambah bukti baru").click()
    page.get_by_label("Apa yang ditunjukkan bukti ini").fill(title)
    page.locator("input[type=file]").set_input_files(
        {"name": "peraturan.pdf", "mimeType": "application/pdf", "buffer": samples.pdf(title)}
    )
    press(page, "Tambah dan lampirkan")
    told(page, "Bukti dukung ditambahkan dan dilampirkan")


def open_fold(page: Page, item: Locator) -> None:
    """Open the part of a long page that something on it stands in."""
    fold = page.locator("details.fold:not([open])").filter(has=item)
    if fold.count():
        fold.locator("summary").first.click()


def mark(walk: Walk, email: str, **differing: str) -> Page:
    """An assessor marks as the region does but for ``differing``, which gets a reason."""
    page = walk.at(email, "/kerja/asesor/")
    page.locator(f"a[href='/kerja/asesor/{walk.key}/']").click()
    for number, (node, value) in enumerate((MARKS | differing).items(), start=1):
        item = page.locator(f"#{node}")
        open_fold(page, item)
        if node == "satisfaction":
            item.locator("input[type=text]").fill(value)
        else:
            item.locator(f"input[type=radio][value='{value}']").check()
        if node in differing:
            item.get_by_label("Alasan").fill("Bukti belum lengkap")
        # One after the other: of two that are saved at once, the answer that comes last may not count the other yet.
        expect(page.locator("#marked")).to_contain_text(f"{number} / {len(MARKS)}")
    return page


def write_finding(page: Page, kind: str, text: str) -> None:
    page.get_by_label("Jenis").select_option(label=kind)
    page.get_by_label("Temuan").fill(text)
    press(page, "Simpan temuan")


def approve(walk: Walk, version: int, reason: str = "") -> Page:
    """The secretariat computes the results, and its second person approves them."""
    page = walk.at(SECRETARIAT, "hasil/1/")
    page.get_by_role("link", name="Hitung hasil", exact=True).click()
    if reason:
        page.get_by_label("Alasan hasil dihitung ulang").fill(reason)
    walk.look(page, f"to-compute-{version}")
    agree(page, "Hitung hasil")
    told(page, f"Versi {version} sudah dihitung")
    walk.look(page, f"computed-{version}")
    expect(page.get_by_role("link", name="Setujui hasil")).to_have_count(0)
    page = walk.at(APPROVER, "hasil/1/")
    decide(page, "Setujui hasil")
    told(page, f"Versi {version} sudah disetujui")
    return page


def past() -> datetime:
    return timezone.now() - timedelta(minutes=1)
