"""Forms to be filled in with a pen, as a reader's program finds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pilar.reports.codes import qr_svg
from pilar.reports.document import Heading, Paragraph, Picture
from pilar.reports.paper import Asked, Booklet, Choice, Form, Lines, Listing, Scale, Tick
from pilar.reports.pdf import typeset
from reports.reading import archived, codes, pages, words

ADDRESS = "https://contoh.invalid/s/abc/"
FORM = Form(
    title="Formulir",
    number="Nomor",
    day="Tanggal",
    eyebrow="Alis",
    lead="Pembuka",
    running="Kaki",
    corner=Picture(qr_svg(ADDRESS), "Kode QR", 26, "Lewat ponsel"),
    parts=(
        Paragraph("Tujuan"),
        Tick("Saya bersedia"),
        Heading("Bagian"),
        Choice("A", "Kelamin?", ("Laki-laki", "Perempuan"), "Jika perlu"),
        Choice("B", "Yang panjang?", ("Sebuah jawaban yang panjangnya lebih dari empat puluh huruf",) * 3),
        Lines("1", "Saran", 3, "Boleh kosong"),
        Scale("Tandai", (("1", "Buruk"), ("2", "Baik")), (Asked("2", "Mudah?"), Asked("3", "Cepat?", "Hanya jika"))),
        Listing("Daftar", tuple(f"Kecamatan {number}" for number in range(29))),
    ),
)
BOOKLET = Booklet(
    title="Buku formulir",
    language="id",
    author="Pilar",
    made_at=datetime(2026, 3, 1, tzinfo=UTC),
    page="Halaman {page} dari {pages}",
    forms=(FORM, replace(FORM, title="Formulir kedua")),
    stamp="RANCANGAN",
)


@pytest.mark.parametrize("language", ["id", "en"])
def test_forms_are_archivable_and_accessible(language: str) -> None:
    found = archived(typeset(replace(BOOKLET, language=language)))
    assert (found.part, found.conformance, found.ua_part) == ("2", "A", "1")
    assert (found.marked, found.fonts_embedded, found.scripts) == (True, True, False)
    assert (found.title, found.language[:2]) == ("Buku formulir", language)
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure"} <= found.tags
    assert found.alternatives == ("Kode QR", "Kode QR")


def test_everything_is_said() -> None:
    content = typeset(BOOKLET)
    told = words(content)
    for said in (
        "Formulir kedua", "Nomor", "Tanggal", "Alis", "Pembuka", "Kaki", "Lewat ponsel", "Tujuan", "Saya bersedia",
        "A. Kelamin?", "Jika perlu", "2. Perempuan", "1. Saran", "Boleh kosong", "Tandai", "3. Cepat?", "Hanya jika",
        "Kecamatan 28", "RANCANGAN",
    ):  # fmt: skip
        assert said in told
    assert codes(content) == [ADDRESS]


def test_each_form_has_pages_of_its_own() -> None:
    long = replace(FORM, parts=FORM.parts * 3)
    alone = pages(typeset(replace(BOOKLET, forms=(long,))))
    content = typeset(replace(BOOKLET, forms=(long, long)))
    assert alone > 1
    assert pages(content) == 2 * alone
    assert words(content).count(f"Halaman {alone} dari {alone}") == 2


def test_equal_forms_give_equal_bytes() -> None:
    assert typeset(BOOKLET) == typeset(replace(BOOKLET))


def test_nothing_in_a_form_is_read_as_markup() -> None:
    odd = replace(FORM, title="#set *x* $y$ \\ [z]", running="\u0007<end> _a_")
    assert "#set *x* $y$ \\ [z]" in words(typeset(replace(BOOKLET, forms=(odd,))))
