"""Who holds a copy of a signed document compares it on a phone: the file stays there, and no line is needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from browser.conftest import Committed, OpenPage
from pilar.evidence import queries, store
from pilar.evidence.operations import Signatures, sign_documents
from pilar.evidence.rules.signing import ToSign
from pilar.people.rules import OPERATOR, SCHEDULE
from pilar.reports.document import Document, Paragraph

NOW = datetime(2026, 4, 14, 3, 0, tzinfo=UTC)
KIND = "test.browser-letter"


def letter(key: str) -> Document:
    return Document(title=f"Surat {key}", language="id", author="Pilar", made_at=NOW, blocks=(Paragraph("Isi surat"),))


@pytest.fixture
def signed(committed: Committed, settings: Any) -> tuple[str, bytes]:
    """The address of the check, and the signed file."""
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"
    letters = Signatures(KIND, letter)
    given = ToSign("1", "Surat keputusan", "S/1/2026", date(2026, 4, 14), "36.03", ("portal:about",))
    with committed():
        with transaction.atomic():
            letters.order(by=OPERATOR, documents=[given], now=NOW)
        sign_documents(by=SCHEDULE, now=NOW)
        row = queries.signature(KIND, "1")
    assert row is not None
    with store.open_file(row.storage_key) as file:
        return reverse("evidence:check", args=[row.record]), file.read()


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_a_copy_is_compared(
    open_page: OpenPage,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    snap: Callable[[Page, str], None],
    signed: tuple[str, bytes],
    javascript: bool,
) -> None:
    address, content = signed
    phone = open_page(width=360, javascript=javascript)
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1, name="Surat keputusan")).to_be_visible()
    expect(phone.get_by_text("Kode ini asli")).to_be_visible()
    fits(phone)
    if javascript:
        accessible(phone)
        snap(phone, "signed-check-360")
        phone.context.set_offline(True)
    for change, said in ((b"", "tanpa perubahan"), (b"\n", "bukan berkas yang ditandatangani")):
        file = {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": content + change}
        phone.get_by_label("Berkas Anda").set_input_files(file)
        if not javascript:
            phone.get_by_role("button", name="Bandingkan").click()
        expect(phone.get_by_text(said)).to_be_visible()
    fits(phone)
