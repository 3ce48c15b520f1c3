"""What is taken in, and the sentence for everything that is not."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import samples
from pilar.evidence.rules import MEDIA_TYPES, detect
from pilar.evidence.rules.filetypes import KINDS
from pilar.platform.errors import Fault, Faults

LARGEST, MAX_PIXELS = 20 * 1024 * 1024, 100_000_000


def found(content: bytes, name: str, largest: int = LARGEST, most_pixels: int = MAX_PIXELS) -> str:
    file = io.BytesIO(content)
    kind = detect(file, name, largest=largest, most_pixels=most_pixels)
    assert file.tell() == 0
    return kind.media_type


def refused(content: bytes, name: str, **limits: int) -> str:
    return fault_of(content, name, **limits).code


def fault_of(content: bytes, name: str, **limits: int) -> Fault:
    with pytest.raises(Faults) as raised:
        found(content, name, **limits)
    (fault,) = raised.value.faults
    assert fault.place == "file"
    assert fault.text()
    return fault


@pytest.mark.parametrize("ending", list(samples.FILES))
def test_every_kind_in_the_list_is_taken_under_its_own_ending(ending: str) -> None:
    media_type = found(samples.FILES[ending], f"Foto Pasar.{ending.upper()}")
    assert f".{ending}" in MEDIA_TYPES[media_type].endings


def test_the_samples_are_the_whole_list() -> None:
    assert {f".{ending}" for ending in samples.FILES} == {ending for kind in KINDS for ending in kind.endings}


@pytest.mark.parametrize("ending", list(samples.FILES))
def test_a_file_named_like_another_kind_is_refused(ending: str) -> None:
    for other in samples.FILES:
        if (
            MEDIA_TYPES[found(samples.FILES[other], f"a.{other}")]
            != MEDIA_TYPES[found(samples.FILES[ending], f"a.{ending}")]
        ):
            assert refused(samples.FILES[ending], f"a.{other}") == "ending-differs"
    assert refused(samples.FILES[ending], ending) == "ending-differs"
    assert refused(samples.FILES[ending], f"a.{ending}.exe") == "ending-differs"


def test_what_is_refused_is_named_by_its_figures_and_the_beginning_of_its_ending() -> None:
    told = fault_of(samples.jpeg(20_000, 5_001), "a.jpg").fields
    assert (told["width"], told["height"], told["most"]) == (20_000, 5_001, 100)
    assert fault_of(samples.pdf(), f"a.{'x' * 40}").fields["ending"] == f".{'x' * 19}"


def test_a_picture_with_an_empty_segment_is_measured() -> None:
    empty = samples.jpeg(300, 200).replace(b"\xff\xd8", b"\xff\xd8\xff\xfe\0\2", 1)
    assert found(empty, "a.jpg", most_pixels=60_000) == "image/jpeg"
    assert refused(empty, "a.jpg", most_pixels=59_999) == "too-many-pixels"
    assert refused(empty.replace(b"\xff\xfe\0\2", b"\xff\xfe\0\1"), "a.jpg") == "damaged-file"


@pytest.mark.parametrize("form", [b"VP8X", b"VP8L", b"VP8 "])
def test_all_forms_of_webp_are_measured(form: bytes) -> None:
    assert found(samples.webp(300, 200, form), "a.webp", most_pixels=60_000) == "image/webp"
    assert refused(samples.webp(300, 200, form), "a.webp", most_pixels=59_999) == "too-many-pixels"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty-file"),
        (b"halo", "a.txt", "kind-not-taken"),
        (b"wilayah,nilai\n36.03,3.35\n", "a.csv", "kind-not-taken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "kind-not-taken"),
        (b"<!doctype html><script>alert(1)</script>", "a.png", "kind-not-taken"),
        (b"<script>%PDF-1.7</script>%%EOF", "a.pdf", "kind-not-taken"),
        (b"MZ\x90\0" + b"\0" * 60, "a.pdf", "kind-not-taken"),
        (b"\x7fELF" + b"\0" * 60, "a.docx", "kind-not-taken"),
        (b"GIF89a" + b"\0" * 20, "a.png", "kind-not-taken"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 60, "a.doc", "old-office"),
        (samples.archive({"a.txt": "x"}), "a.docx", "kind-not-taken"),
        (samples.archive({"mimetype": "application/epub+zip"}), "a.odt", "kind-not-taken"),
        (samples.archive({"mimetype": b"\xff\xfe"}), "a.odt", "damaged-file"),
        (samples.macro_office(), "a.docm", "macros"),
        (samples.office("xlsx", {"xl/vbaProject.bin": b"x"}), "a.xlsx", "macros"),
        (samples.office("ods", {"Basic/Standard/Modul1.xml": "x"}), "a.ods", "macros"),
        (samples.protected_office(), "a.docx", "protected"),
        (samples.pdf()[:-7], "a.pdf", "damaged-file"),
        (samples.png()[:20], "a.png", "damaged-file"),
        (samples.png(0, 5), "a.png", "damaged-file"),
        (samples.jpeg()[:20], "a.jpg", "damaged-file"),
        (samples.webp()[:20], "a.webp", "damaged-file"),
        (samples.webp(form=b"ICCP"), "a.webp", "damaged-file"),
        (samples.office("docx")[:-30], "a.docx", "damaged-file"),
        (samples.png(20_000, 5_001), "a.png", "too-many-pixels"),
        (samples.jpeg(20_000, 5_001), "a.jpg", "too-many-pixels"),
    ],
)
def test_what_is_refused_and_why(content: bytes, name: str, code: str) -> None:
    assert refused(content, name) == code


def test_the_size_limit_holds_to_the_byte() -> None:
    size = len(samples.pdf())
    assert found(samples.pdf(), "a.pdf", largest=size)
    assert refused(samples.pdf(), "a.pdf", largest=size - 1) == "file-too-large"


def test_a_damaged_part_inside_an_office_file_is_found() -> None:
    content = bytearray(samples.office("docx", {"word/media.bin": bytes(range(256)) * 40}))
    content[content.index(b"word/media.bin") + 60] ^= 0xFF
    assert refused(bytes(content), "a.docx") == "damaged-file"


def test_a_bomb_is_refused_by_what_it_claims_and_by_what_it_does() -> None:
    honest = samples.office("xlsx", {f"xl/{number}.bin": bytes(21_000_000) for number in range(10)})
    assert len(honest) < 1_000_000
    assert refused(honest, "a.xlsx") == "packed-too-tightly"
    # The same, with sizes that claim ten bytes a part.
    lying = bytearray(samples.office("xlsx", {"xl/0.bin": bytes(21_000_000)}))
    place = lying.index((21_000_000).to_bytes(4, "little"), lying.index(b"PK\x01\x02"))
    lying[place : place + 4] = (10).to_bytes(4, "little")
    assert refused(bytes(lying), "a.xlsx") == "damaged-file"


def test_an_archive_of_very_many_parts_is_refused() -> None:
    assert refused(samples.office("xlsx", {str(n): b"" for n in range(10_001)}), "a.xlsx") == "packed-too-tightly"


@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.builds(
            lambda start, cut, noise: start[:cut] + noise + start[cut + len(noise) :],
            st.sampled_from(list(samples.FILES.values())),
            st.integers(0, 400),
            st.binary(max_size=12),
        ),
    ),
    ending=st.sampled_from(list(samples.FILES)),
)
def test_whatever_comes_is_a_kind_or_a_sentence(content: bytes, ending: str) -> None:
    try:
        assert found(content, f"a.{ending}") in MEDIA_TYPES
    except Faults as error:
        said = error.text()
        assert said
