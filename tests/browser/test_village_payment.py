"""A payment on a phone, through its three screens; the secretary, the head and the treasurer at theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.conftest import PASSWORD, Committed
from browser.tablet import waits
from evidence import samples
from pilar.areas.reference import today_in
from pilar.people.operations import create_account
from pilar.people.rules import OPERATOR
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BankAccount, Book, BudgetStep, CashPlan, Ceiling, PaymentRequest, Proof
from pilar.villagefinance.rules.roles import Role
from villagefinance.world import ACCOUNT, BANK, BOX, CASH, DDS_IN, LINES, PEOPLE, ROAD, World, budget, person

MILLION = 1_000_000
AMOUNTS = {"L1": 500, "L2": 100, "L3": 100, "L4": 480, "L5": 0, "L6": 20, "L7": 0}


def village_with_money(now: datetime, place: int = 0) -> tuple[str, dict[str, str]]:
    """The village at a place, whose budget of the present year is enacted and approved, with money in the bank, by its
    code; and the addresses of those who work there."""
    do.begin_region(by=OPERATOR, region="36.03")
    world = World(Book.objects.filter(region="36.03").order_by("village")[place].village)
    today = today_in(world.region, now)
    budget(world, today.year, **{key: Decimal(amount * MILLION) for key, amount in AMOUNTS.items()})
    of_year = {**world.of_village, "year": today.year}
    for line in LINES:
        if amount := AMOUNTS[f"L{line}"]:
            CashPlan.objects.create(**of_year, version=1, line=line, month=1, amount=amount * MILLION)
    for no, (act, who) in enumerate((("checked", "secretary"), ("approved", "head")), 100):
        BudgetStep.objects.create(**of_year, version=1, no=no, act=act, by=PEOPLE[who].actor.name, at=now)
    Ceiling.objects.create(**of_year, fund="DDS", number=1, amount=500 * MILLION, rule="Perbup", made_on=today)
    BankAccount.objects.create(**world.of_village, key=BOX, account=CASH, name="Kas")
    BankAccount.objects.create(**world.of_village, key=ACCOUNT, account=BANK, name="RKD", bank="BJB", number="001")
    given = do.Received(DDS_IN, Decimal(200 * MILLION), ACCOUNT, today, "Dana Desa tahap 1")
    treasurer = person("Bendahara", 3, Role.TREASURER, world.village)
    do.receive(by=treasurer, village=world.village, year=today.year, given=given, now=now)
    emails, accounts = {}, {}
    for who in ("executor", "secretary", "head", "treasurer"):
        emails[who] = f"{who}.desa{place}@contoh.invalid"
        accounts[who] = create_account(
            by=OPERATOR, email=emails[who], name=PEOPLE[who].actor.name, role=PEOPLE[who].memberships[0].role,
            region=world.region, unit=world.village, password=PASSWORD, now=now,
        )  # fmt: skip
    secretary = person("Sekretaris", 2, Role.SECRETARY, world.village)
    named: dict[str, int | None] = {activity: accounts["executor"] for activity, *_rest in LINES.values() if activity}
    do.name_executors(by=secretary, village=world.village, year=today.year, given=named, now=now)
    return world.village, emails


def test_from_the_line_to_the_cash_book(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    committed: Committed,
) -> None:
    with committed():
        village, emails = village_with_money(timezone.now())
    at, month = f"/keuangan-desa/{village}/", f"{timezone.now():%Y/%-m}"

    def looked_at(page: Page, name: str) -> None:
        fits(page)
        accessible(page)
        snap(page, f"village-{name}-360")

    phone = signed_in(emails["executor"], width=360)
    phone.goto(f"{at}belanja/")
    looked_at(phone, "payments")
    phone.goto(f"{at}belanja/baru/")
    expect(phone.get_by_text("Rp480.000.000").first).to_be_visible()
    looked_at(phone, "lines")
    phone.locator(f"main a[href$='/{ROAD}/']").click()
    phone.get_by_label("Jumlah, Rp").fill("10.000.000")
    phone.get_by_label("Uraian").fill("Batu kali")
    phone.get_by_label("Atau nama penerima").fill("Toko Maju")
    for label in ("Kuitansi atau faktur", "Kemajuan pekerjaan"):
        phone.get_by_label(label).set_input_files(
            {"name": f"{label}.png", "mimeType": "image/png", "buffer": samples.png(80, 60)}
        )
    looked_at(phone, "ask")
    phone.get_by_role("button", name="Simpan dan periksa").click()
    expect(phone.get_by_text("sepuluh juta rupiah")).to_be_visible()
    looked_at(phone, "request")
    phone.get_by_role("button", name="Kirim").click()
    address = phone.url
    for who in ("secretary", "head"):
        page = signed_in(emails[who], width=360)
        page.goto(address)
        looked_at(page, who)
        page.locator("main form button.primary").first.click()
        expect(page.get_by_role("status").or_(page.locator(".messages")).first).to_be_visible()
    till = signed_in(emails["treasurer"], width=360)
    till.goto(f"{address}bayar/")
    looked_at(till, "pay")
    till.get_by_role("checkbox").check()
    till.get_by_role("button", name="Bayar dan bukukan").click()
    expect(till.get_by_text("Kuitansi (PDF)")).to_be_visible()
    for name in ("pajak/", f"buku/umum/{month}/", "rekening/", f"realisasi/{timezone.now().year}/", "terima/", "kas/",
                 f"tahun/{timezone.now().year}/", f"buku/entri/{timezone.now().year}/1/"):  # fmt: skip
        till.goto(f"{at}belanja/{name}")
        looked_at(till, name.partition("/")[0])
    till.goto(at)
    looked_at(till, "home")


@pytest.mark.thorough
def test_a_request_is_begun_and_kept_without_a_line(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    committed: Committed,
) -> None:
    """Its photographs too, until there is a line; then it is with the secretary, once."""
    with committed():
        village, emails = village_with_money(timezone.now(), 1)
    phone = signed_in(emails["executor"], width=360)
    phone.goto(f"/keuangan-desa/{village}/belanja/")
    phone.get_by_role("link", name="Ajukan pembayaran").click()
    expect(phone.get_by_text("Halaman ini sekarang dapat dipakai tanpa jaringan")).to_be_visible()
    phone.context.set_offline(True)
    phone.reload()
    phone.get_by_role("button", name="Mulai SPP").click()
    phone.get_by_label("sisa Rp480.000.000").check()

    def looked_at(name: str) -> None:
        fits(phone)
        accessible(phone)
        snap(phone, f"village-draft-{name}-360")

    looked_at("line")
    phone.get_by_role("button", name="Berikutnya").click()
    phone.get_by_label("Jumlah, Rp").fill("10.000.000")
    phone.get_by_label("Uraian").fill("Batu kali")
    phone.get_by_label("Nama penerima").fill("Toko Maju")
    for label in ("Kuitansi atau faktur", "Kemajuan pekerjaan"):
        phone.get_by_label(label).set_input_files(
            [{"name": f"{label} {no}.png", "mimeType": "image/png", "buffer": samples.png(80, 60)} for no in (1, 2)]
        )
        expect(phone.get_by_text(f"{label} 2.png")).to_be_visible()
    phone.get_by_role("listitem").filter(has_text="Kemajuan pekerjaan 2.png").get_by_role("button").click()
    expect(phone.get_by_text("Kemajuan pekerjaan 2.png")).to_have_count(0)
    looked_at("receipts")
    phone.reload()
    phone.get_by_role("button", name="Lanjut").click()
    expect(phone.get_by_label("Uraian")).to_have_value("Batu kali")
    expect(phone.get_by_text("Kuitansi atau faktur 2.png")).to_be_visible()
    expect(phone.get_by_text("Kemajuan pekerjaan 2.png")).to_have_count(0)
    phone.get_by_role("button", name="Berikutnya").click()
    expect(phone.locator("form:visible [data-said=files]")).to_have_text("3")
    looked_at("send")
    phone.get_by_role("button", name="Kirim", exact=True).click()
    waits(phone, 1)
    looked_at("waits")
    with committed():
        assert not PaymentRequest.objects.filter(village=village).exists()
    phone.context.set_offline(False)
    expect(phone.get_by_text("Semua SPP sudah diterima")).to_be_visible()
    waits(phone, 0)
    with committed():
        row = PaymentRequest.objects.get(village=village)
        assert (row.state, row.told, row.payee) == ("submitted", "Batu kali", "Toko Maju")
        assert Proof.objects.filter(village=village, request=row.number).count() == 3
