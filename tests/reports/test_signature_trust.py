"""A signed PDF under a certificate authority: revoked and expired certificates, as other programs see them."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from pilar.reports.pdf import typeset
from pilar.reports.signing.pades import sign
from pilar.reports.signing.signers import signer
from reports.test_signing import CODE, SAYS, document

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
DER = serialization.Encoding.DER


class Office:
    """An authority, the key that it certified for a year, and its list of what is revoked."""

    def __init__(self) -> None:
        self.key, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.name, holder = named("CA Uji"), named("Kepala DPMPTSP Uji")
        self.root = self._certified(self.name, self.key, authority=True)
        self.certificate = self._certified(holder, leaf, authority=False)
        secret = serialization.BestAvailableEncryption(b"rahasia")
        self.p12 = pkcs12.serialize_key_and_certificates(b"pilar", leaf, self.certificate, [self.root], secret)

    def _certified(self, name: x509.Name, key: Any, *, authority: bool) -> x509.Certificate:
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
        )
        signs = {"digital_signature": not authority, "content_commitment": not authority}
        return (
            x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(key.public_key())
            .serial_number(7 + authority).not_valid_before(NOW - 10 * DAY).not_valid_after(NOW + 365 * DAY)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(key_cert_sign=authority, crl_sign=authority, **signs, **usage), critical=True
            )
            .sign(self.key, hashes.SHA256())
        )  # fmt: skip

    def revoked(self, *serials: int) -> asn1_crl.CertificateList:
        builder = (
            x509.CertificateRevocationListBuilder().issuer_name(self.name)
            .last_update(NOW - DAY).next_update(NOW + 800 * DAY)
        )  # fmt: skip
        for serial in serials:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - DAY).build()
            builder = builder.add_revoked_certificate(one)
        return asn1_crl.CertificateList.load(builder.sign(self.key, hashes.SHA256()).public_bytes(DER))


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@pytest.fixture(scope="module")
def office() -> Office:
    return Office()


@pytest.fixture
def signed(office: Office, settings: Any, tmp_path: Path) -> bytes:
    settings.PILAR_SIGNER = "pilar.reports.signing.signers.LocalSigner"
    settings.PILAR_SIGNING_FILE = str(tmp_path / "key.p12")
    settings.PILAR_SIGNING_PASSPHRASE_FILE = str(tmp_path / "passphrase")
    (tmp_path / "passphrase").write_text("rahasia\n")
    (tmp_path / "key.p12").write_bytes(office.p12)
    return sign(typeset(document()), signer(), code=CODE, words=SAYS, at=NOW)


def verdict(content: bytes, office: Office, *revoked: int, at: datetime = NOW) -> Any:
    (found,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    trusted = ValidationContext(
        trust_roots=[asn1.Certificate.load(office.root.public_bytes(DER))], crls=[office.revoked(*revoked)],
        moment=at, revocation_mode="require", retroactive_revinfo=True, allow_fetching=False,
    )  # fmt: skip
    return validate_pdf_signature(found, trusted)


def test_a_certificate_of_the_authority_is_trusted(signed: bytes, office: Office) -> None:
    said = verdict(signed, office)
    assert (said.intact, said.valid, said.trusted, said.bottom_line) == (True, True, True, True)


def test_a_revoked_certificate_is_not(signed: bytes, office: Office) -> None:
    said = verdict(signed, office, office.certificate.serial_number)
    assert (said.intact, said.valid, said.revoked, said.bottom_line) == (True, True, True, False)


def test_an_expired_certificate_is_not(signed: bytes, office: Office) -> None:
    said = verdict(signed, office, at=NOW + 400 * DAY)
    assert (said.intact, said.trusted, said.bottom_line) == (True, False, False)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler's pdfsig is not here")
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda content: content[:5_000] + bytes([content[5_000] ^ 1]) + content[5_001:], "Digest Mismatch"),
        (lambda content: content + b"%%EOF\n", "Not total document signed"),
    ],
)
def test_poppler_says_what_was_changed(signed: bytes, tmp_path: Path, harm: Any, said: str) -> None:
    """By its text: it ends with 0 in any case."""
    file = tmp_path / "signed.pdf"
    file.write_bytes(harm(signed))
    told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False).stdout
    assert said in told
