"""Signed PDFs: what another program says of their signature, and what signers do that cannot sign."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from pilar.reports.document import Document, Heading, Pair, Pairs, Paragraph
from pilar.reports.pdf import typeset
from pilar.reports.signing import NotSigned, Reason
from pilar.reports.signing import signers as module
from pilar.reports.signing.pades import Words, place, sign, signed_by
from pilar.reports.signing.signers import DEMONSTRATION, DemonstrationSigner, signer
from reports.provider import Provider, provider
from reports.reading import archived, codes, words

AT = datetime(2026, 4, 14, 3, 0, tzinfo=UTC)
CODE = "https://pilar.contoh.go.id/periksa/" + "Aa0-_" * 53
SAYS = Words("Notulen 1", "Tanda tangan elektronik")


def document(paragraphs: int = 1) -> Document:
    return Document(
        title="Notulen", language="id", author="Pilar", made_at=AT, corner=place("Kode QR", "Periksa dokumen ini"),
        lead="Selasa", running="Notulen",
        blocks=(
            Heading("Isi"), *[Paragraph("Kata " * 60)] * paragraphs,
            Pairs((Pair("A", "https://contoh.invalid/", link=True),)),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def pages() -> bytes:
    return typeset(document())


@pytest.fixture(scope="module")
def signed(pages: bytes) -> bytes:
    return sign(pages, DemonstrationSigner(), code=CODE, words=SAYS, at=AT)


def verdict(content: bytes) -> Any:
    """What pyHanko's own validator says, which trusts the signer's certificate alone."""
    (found,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    trusted = ValidationContext(trust_roots=[found.signer_cert], moment=AT)
    return validate_pdf_signature(found, trusted)


def test_another_program_finds_the_signature_sound_over_the_whole_file(signed: bytes) -> None:
    said = verdict(signed)
    assert (said.intact, said.valid, said.trusted, said.bottom_line) == (True, True, True, True)
    assert said.coverage.name == "ENTIRE_FILE"
    assert said.docmdp_ok
    (found,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert (found.sig_object["/SubFilter"], found.sig_object["/Reason"]) == ("/ETSI.CAdES.detached", "Notulen 1")
    assert found.docmdp_level.value == 1
    assert found.self_reported_timestamp == AT
    attributes = {one["type"].native for one in found.signer_info["signed_attrs"]}
    assert "signing_certificate_v2" in attributes
    assert "signing_time" not in attributes, "PAdES has it in the file"


def test_the_document_stays_as_it_was_and_says_who_signed(pages: bytes, signed: bytes) -> None:
    assert signed.startswith(pages)
    assert signed_by(signed) == DEMONSTRATION
    assert words(signed) == words(pages)


def test_the_code_is_read_from_the_drawn_page(pages: bytes, signed: bytes) -> None:
    assert codes(signed) == [CODE]
    assert codes(pages) == []


def test_a_signed_file_is_still_archivable_and_accessible(pages: bytes, signed: bytes) -> None:
    before, found = archived(pages), archived(signed)
    assert found.tags == before.tags | {"/Form"}
    assert (found.part, found.conformance, found.ua_part, found.output_intent) == ("2", "A", "1", "/GTS_PDFA1")
    assert (found.marked, found.fonts_embedded, found.scripts) == (True, True, False)
    root: Any = PdfReader(io.BytesIO(signed)).trailer["/Root"]
    (field,) = [one.get_object() for one in root["/AcroForm"]["/Fields"]]
    assert field["/F"] & 0b111 == 0b100, "printed, neither hidden nor invisible"
    assert field["/TU"] == SAYS.label
    tree = dict(zip(*[iter(root["/StructTreeRoot"]["/ParentTree"]["/Nums"])] * 2, strict=True))
    element = tree[field["/StructParent"]].get_object()
    assert (element["/S"], element["/K"]["/Obj"].get_object()) == ("/Form", field)
    assert field["/P"].get_object()["/Tabs"] == "/S"


def test_long_documents_are_signed_alike() -> None:
    signed = sign(typeset(document(300)), DemonstrationSigner(), code=CODE, words=SAYS, at=AT)
    assert verdict(signed).bottom_line
    assert codes(signed) == [CODE]


@pytest.mark.parametrize("place", [10, 5_000, 16_000, -40, -5])
def test_one_changed_byte_breaks_it(signed: bytes, place: int) -> None:
    changed = bytearray(signed)
    changed[place] ^= 1
    with pytest.raises(NotSigned):
        signed_by(bytes(changed))


@pytest.mark.parametrize("more", [b"\n", b"%%EOF\n"])
def test_what_is_added_behind_it_breaks_it(signed: bytes, more: bytes) -> None:
    with pytest.raises(NotSigned):
        signed_by(signed + more)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler's pdfsig is not here")
def test_poppler_agrees(signed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed)
    said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_the_demonstration_keeps_its_key(settings: Any) -> None:
    def key() -> bytes:
        (found,) = PdfFileReader(io.BytesIO(sign(whole, signer(), code="x", words=SAYS, at=AT))).embedded_signatures
        return bytes(found.signer_cert.public_key.dump())

    whole = typeset(document())
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.DemonstrationSigner"
    first = key()
    assert key() == first
    settings.SECRET_KEY = "another"
    assert key() != first


# A key of the installation's own


@pytest.fixture
def own(settings: Any, tmp_path: Path) -> Path:
    """A PKCS#12 file for the settings, valid for a year."""
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.LocalSigner"
    settings.PILAR_SIGNING_FILE = str(tmp_path / "key.p12")
    settings.PILAR_SIGNING_PASSPHRASE_FILE = str(tmp_path / "passphrase")
    (tmp_path / "passphrase").write_text("rahasia\n")
    write_key(tmp_path / "key.p12", days=365)
    return tmp_path


def write_key(to: Path, days: int) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sekretariat Daerah Kabupaten Uji")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - timedelta(days=10)).not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    lock = serialization.BestAvailableEncryption(b"rahasia")
    to.write_bytes(pkcs12.serialize_key_and_certificates(b"pilar", key, made, [made], lock))


def test_a_key_in_a_file_signs(own: Path, pages: bytes) -> None:
    chosen = signer()
    assert not chosen.demonstration
    content = sign(pages, chosen, code=CODE, words=SAYS, at=datetime.now(UTC))
    assert signed_by(content) == "Sekretariat Daerah Kabupaten Uji"


@pytest.mark.parametrize("harm", ["missing", "locked", "broken", "expired", "no passphrase"])
def test_a_key_that_cannot_be_used_is_told(own: Path, harm: str) -> None:
    match harm:
        case "missing":
            (own / "key.p12").unlink()
        case "locked":
            (own / "passphrase").write_text("salah")
        case "broken":
            (own / "key.p12").write_bytes(b"PK")
        case "expired":
            write_key(own / "key.p12", days=-1)
        case "no passphrase":
            (own / "passphrase").unlink()
    with pytest.raises(NotSigned) as told:
        signer()
    assert (told.value.reason, told.value.final) == (Reason.NO_KEY, False)


# The service of a provider


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[Provider]:
    with provider() as told:
        settings.PILAR_SIGNER = "pilar.reports.signing.signers.RemoteSigner"
        settings.PILAR_SIGNING_SERVICE = told.address
        settings.PILAR_SIGNING_TOKEN_FILE = str(tmp_path / "token")
        (tmp_path / "token").write_text("abc\n")
        yield told


def test_a_signature_fits_into_its_room_and_leaves_little_empty(own: Path, settings: Any) -> None:
    """Checking a file reads what is empty, too."""
    for name in ("pilar.reports.signing.signers.DemonstrationSigner", settings.PILAR_SIGNER):
        settings.PILAR_SIGNER = name
        chosen = signer()
        taken = len(chosen.cms(b"h" * 32))
        assert taken < chosen.room < 3_500 + 2 * taken


def test_a_signer_of_a_providers_own_need_not_say_its_room(pages: bytes) -> None:
    class Own:
        demonstration = True
        cms = DemonstrationSigner().cms

    assert signed_by(sign(pages, Own(), code=CODE, words=SAYS, at=AT)) == DEMONSTRATION  # type: ignore[arg-type]


def test_a_provider_gets_the_hash_alone_and_its_signature_is_kept(service: Provider, pages: bytes) -> None:
    content = sign(pages, signer(), code=CODE, words=SAYS, at=AT)
    assert signed_by(content) == DEMONSTRATION
    ((token, body),) = service.asked
    assert token == "Bearer abc"
    assert set(body) == {"algorithm", "hash"}


def refusal(digest: bytes = b"h" * 32) -> tuple[Reason, bool]:
    with pytest.raises(NotSigned) as told:
        signer().cms(digest)
    return told.value.reason, told.value.final


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (500, (Reason.SILENT, False)), (503, (Reason.SILENT, False)), (429, (Reason.SILENT, False)),
        (401, (Reason.NO_KEY, False)), (403, (Reason.NO_KEY, False)), (400, (Reason.REFUSED, True)),
        (422, (Reason.REFUSED, True)),
    ],
)  # fmt: skip
def test_what_a_provider_answers_instead(service: Provider, status: int, expected: tuple[Reason, bool]) -> None:
    service.status = status
    assert refusal() == expected


def test_a_silent_or_dripping_provider_is_not_waited_for(service: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.3)
    service.seconds = 0.8
    assert refusal() == (Reason.SILENT, False)
    service.seconds, service.drops = 0, True
    assert refusal() == (Reason.SILENT, False)


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"cms": 7}', b'{"cms": "*"}', b"x" * 300_000])
def test_an_answer_that_is_none(service: Provider, answer: bytes) -> None:
    service.answer = lambda _digest: answer
    assert refusal() == (Reason.SILENT, False)


def test_nobody_listens_and_no_token(service: Provider, settings: Any) -> None:
    settings.PILAR_SIGNING_SERVICE = "http://127.0.0.1:9/sign"
    assert refusal() == (Reason.SILENT, False)
    settings.PILAR_SIGNING_TOKEN_FILE = "/nowhere"
    assert refusal() == (Reason.NO_KEY, False)


@pytest.mark.parametrize("wrong", ["another hash", "no signature"])
def test_a_signature_of_something_else_is_not_kept(service: Provider, pages: bytes, wrong: str) -> None:
    from reports import provider as telling

    if wrong == "another hash":
        service.answer = lambda _digest: telling.signed(b"x" * 32)
    else:
        service.answer = lambda _digest: json.dumps({"cms": "AAAA"}).encode()
    with pytest.raises(NotSigned):
        signed_by(sign(pages, signer(), code=CODE, words=SAYS, at=AT))
