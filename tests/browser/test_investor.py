"""The way of an investor on a phone: what, where, by when; a question to the office, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.conftest import PHONE, Committed, OpenPage
from pilar.people.rules import OPERATOR
from pilar.permits.operations import load_services, save_potentials
from pilar.permits.rules.investment import PotentialEntry, PotentialKind
from pilar.permits.rules.places import Point

REGION = "36.03"
PLOT = PotentialEntry(
    "lahan-contoh", PotentialKind.PLOT, "Lahan contoh Balaraja", "assumption", "36.03.01", Decimal("12.5"), ("10",),
    point=Point(Decimal("-6.19800"), Decimal("106.45200")),
)  # fmt: skip


def test_from_words_to_an_answer(
    open_page: OpenPage,
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    committed: Committed,
) -> None:
    with committed():
        load_services(by=OPERATOR, now=timezone.now(), demonstration=True)
        save_potentials(by=OPERATOR, region=REGION, given=[PLOT], now=timezone.now())

    def looked_at(page: Page, name: str) -> None:
        fits(page)
        accessible(page)
        snap(page, f"investor-{name}-360")

    page = open_page(width=PHONE)
    page.goto(reverse("permits:investment-regions"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Investasi")
    looked_at(page, "investment")
    with page.expect_response(lambda answer: "q=roti" in answer.url):
        page.get_by_label("Jenis usaha: kata, atau kode KBLI 2020").fill("roti")
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="10710").click()
    expect(page.get_by_text("Tidak diketahui")).to_be_visible()
    expect(page.get_by_text("Lahan contoh Balaraja")).to_be_visible()
    looked_at(page, "answer")
    page.get_by_role("link", name="Tulis kepada kantor").click()
    page.get_by_label("Isi surat").fill("Bolehkah pabrik roti di Balaraja?")
    looked_at(page, "enquiry")
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_text("Bolehkah pabrik roti di Balaraja?")).to_be_visible()
    looked_at(page, "letter")
    mine = page.url

    office = signed_in("loket@contoh.invalid")
    office.goto(reverse("permits:letters", args=[REGION]))
    accessible(office)
    office.locator("#letters tbody a").first.click()
    office.get_by_label("Jawaban").fill("Boleh, dengan NIB dan izin pembuangan limbah cair.")
    office.get_by_role("button", name="Simpan jawaban").click()
    page.goto(mine)
    expect(page.get_by_text("Boleh, dengan NIB dan izin pembuangan limbah cair.")).to_be_visible()
