"""Sign requests to BPJS and decrypt its answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from pilar.hospital.rules.bpjs.lzstring import NotPacked, pack, unpack


class NotOpened(ValueError):
    """Raised for an answer that was encrypted with another key, or changed in transit."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that BPJS gave a hospital to sign with; ``secret`` and ``user_key`` are never logged or stored
    elsewhere."""

    cons_id: str
    secret: str
    user_key: str

    def __repr__(self) -> str:
        return f"Keys({self.cons_id})"

    def signature(self, at: int) -> str:
        """The signature of a request at ``at`` (Unix seconds): HMAC-SHA256 of ``cons_id&at``, as base64."""
        said = f"{self.cons_id}&{at}".encode()
        return base64.b64encode(hmac.new(self.secret.encode(), said, hashlib.sha256).digest()).decode()

    def headers(self, at: int) -> dict[str, str]:
        """Make the headers of a request."""
        return {
            "x-cons-id": self.cons_id, "x-timestamp": str(at), "x-signature": self.signature(at),
            "user_key": self.user_key, "Content-Type": "application/json",
        }  # fmt: skip

    def seal(self, text: str, at: int) -> str:
        """Encrypt a text as BPJS does in the answer to a request of ``at``: packed, AES-256-CBC, base64."""
        padder, encryptor = PKCS7(128).padder(), self._cipher(at).encryptor()
        padded = padder.update(pack(text).encode()) + padder.finalize()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def open(self, sealed: str, at: int) -> str:
        """The text of an encrypted answer; ``at`` is the time that the request was signed with.

        Raises :class:`NotOpened`.
        """
        try:
            decryptor, unpadder = self._cipher(at).decryptor(), PKCS7(128).unpadder()
            padded = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
            return unpack((unpadder.update(padded) + unpadder.finalize()).decode("ascii"))
        except (NotPacked, ValueError) as error:
            raise NotOpened from error

    def _cipher(self, at: int) -> Cipher[CBC]:
        digest = hashlib.sha256(f"{self.cons_id}{self.secret}{at}".encode()).digest()
        return Cipher(AES(digest), CBC(digest[:16]))
