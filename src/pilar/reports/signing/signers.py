"""Signers: a key of the installation's own, a provider's service, or the demonstration (``PILAR_SIGNER``).

A signer turns the SHA-256 of a file into a CMS signature as PAdES wants it (ETSI EN 319 142-1, level B-B). What a
provider adds of its own, a time stamp or what revocation needs (B-T, B-LT), stays in what it answers.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from pilar.reports.signing.reasons import NotSigned, Reason

if TYPE_CHECKING:
    from pyhanko.sign import SimpleSigner

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SECONDS = 20.0
"""How long a provider is waited for."""
MAX_ANSWER = 200_000
UNKNOWN, BUSY = frozenset({401, 403}), frozenset({408, 425, 429})
"""Answers of a provider that do not know us, and that are none about the document."""
ROOM = 24_000
"""Bytes that a signature may take where its signer does not say: a chain of certificates and a time stamp fit in."""
BARE = 3_000
"""Bytes of a signature without its certificates, at most: a key of 4,096 bits takes 512, attributes some hundred."""
DEMONSTRATION = "Peragaan Pilar, bukan tanda tangan yang sah"


class Signer(Protocol):
    """Signs hashes; ``demonstration``: with a key that proves nothing. ``room``: bytes that a signature may take, where
    it is not :data:`ROOM`; what it leaves empty stays in every file, and is read again whenever one is checked."""

    demonstration: bool
    room: int

    def cms(self, digest: bytes) -> bytes:
        """The signature of a file with this SHA-256 (DER of a CMS SignedData); raises :class:`NotSigned`."""


def signer() -> Signer:
    """Return what this installation signs with; raises :class:`NotSigned` if it cannot be used."""
    made: Signer = import_string(settings.PILAR_SIGNER)()
    return made


class LocalSigner:
    """Signs with a PKCS#12 file (``PILAR_SIGNING_FILE``) and the passphrase in another one."""

    demonstration = False

    def __init__(self) -> None:
        try:
            content = Path(settings.PILAR_SIGNING_FILE).read_bytes()
            secret = Path(settings.PILAR_SIGNING_PASSPHRASE_FILE).read_bytes().strip()
            key, certificate, chain = pkcs12.load_key_and_certificates(content, secret)
        except (OSError, ValueError) as error:
            raise NotSigned(Reason.NO_KEY) from error
        if not isinstance(key, Key) or certificate is None or not _valid(certificate, timezone.now()):
            raise NotSigned(Reason.NO_KEY)
        self._signer = _simple(key, certificate, chain)
        self.room = BARE + sum(len(each.public_bytes(serialization.Encoding.DER)) for each in (certificate, *chain))

    def cms(self, digest: bytes) -> bytes:
        return _cms(self._signer, digest)


class DemonstrationSigner:
    """Signs with a key made from ``SECRET_KEY`` and a certificate of its own that says what it is."""

    demonstration = True
    room = BARE + 1_000

    def __init__(self) -> None:
        secret = hashlib.sha256(b"pilar-demonstration-signature\n" + settings.SECRET_KEY.encode()).digest()
        # Half of all numbers of 32 bytes: each of them is a key of the curve.
        key = ec.derive_private_key(int.from_bytes(secret, "big") >> 1 | 1, ec.SECP256R1())
        name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, DEMONSTRATION), x509.NameAttribute(NameOID.COUNTRY_NAME, "ID")]
        )
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
             "decipher_only"), False,
        )  # fmt: skip
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(int.from_bytes(hashlib.sha256(secret).digest()[:8], "big") + 1)
            .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2056, 1, 1, tzinfo=UTC))
            .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
            .sign(key, hashes.SHA256())
        )
        self._signer = _simple(key, certificate, ())

    def cms(self, digest: bytes) -> bytes:
        return _cms(self._signer, digest)


class RemoteSigner:
    """Asks the service of a provider (``PILAR_SIGNING_SERVICE``): a hash goes out, a CMS signature comes back.

    ``{"algorithm": "sha256", "hash": "<base64>"}`` → ``{"cms": "<base64>"}``, with a bearer token. A provider that
    speaks otherwise gets a class of its own, named in ``PILAR_SIGNER``.
    """

    demonstration = False
    room = ROOM

    def __init__(self) -> None:
        try:
            self._token = Path(settings.PILAR_SIGNING_TOKEN_FILE).read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise NotSigned(Reason.NO_KEY) from error

    def cms(self, digest: bytes) -> bytes:
        body = json.dumps({"algorithm": "sha256", "hash": base64.b64encode(digest).decode()}).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            # The address is the operator's own setting.
            asked = urllib.request.Request(settings.PILAR_SIGNING_SERVICE, body, headers)  # noqa: S310
            with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
                content = _whole(answer)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in UNKNOWN:
                raise NotSigned(Reason.NO_KEY) from error
            about_us = 400 <= error.code < 500 and error.code not in BUSY
            raise NotSigned(Reason.REFUSED if about_us else Reason.SILENT, final=about_us) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotSigned(Reason.SILENT) from error
        try:
            return base64.b64decode(json.loads(content)["cms"], validate=True)
        except (ValueError, KeyError, TypeError) as error:
            raise NotSigned(Reason.SILENT) from error


def _whole(answer: http.client.HTTPResponse) -> bytes:
    """All that comes within the time, from a service that sends it drop by drop too."""
    end, content = time.monotonic() + SECONDS, b""
    while chunk := answer.read1(65_536):
        content += chunk
        if len(content) > MAX_ANSWER or time.monotonic() > end:
            raise TimeoutError
    return content


def _valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _simple(key: Key, certificate: x509.Certificate, chain: Iterable[x509.Certificate]) -> SimpleSigner:
    """The library's own signer of a key; it takes both in another library's shape."""
    from pyhanko.sign import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    der = serialization.Encoding.DER
    private = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore()
    store.register_multiple(asn1.Certificate.load(certificate.public_bytes(der)) for certificate in chain)
    return SimpleSigner(
        signing_cert=asn1.Certificate.load(certificate.public_bytes(der)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )


def _cms(signer: SimpleSigner, digest: bytes) -> bytes:
    def made() -> bytes:
        content: bytes = asyncio.run(signer.async_sign(digest, "sha256", use_pades=True)).dump()
        return content

    # In a thread of its own: the caller's may have an event loop that runs.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(made).result()
