"""Dated figures of regions: a file with messy cells is looked at, mended and stored, on a phone and a desk, by axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

HEAD = "Daerah;Tahun;Jumlah penduduk;Indeks SPBE;Kategori kapasitas fiskal;Sumber;Alamat"
SOURCE = "Uji coba;https://contoh.invalid/angka"


def csv(*rows: str, head: str = HEAD) -> dict[str, object]:
    return {"name": "angka.csv", "mimeType": "text/csv", "buffer": "\n".join((head, *rows)).encode()}


@pytest.mark.parametrize(("language", "width", "year"), [
    ("", 360, 2022), pytest.param("/en", 1280, 2023, marks=pytest.mark.thorough),
])  # fmt: skip
def test_messy_figures_are_looked_at_mended_and_stored(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    language: str,
    width: int,
    year: int,
) -> None:
    page = signed_in("sekretariat@contoh.invalid", width=width)
    page.goto(f"{language}/angka-daerah/impor/")

    def given(file: dict[str, object]) -> None:
        page.locator("[name=file]").set_input_files(file)  # type: ignore[arg-type]
        page.locator("main form").filter(has=page.locator("[name=file]")).locator("button").click()
        page.wait_for_load_state()
        fits(page)
        accessible(page)

    accessible(page)
    given({"name": "angka.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj"})
    expect(page.get_by_role("main")).to_contain_text(".xlsx")
    given(csv(f"36.03;2023;tiga juta;3,450;tinggi;{SOURCE}", f"Kab. Tangerangg;2023;1.000;;luas;{SOURCE}"))
    expect(page.get_by_role("main")).to_contain_text("tiga juta")
    given(csv(f"36.03;2023;3.245,6;3,45;tinggi;{SOURCE}", head=HEAD.replace("penduduk", "penduduk (ribu jiwa)")))
    expect(page.get_by_role("main").get_by_role("combobox").first).to_be_visible()
    good = f"36.03;{year};3.245.619 jiwa;3.450;sangat tinggi;{SOURCE}/{'panjang' * 30}"
    given(csv(good, f"Kota Tangerang;{year};1.927.815;–;;{SOURCE}"))
    page.locator("main form:has([name=rows]) button").last.click()
    page.goto(f"{language}/angka-daerah/?q=36.03")
    expect(page.get_by_role("main")).to_contain_text("3.245.619" if not language else "3,245,619")
    fits(page)
    accessible(page)
    page.goto(f"{language}/angka-daerah/36.03/")
    fits(page)
    accessible(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
