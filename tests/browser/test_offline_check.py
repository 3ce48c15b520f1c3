"""A phone that opened the page of checks once checks documents without a line: by code, by file, by an opened link."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.urls import reverse
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from browser.conftest import Committed, OpenPage
from pilar.evidence import queries, store
from pilar.evidence.operations import Signatures, sign_documents
from pilar.evidence.operations.signing import KINDS
from pilar.evidence.rules.signing import SignatureRow, ToSign
from pilar.people.rules import OPERATOR, SCHEDULE
from pilar.reports.document import Document, Paragraph
from pilar.reports.signing.lists import Listed, Standing, written
from pilar.reports.signing.record import read
from pilar.reports.signing.record import written as record_text

NOW = datetime(2026, 4, 14, 3, 0, tzinfo=UTC)
DAY = date(2026, 4, 14)
KIND = "test.browser-permit"


def letter(key: str) -> Document:
    return Document(title=f"Izin {key}", language="id", author="Pilar", made_at=NOW, blocks=(Paragraph("Isi izin"),))


@pytest.fixture
def signed(committed: Committed, settings: Any) -> Iterator[tuple[SignatureRow, bytes]]:
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"
    letters = Signatures(KIND, letter, lists="/static/lists/{scope}/{year}.txt")
    given = ToSign("1", "Izin", "503/1/2026", DAY, "36.03", ("portal:about",))
    with committed():
        with transaction.atomic():
            letters.order(by=OPERATOR, documents=[given], now=NOW)
        sign_documents(by=SCHEDULE, now=NOW)
        row = queries.signature(KIND, "1")
    assert row is not None
    with store.open_file(row.storage_key) as file:
        yield row, file.read()
    del KINDS[KIND]


def photo(content: bytes, degrees: float = 4) -> bytes:
    """The upper right of a page, as somebody photographs the code there: not straight, in bad light. PNG."""
    with pypdfium2.PdfDocument(content) as document:
        document.init_forms()  # the field of the signature holds the code
        paper = document[0].render(scale=4, grayscale=True).to_numpy().squeeze()
    paper = paper[:1000, -1000:]
    rows, columns = np.mgrid[:1200, :1200] - 600
    turn = np.deg2rad(degrees)
    of_y = np.round(rows * np.cos(turn) - columns * np.sin(turn)).astype(int) + 500
    of_x = np.round(rows * np.sin(turn) + columns * np.cos(turn)).astype(int) + 500
    on_paper = (of_y >= 0) & (of_y < 1000) & (of_x >= 0) & (of_x < 1000)
    seen = np.where(on_paper, paper[of_y.clip(0, 999), of_x.clip(0, 999)], 40)
    light, noise = 0.75 + columns / 3000, np.random.default_rng(1).normal(0, 6, seen.shape)
    return png((seen * light + noise).clip(0, 255).astype(np.uint8))


def png(picture: NDArray[np.uint8]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = picture.shape
    lines = b"".join(b"\0" + row.tobytes() for row in picture)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


NO_READER = "delete globalThis.BarcodeDetector"
"""As in Safari and Firefox."""
CAMERA = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
  const seen = await createImageBitmap(new Blob([bytes]));
  const canvas = Object.assign(document.createElement("canvas"), { width: seen.width, height: seen.height });
  const drawn = canvas.getContext("2d");
  setInterval(() => drawn.drawImage(seen, 0, 0), 50);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);
}"""
"""A camera that looks at a picture."""
DROPPED = """(file) => {
  const [bytes, given] = [Uint8Array.from(atob(file), (one) => one.charCodeAt(0)), new DataTransfer()];
  given.items.add(new File([bytes], "izin.pdf", { type: "application/pdf" }));
  return given;
}"""
"""What somebody drags onto the page from a folder."""


@pytest.mark.thorough
def test_a_phone_whose_browser_reads_no_codes_reads_them_by_photo_and_camera(
    open_page: OpenPage,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    signed: tuple[SignatureRow, bytes],
) -> None:
    _row, content = signed
    phone = open_page(width=360)
    phone.add_init_script(NO_READER)
    phone.goto(reverse("evidence:check-offline"))
    expect(phone.get_by_text("Halaman ini kini dapat dipakai tanpa jaringan")).to_be_visible()
    phone.context.set_offline(True)

    def take(picture: bytes) -> None:
        given = {"name": "foto.png", "mimeType": "image/png", "buffer": picture}
        phone.get_by_label("Foto kode").set_input_files(given)

    def says(said: str) -> None:
        expect(phone.get_by_text(said).locator("visible=true").first).to_be_visible()

    for degrees in (4, 100, 185):
        take(photo(content, degrees))
        says("Kode ini asli")
        says("503/1/2026")
        take(png(np.full((300, 200), 255, dtype=np.uint8)))
        says("Tidak ditemukan kode dokumen")
    take(b"no picture")
    says("Tidak ditemukan kode dokumen")

    camera = phone.get_by_role("button", name="Baca kode dengan kamera")
    phone.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('denied')); }")
    camera.click()
    says("Kamera tidak dapat dibuka di sini")
    accessible(phone)
    fits(phone)
    phone.evaluate(CAMERA, base64.b64encode(photo(content)).decode())
    camera.click()
    says("Kode ini asli")
    expect(camera).to_be_enabled()
    expect(phone.locator("video")).to_be_hidden()


def test_a_document_is_checked_without_a_line(
    open_page: OpenPage,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    signed: tuple[SignatureRow, bytes],
) -> None:
    row, content = signed
    standing = [Standing.VALID]

    def text(**change: Any) -> str:
        file = change.get("file", row.sha256)
        return written(KIND, "36.03", 2026, date(2026, 4, 15), [Listed(row.pages_sha256, file, standing[0], DAY)])

    phone = open_page(width=360)
    phone.route("**/static/lists/36.03/2026.txt", lambda route: route.fulfill(body=text(), content_type="text/plain"))
    phone.goto(reverse("evidence:check-offline"))
    expect(phone.get_by_text("Halaman ini kini dapat dipakai tanpa jaringan")).to_be_visible()

    def check(file: bytes) -> None:
        given = {"name": "izin.pdf", "mimeType": "application/pdf", "buffer": file}
        phone.get_by_label("Atau PDF-nya").set_input_files(given)

    check(content)
    for said in ("Kode ini asli", "tidak ada yang ditambahkan", "Ada dalam daftar dan berlaku", "15 April 2026"):
        expect(phone.get_by_text(said).locator("visible=true").first).to_be_visible()
    fits(phone)
    accessible(phone)
    snap(phone, "offline-check-360")
    phone.unroute("**/static/lists/36.03/2026.txt")
    phone.context.set_offline(True)

    for harmed, said in (
        (content + b"\n%%EOF\n", "bukan berkas yang ditandatangani"),
        (content[:-30] + bytes([content[-30] ^ 1]) + content[-29:], "bukan berkas yang ditandatangani"),
        (content[:3000] + bytes([content[3000] ^ 1]) + content[3001:], "bukan halaman yang ditandatangani"),
        (b"%PDF-1.7", "Tidak ditemukan kode dokumen"),
    ):
        check(harmed)
        expect(phone.get_by_text(said).locator("visible=true").first).to_be_visible()

    dropped = phone.evaluate_handle(DROPPED, base64.b64encode(content).decode())
    phone.get_by_label("Atau PDF-nya").dispatch_event("drop", {"dataTransfer": dropped})
    expect(phone.get_by_text("tidak ada yang ditambahkan").locator("visible=true").first).to_be_visible()

    forged = record_text(read(row.record).record, Ed25519PrivateKey.generate())
    for code, said in ((forged, "tidak dibuat oleh situs ini"), (row.record, "Ada dalam daftar dan berlaku")):
        phone.get_by_label("Yang terbaca dari kode").fill(f"https://pilar.contoh.go.id/periksa/{code}/")
        phone.get_by_role("button", name="Periksa kode").click()
        expect(phone.get_by_text(said).locator("visible=true").first).to_be_visible()

    phone.goto(reverse("evidence:check", args=[row.record]))
    expect(phone.get_by_text("Kode ini asli").locator("visible=true").first).to_be_visible()
    expect(phone.get_by_text("503/1/2026")).to_be_visible()

    phone.context.set_offline(False)
    standing[0] = Standing.REVOKED
    phone.route("**/static/lists/36.03/2026.txt", lambda route: route.fulfill(body=text(), content_type="text/plain"))
    phone.goto(reverse("evidence:check-offline"))
    check(content)
    expect(phone.get_by_text("Dicabut").locator("visible=true").first).to_be_visible()
