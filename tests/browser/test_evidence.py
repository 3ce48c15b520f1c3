"""Evidence on its way: a contributor adds it on a phone, the verifier checks it, both read the file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from evidence import samples

CONTRIBUTOR, VERIFIER = "kontributor@contoh.invalid", "verifikator@contoh.invalid"
LIST = "/bukti/daerah/36.03/"


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_from_the_contributors_phone_to_the_verifiers_desk(
    signed_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    javascript: bool,
) -> None:
    title = f"Surat keputusan {'dengan' if javascript else 'tanpa'} skrip"
    phone = signed_in(CONTRIBUTOR, width=360, javascript=javascript)
    phone.goto(LIST)
    phone.get_by_label("Apa yang ditunjukkan bukti ini").fill(title)
    phone.get_by_label("Berkas", exact=False).first.set_input_files(
        {"name": "keputusan.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    )
    phone.get_by_role("button", name="Tambahkan").click()
    expect(phone.get_by_role("alert").get_by_text("Jenis berkas ini tidak diterima")).to_be_visible()
    expect(phone.get_by_label("Apa yang ditunjukkan bukti ini")).to_have_value(title)
    if javascript:
        accessible(phone)
        snap(phone, "evidence-fault-360")
    phone.get_by_label("Berkas", exact=False).first.set_input_files(
        {"name": "keputusan.png", "mimeType": "image/png", "buffer": samples.png(80, 60)}
    )
    phone.get_by_role("button", name="Tambahkan").click()
    expect(phone.get_by_role("heading", level=1, name=title)).to_be_visible()
    fits(phone)

    desk = signed_in(VERIFIER, width=1280, javascript=javascript)
    for width in (360, 1280):
        desk.set_viewport_size({"width": width, "height": 800})
        desk.goto(LIST)
        fits(desk)
        if javascript:
            accessible(desk)
            snap(desk, f"evidence-list-{width}")
    desk.get_by_role("link", name=title).first.click()
    desk.get_by_role("button", name="Ya, terverifikasi").click()
    expect(desk.get_by_text("terverifikasi", exact=True)).to_be_visible()
    fits(desk)
    if javascript:
        accessible(desk)
        snap(desk, "evidence-verified-1280")
    address = desk.get_by_role("link", name="keputusan.png").get_attribute("href")
    assert address is not None
    shown = desk.goto(address)
    assert shown is not None
    assert shown.headers["content-security-policy"].startswith("sandbox")
    snap(desk, "evidence-picture")
