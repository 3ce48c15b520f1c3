"""Documents that are signed: what is to be signed, how far a signature is, and what a copy is to the signed file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from pilar.platform.language import N_, translate
from pilar.reports.signing import Reason

LEASE = timedelta(minutes=2)
"""How long one attempt has the document for itself; then its worker is taken for dead, and another one begins."""
PAUSE = timedelta(minutes=1)
"""The first pause before a signature is tried again; doubled each time."""
MAX_PAUSE = timedelta(hours=1)
MAX_BREAKS = 5
"""So often a document that cannot be made is tried."""
CHECKS_A_MINUTE = 30
"""Files that one network may send to be compared (assumption)."""


class SigningState(StrEnum):
    WAITING = "waiting"
    SIGNED = "signed"
    FAILED = "failed"


SHOWN = {
    SigningState.WAITING: (N_("Waits for its electronic signature"), "caution"),
    SigningState.SIGNED: (N_("Signed electronically"), "positive"),
    SigningState.FAILED: (N_("Not signed electronically"), "negative"),
}
"""The name of each state, and the tone in which it is shown."""


REASONS = {
    Reason.NO_KEY: N_("the key to sign with cannot be used: it is missing, locked or no longer valid"),
    Reason.SILENT: N_("the service that signs does not answer"),
    Reason.REFUSED: N_("the service that signs refuses the document, or its signature does not hold"),
    Reason.BROKEN: N_("the document could not be made; the person who runs this site finds why in its log"),
    Reason.NOT_KEPT: N_("the store of files is full or away"),
}


class Copy(StrEnum):
    """The relation of a file to the one that was signed."""

    SAME = "same"
    PAGES = "pages"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ToSign:
    """A document that a room has signed: ``key`` names it within its kind, ``scope`` is the region's code.

    ``page``: the name of the page that says more of it, and what its address takes.
    """

    key: str
    title: str
    number: str
    day: date
    scope: str
    page: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """The state of the signature of a document. ``sha256`` and ``size`` are those of the signed file; its first
    ``pages_size`` bytes are the document itself, with a hash that the record holds, too."""

    kind: str
    key: str
    title: str
    number: str
    day: date
    scope: str
    address: str
    state: SigningState
    reason: str
    tries: int
    signed_at: datetime | None
    signer: str
    demonstration: bool
    record: str
    seal_key: str
    storage_key: str
    size: int
    sha256: str
    pages_size: int
    pages_sha256: str

    @property
    def signed(self) -> bool:
        return self.state is SigningState.SIGNED

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return translate(SHOWN[self.state][0])

    @property
    def tone(self) -> str:
        return "caution" if self.signed and self.demonstration else SHOWN[self.state][1]

    @property
    def why(self) -> str:
        """Return why it is not signed, or not yet; empty before the first attempt has failed."""
        return "" if self.signed or not self.reason else translate(REASONS[Reason(self.reason)])


def compared(content: bytes, signature: SignatureRow) -> Copy:
    """Return what a file is, compared with the one that was signed."""
    if hashlib.sha256(content).hexdigest() == signature.sha256:
        return Copy.SAME
    pages = hashlib.sha256(content[: signature.pages_size]).hexdigest()
    return Copy.PAGES if pages == signature.pages_sha256 else Copy.OTHER


def pause(tries: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    return min(PAUSE * 2 ** min(max(tries - 1, 0), 10), MAX_PAUSE)
