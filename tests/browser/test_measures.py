"""Measured figures on a phone and at a desk: read, reported, corrected, imported, defined."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, Page, expect

COORDINATOR, CONTRIBUTOR = "koordinator@contoh.invalid", "kontributor@contoh.invalid"
AT = "/ukuran/36.03"


@pytest.fixture(scope="module")
def _made() -> list[bool]:
    return []


@pytest.fixture(autouse=True)
def measures(chromium: Browser, committed: Callable[[], AbstractContextManager[None]], _made: list[bool]) -> None:
    """The made-up measures of the demonstration, once for this file; like the site, after the browser has started."""
    if _made:
        return
    from pilar.config import setup

    with committed():
        setup.play("measures", say=lambda _sentence: None)
    _made.append(True)


@pytest.mark.thorough
def test_everybody_reads_what_is_public(
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    for width in (360, 1280):
        page = open_page(width=width)
        page.goto(f"{AT}/")
        expect(page.get_by_text("Data contoh", exact=True).first).to_be_visible()
        expect(page.get_by_role("link", name="Dana desa tersalur")).to_have_count(0)
        fits(page)
        accessible(page)
        snap(page, f"measures-list-{width}")
        page.get_by_role("link", name="Izin terbit").click()
        expect(page.get_by_role("img", name="Izin terbit (izin)")).to_be_visible()
        fits(page)
        accessible(page)
        snap(page, f"measures-one-{width}")


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_a_value_is_reported_and_corrected_on_a_phone(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    javascript: bool,
) -> None:
    phone = signed_in(CONTRIBUTOR, width=360, javascript=javascript)
    phone.goto(f"{AT}/nilai/peserta-literasi/")
    fits(phone)
    phone.get_by_role("link", name="Laporkan angka").click()
    phone.get_by_label("Angka (orang)").fill("1.234.567")
    phone.get_by_role("button", name="Laporkan").click()
    expect(phone.get_by_role("alert").get_by_text("1.234.567 tidak wajar")).to_be_visible()
    fits(phone)
    if javascript:
        accessible(phone)
        snap(phone, "measures-report-360")
    phone.get_by_label("Angka (orang)").fill("345")
    phone.get_by_role("button", name="Laporkan").click()
    expect(phone.get_by_text("Angka sudah dilaporkan")).to_be_visible()
    phone.get_by_role("link", name="Koreksi").first.click()
    phone.get_by_label("Angka (orang)").fill("346" if javascript else "347")
    phone.get_by_label("Alasan koreksi").fill("Salah hitung")
    fits(phone)
    if javascript:
        accessible(phone)
        snap(phone, "measures-correct-360")
    phone.get_by_role("button", name="Koreksi").click()
    expect(phone.get_by_text("Angka sudah dikoreksi")).to_be_visible()
    expect(phone.get_by_text("dikoreksi: Salah hitung")).to_be_visible()
    fits(phone)


@pytest.mark.thorough
def test_a_file_is_taken_over(
    signed_in: Callable[..., Page], accessible: Callable[[Page], None], fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:  # fmt: skip
    page = signed_in(CONTRIBUTOR, width=1280)
    page.goto(f"{AT}/impor/")
    rows = "ukuran;periode;nilai;alasan\ntitik-wifi-publik;2020;55;Dihitung ulang\ntitik-wifi-publik;2021-01;60;x\n"
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        file = {"name": "nilai.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        page.get_by_label("Berkas berisi angka").set_input_files([file])  # type: ignore[list-item]
        page.get_by_role("button", name="Periksa berkas").click()
        expect(page.get_by_text("0 baru, 1 koreksi, 0 sudah ada, 1 ditolak")).to_be_visible()
        fits(page)
        accessible(page)
        snap(page, f"measures-import-{width}")
    mended = {"name": "nilai.csv", "mimeType": "text/csv", "buffer": rows.replace("2021-01", "2021").encode()}
    page.get_by_label("Berkas berisi angka").set_input_files([mended])  # type: ignore[list-item]
    page.get_by_role("button", name="Periksa berkas").click()
    page.get_by_role("button", name="Simpan semuanya").click()
    expect(page.get_by_text("2 angka diambil alih")).to_be_visible()


@pytest.mark.thorough
def test_a_file_of_a_data_portal_is_mapped_and_taken_over(
    signed_in: Callable[..., Page], accessible: Callable[[Page], None], fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:  # fmt: skip
    page = signed_in(CONTRIBUTOR, width=1280)
    rows = "tahun,jenis,nilai\n2022,Titik Wi-Fi,0.061\n2022,Menara,4\n2023,Titik Wi-Fi,0.064\n2023,Menara,5\n"
    for width, language in ((360, ""), (1280, "/en"), (1280, "")):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{language}{AT}/impor/portal/")
        file = {"name": "wifi-2026.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
        page.get_by_role("button", name="Look through the file" if language else "Periksa berkas").click()
        expect(page.get_by_label("nilai; jenis: Titik Wi-Fi", exact=False).first).to_be_visible()
        fits(page)
        accessible(page)
        snap(page, f"measures-portal-{width}{language.replace('/', '-')}")
    page.locator("select[name^=series-]").first.select_option("titik-wifi-publik")
    page.locator("input[name^=factor-]").first.fill("1000")
    page.get_by_label("Alasan koreksi").fill("Diperbarui di portal")
    page.get_by_role("button", name="Konfirmasi arti ini").click()
    expect(page.get_by_text("2 angka dari seri yang diabaikan tidak dibaca")).to_be_visible()
    fits(page)
    accessible(page)
    snap(page, "measures-portal-read-1280")
    page.get_by_role("button", name="Simpan semuanya").click()
    expect(page.get_by_text("2 angka diambil alih")).to_be_visible()
    page.goto(f"{AT}/nilai/titik-wifi-publik/periode/2023/")
    expect(page.get_by_text("berkas wifi-2026.csv, baris 4, seri “nilai; jenis: Titik Wi-Fi”")).to_be_visible()
    for width, language in ((360, ""), (1280, "/en"), (1280, "")):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{language}{AT}/impor/portal/pemetaan/")
        fits(page)
        accessible(page)
        snap(page, f"measures-mappings-{width}{language.replace('/', '-')}")
        page.get_by_role("link", name="wifi").click()
        fits(page)
        accessible(page)
        snap(page, f"measures-mapping-{width}{language.replace('/', '-')}")
    page.get_by_role("link", name="Hapus pemetaan ini").click()
    accessible(page)
    page.get_by_role("button", name="Hapus").click()
    expect(page.get_by_text("Pemetaan dihapus")).to_be_visible()
    expect(page.get_by_text("Belum ada pemetaan")).to_be_visible()


@pytest.mark.thorough
def test_the_coordinators_desk(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
) -> None:
    page = signed_in(COORDINATOR, width=1280)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for name, path in {
            "list": "/",
            "define": "/baru/",
            "sources": "/sumber/",
            "source": "/sumber/sikd/",
            "revise": "/nilai/izin-terbit/ubah/",
            "assign": "/nilai/izin-terbit/penanggung-jawab/",
            "close": "/nilai/izin-terbit/tutup/",
            "period": "/nilai/izin-terbit/periode/2026-03-02/",
        }.items():
            page.goto(f"{AT}{path}")
            fits(page)
            accessible(page)
            snap(page, f"measures-{name}-desk-{width}")
    page.goto(f"{AT}/sumber/sikd/")
    page.get_by_label("Kegunaan").fill("peladen")
    page.get_by_role("button", name="Terbitkan token").click()
    expect(page.get_by_text("Salin token sekarang")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    fits(page)
    accessible(page)
