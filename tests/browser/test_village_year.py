"""The year of a village from its cost plan to what everybody sees of it, each at their own screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.conftest import PASSWORD, PHONE, WIDE, Committed, OpenPage
from browser.walk import agree, told
from evidence import samples
from pilar.people.operations import create_account
from pilar.people.rules import OPERATOR, SCHEDULE
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BankAccount, Book
from pilar.villagefinance.queries import positions
from villagefinance.drafts import CEILINGS, ROWS
from villagefinance.world import ACCOUNT, BANK, BOX, CASH, PEOPLE, YEAR

LINES = f"{ROWS}2.3.01  5.2.1.01 DDS 380300000\n4.2.02  5.2.1.01 DDS 200000000\n".replace(
    "        6.2.2.01 DDS  580300000\n", ""
)
"""A budget that keeps the rules of the year, which has no share for cooperatives yet."""
BY_HAND = "1.4.08"
JANUARY, MARCH, APRIL, NEXT = (datetime(YEAR + at // 12, 1 + at % 12, 15, 3, tzinfo=UTC) for at in (0, 2, 3, 12))


@dataclass
class Walk:
    """A village and the pages of its people, as long as the clock stands still."""

    village: str
    sign_in: Callable[..., Page]
    look: Callable[[Page, str], None]
    pages: dict[str, Page] = field(default_factory=dict)

    def at(self, who: str, address: str, *, width: int = WIDE) -> Page:
        """The page of somebody at an address of the village, or of the site."""
        if who not in self.pages:
            self.pages[who] = self.sign_in(email(who), width=width)
        self.pages[who].goto(address if address.startswith("/") else f"/keuangan-desa/{self.village}/{address}")
        return self.pages[who]

    def act(self, who: str, address: str, button: str, done: str, **fields: str) -> None:
        """Somebody fills in what a page "check before you …" asks, agrees and is told that it is done."""
        page = self.at(who, address)
        fill(page, **fields)
        agree(page, button)
        told(page, done)


def email(who: str) -> str:
    return f"{who}.tahun@contoh.invalid"


def fill(page: Page, **fields: str) -> None:
    """Fill in fields by their names, whatever they are; of a choice, the value or how its text begins."""
    for name, text in fields.items():
        found = page.locator(f"main [name='{name}']")
        if found.first.get_attribute("type") in ("radio", "checkbox"):
            page.locator(f"main [name='{name}'][value='{text}']").check()
        elif found.evaluate("one => one.tagName") == "SELECT":
            option = found.locator(f"option[value='{text}']")
            found.select_option(option.or_(found.locator("option", has_text=text)).first.get_attribute("value"))
        else:
            found.fill(text)


def prove(page: Page, *names: str) -> None:
    for name in names:
        photograph = {"name": f"{name}.png", "mimeType": "image/png", "buffer": samples.png(80, 60)}
        page.locator(f"main [name={name}]").set_input_files(photograph)  # type: ignore[arg-type]


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def bring(page: Page, rows: list[str]) -> None:
    """A file, looked through and then stored."""
    content = "\n".join(rows).encode()
    page.locator("main input[type=file]").set_input_files(
        {"name": "berkas.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.locator("main form:has(input[type=file]) button[type=submit]").click()
    page.locator("main form:has(input[name=rows]) button[type=submit]").click()
    expect(page.locator("main form:has(input[name=rows])")).to_have_count(0)


def begin(now: datetime) -> str:
    """A village without a budget, and everybody who works with its money; its code."""
    do.make_years(by=OPERATOR, now=now)
    do.begin_region(by=OPERATOR, region="36.03")
    village = Book.objects.filter(region="36.03").order_by("village")[9].village
    at = {"region": "36.03", "village": village}
    BankAccount.objects.create(**at, key=BOX, account=CASH, name="Kas")
    BankAccount.objects.create(**at, key=ACCOUNT, account=BANK, name="RKD", bank="BJB", number="001")
    units = {"camat": village[:8], "office": "", "inspectorate": ""}
    for who in ("executor", "secretary", "head", "treasurer", "council", "camat", "office", "inspectorate"):
        create_account(
            by=OPERATOR, email=email(who), name=PEOPLE[who].actor.name, role=PEOPLE[who].memberships[0].role,
            region="36.03", unit=units.get(who, village), password=PASSWORD, now=now,
        )  # fmt: skip
    return str(village)


def draw_up(walk: Walk) -> None:
    """The office grants, the secretary draws up: an activity by hand, all others from a file."""
    page = walk.at("office", f"/keuangan-desa/36.03/{YEAR}/pagu/")
    head = "kode desa,sumber dana,pagu,peraturan,tanggal peraturan"
    bring(page, [head, *(f"{walk.village},{fund},{pagu},Perbup 1,2/1/{YEAR}" for fund, pagu in CEILINGS.items())])
    page = walk.at("secretary", f"{YEAR}/mulai/")
    fill(page, head="1", secretary="1", staff="3")
    press(page, "Mulai")
    told(page, "Rancangan mulai disusun")
    rows = [line.split() for line in LINES.strip("\n").splitlines()]
    ((_activity, account, fund, _amount),) = [row for row in rows if row[0] == BY_HAND]
    page = walk.at("secretary", f"{YEAR}/1/kegiatan/{BY_HAND}/")
    if not page.locator("[name=items-0-account]").count():
        press(page, "Tambah baris")
    fill(page, **{
        f"items-0-{name}": text for name, text in {
            "account": account, "fund": fund, "description": "Sewa tenda", "output": "5 kegiatan", "volume": "5",
            "unit": "paket", "unit_price": "10.000.000",
        }.items()
    })  # fmt: skip
    walk.look(page, "rab")
    press(page, "Simpan")
    told(page, "Rincian telah disimpan")
    others = [["", *row][-4:] for row in rows if row[0] != BY_HAND]
    page = walk.at("secretary", f"{YEAR}/1/impor/")
    head = "kode kegiatan,kode rekening,sumber dana,uraian,harga satuan"
    bring(page, [head, *(f"{activity},{of},{fund},Uji,{amount}" for activity, of, fund, amount in others)])


def make_law(walk: Walk) -> None:
    """The council agrees, the camat evaluates, the head enacts; cash is planned and the DPA approved."""
    of, day = f"{YEAR}/1/", f"{YEAR}-01-15"
    walk.act("council", f"{of}sepakati/", "Catat kesepakatan", "Kesepakatan BPD", minutes="BA 1", day=day)
    walk.act("head", f"{of}kirim/", "Kirim kepada camat", "berada di camat", letter="141/1")
    walk.look(walk.at("camat", f"{of}evaluasi/"), "evaluation")
    walk.act("camat", f"{of}hasil/", "Berikan hasil evaluasi", "telah diberikan", fit="fit", letter="900/1", day=day)
    walk.act("head", f"{of}tetapkan/", "Tetapkan", "telah ditetapkan", regulation="1", elaboration="2", day=day)
    page = walk.at("treasurer", f"{of}kas/")
    press(page, "Bagi rata yang belum direncanakan")
    expect(page.get_by_role("button", name="Bagi rata yang belum direncanakan")).to_have_count(0)
    walk.act("secretary", f"{of}dpa/periksa/", "Nyatakan sudah diverifikasi", "DPA telah diverifikasi")
    walk.act("head", f"{of}dpa/setujui/", "Setujui DPA", "DPA telah disetujui")
    page = walk.at("secretary", f"{YEAR}/pelaksana/")
    for choice in page.locator("main select").all():
        choice.select_option(index=1)
    walk.look(page, "executors")
    press(page, "Simpan")
    told(page, "Pelaksana kegiatan sudah ditetapkan")
    page = walk.at("treasurer", f"belanja/tahun/{YEAR}/buka/")
    if not page.locator("[name=held-0-where]").count():
        press(page, "Tambah baris")
    fill(page, **{"held-0-where": f"account:{ACCOUNT}", "held-0-fund": "PBH", "held-0-amount": "10.000.000"})
    press(page, "Buka tahun")
    told(page, "Tahun sudah dibuka")


def spend(walk: Walk) -> None:
    """Money arrives, an advance is paid and accounted for, to an official, tax remitted."""
    page = walk.at("treasurer", "belanja/terima/", width=PHONE)
    fill(page, bank_account=str(ACCOUNT), line="4.2.1.01", amount="400.000.000", told="Dana Desa tahap 1", paper="1")
    press(page, "Bukukan")
    told(page, "Telah dibukukan")
    page = walk.at("executor", "belanja/baru/", width=PHONE)
    page.get_by_role("link", name="Belanja Modal Bahan Baku").last.click()
    fill(page, kind="advance", told="Batu kali", **{"bills-0-amount": "10.000.000"})
    prove(page, "receipt", "progress")
    press(page, "Simpan dan periksa")
    press(page, "Kirim")
    spp = f"belanja/{YEAR}/1/"
    for who in ("secretary", "head"):
        page = walk.at(who, spp, width=PHONE)
        page.locator("main form button.primary").first.click()
        expect(page.locator(".messages")).to_be_visible()
    walk.act("treasurer", f"{spp}bayar/", "Bayar dan bukukan", "dibayar dan dibukukan")
    page = walk.at("executor", f"{spp}spj/")
    fill(page, **{"bills-0-amount": "10.000.000", "bills-0-payee": "Kasi", "bills-0-payment": "goods"})
    prove(page, "receipt")
    walk.look(page, "spj")
    press(page, "Simpan pertanggungjawaban")
    page = walk.at("treasurer", f"{spp}sisa/")
    press(page, "Bukukan")
    walk.act("secretary", f"{spp}sahkan/", "Sahkan dan bukukan", "dipertanggungjawabkan")
    page = walk.at("treasurer", "belanja/pajak/pph22/")
    page.locator("main [name=withheld]").check()
    fill(page, ntpn="0123456789ABCDEF")
    agree(page, "Bukukan setoran")
    told(page, "Setoran telah dibukukan")


def reconcile(walk: Walk) -> None:
    """The statement of the bank is sent, and what the books have of it is matched."""
    page = walk.at("treasurer", f"belanja/rekening/{ACCOUNT}/")
    moved = f"15/03/{YEAR};DANA DESA;;400000000,00;410000000,00\n15/03/{YEAR};PANJAR;10000000,00;;400000000,00\n"
    content = f"Tanggal;Keterangan;Debet;Kredit;Saldo\n{moved}".encode()
    page.locator("main [name=file]").set_input_files({"name": "m.csv", "mimeType": "text/csv", "buffer": content})
    press(page, "Simpan")
    told(page, "2 mutasi tersimpan")
    walk.look(page, "statement")
    press(page, "Terima yang dipilih")
    told(page, "2 pasangan diterima")
    expect(page.locator("main")).to_contain_text("Semua mutasi bank sudah dipasangkan")


def audit(walk: Walk) -> None:
    """A flag is answered by the village and judged by the inspectorate, which draws a sample down to an entry."""
    flags = "/keuangan-desa/36.03/peringatan/"
    page = walk.at("head", flags)
    page.locator("main table a").first.click()
    fill(page, reply="Dibukukan sekaligus setelah listrik padam")
    press(page, "Simpan jawaban")
    page = walk.at("inspectorate", flags)
    page.locator("main table a").first.click()
    walk.look(page, "flag")
    page.get_by_role("link", name="Putuskan peringatan").click()
    fill(page, verdict="false_alarm", reason="Wajar")
    agree(page, "Beri putusan")
    expect(page.locator("main")).to_contain_text("Wajar")
    page = walk.at("inspectorate", f"{flags}sampel/")
    fill(page, year=str(YEAR), size="3")
    press(page, "Ambil sampel")
    told(page, "Sampel sudah diambil")
    walk.look(page, "sample")
    page.locator("main table a").first.click()
    expect(page.locator("main")).to_contain_text("Batu kali")


def close(walk: Walk) -> None:
    """The year is over: it is closed and the next one opened; its account (LPJ) is made and agreed."""
    walk.look(walk.at("secretary", f"belanja/tahun/{YEAR}/"), "year")
    walk.act("secretary", f"belanja/tahun/{YEAR}/tutup/", "Tutup tahun", "Tahun sudah ditutup")
    page = walk.at("treasurer", f"belanja/tahun/{YEAR + 1}/buka/")
    press(page, "Buka tahun")
    told(page, "Tahun sudah dibuka")
    page = walk.at("council", f"belanja/buku/{YEAR}/catat/perdes/")
    expect(page.locator("main")).to_contain_text("Sekretaris desa menyusun LPJ lebih dahulu")
    walk.act("secretary", f"belanja/buku/{YEAR}/catat/lpj/", "Catat", "tercatat")
    walk.act(
        "council", f"belanja/buku/{YEAR}/catat/perdes/", "Catat", "tercatat", paper="Perdes 2", day=f"{YEAR + 1}-01-14"
    )
    for who, paper in (("head", "lra"), ("council", "lpj")):
        page = walk.at(who, f"belanja/buku/{paper}/{YEAR}/?bulan=12")
        expect(page.locator("main")).to_contain_text("400.000.000")
        walk.look(page, paper)
    page = walk.at("council", f"belanja/buku/{YEAR}/")
    expect(page.locator("main")).to_contain_text("Perdes 2")


def test_from_the_cost_plan_to_what_everybody_sees(
    signed_in: Callable[..., Page],
    open_page: OpenPage,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    committed: Committed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [JANUARY]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])

    def look(page: Page, name: str) -> None:
        page.set_viewport_size({"width": PHONE, "height": 800})
        fits(page)
        accessible(page)
        snap(page, f"village-year-{name}-{PHONE}")
        page.set_viewport_size({"width": WIDE, "height": 800})
        snap(page, f"village-year-{name}-{WIDE}")

    with committed():
        walk = Walk(begin(JANUARY), signed_in, look)
    draw_up(walk)
    make_law(walk)
    clock[0] = MARCH
    walk.pages.clear()
    spend(walk)
    reconcile(walk)
    clock[0] = APRIL
    walk.pages.clear()
    walk.act("treasurer", f"belanja/tutup/{YEAR}/3/", "Tutup bulan", "Bulan telah ditutup")
    clock[0] = NEXT
    walk.pages.clear()
    close(walk)
    clock[0] = datetime.now(UTC)  # when the database recorded it all
    walk.pages.clear()
    with committed():
        assert do.raise_flags(by=SCHEDULE, village=walk.village, year=YEAR, now=clock[0])
    audit(walk)
    page = open_page(width=PHONE)
    page.goto(f"/keuangan-desa/{walk.village}/apbdes/{YEAR}/")
    expect(page.locator("main")).to_contain_text("10.000.000")
    look(page, "public")
    shown = page.locator("main").inner_text()
    assert [one for one in ("Toko Maju", "Tim pelaksana", "Kasi", "Bendahara") if one in shown] == []
    with committed():
        assert [*positions.differences(walk.village)] == []
