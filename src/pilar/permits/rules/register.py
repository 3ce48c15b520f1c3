"""The register of permits: the states of a permit, its moves, and its public data. Pure.

Issued permits stay listed permanently. An amendment is a new edition with the same number; its document replaces the
previous one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pilar.evidence.rules.signing import SignatureRow
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_, translate
from pilar.platform.lifecycle import Lifecycle, Move
from pilar.reports.signing.lists import Standing

KIND = "permits.permit"
"""The state of a permit's document in the record of its code."""
MAX_LISTED = 1_000
"""The most rows that a search of the register lists (assumption); to see others, the search has to be narrowed."""


class PermitState(StrEnum):
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class PermitEventKind(StrEnum):
    ISSUED = "issued"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    REVOKED = "revoked"


STATE_NAMES = {
    PermitState.VALID: N_("Valid"), PermitState.SUSPENDED: N_("Suspended"), PermitState.REVOKED: N_("Revoked")
}  # fmt: skip
TONES = {PermitState.VALID: "positive", PermitState.SUSPENDED: "caution", PermitState.REVOKED: "negative"}
EVENT_NAMES = {
    PermitEventKind.ISSUED: N_("Issued"),
    PermitEventKind.AMENDED: N_("Amended"),
    PermitEventKind.SUSPENDED: N_("Suspended"),
    PermitEventKind.RESUMED: N_("Valid again"),
    PermitEventKind.REVOKED: N_("Revoked"),
}
LISTED = {
    PermitState.VALID: Standing.VALID, PermitState.SUSPENDED: Standing.SUSPENDED, PermitState.REVOKED: Standing.REVOKED
}  # fmt: skip


class PermitElsewhere(PilarError):
    code = "permit-elsewhere"
    status = 409
    sentence = N_("This permit has changed meanwhile. Look at it again")


@dataclass(frozen=True, slots=True)
class PermitFacts:
    """``signed``: whether the document of its last edition is signed or needs no signature. ``upheld``: whether an
    objection to its revocation was upheld."""

    signed: bool
    upheld: bool = False


def document_signed(facts: PermitFacts) -> Fault | None:
    return None if facts.signed else Fault("not-signed", N_("Wait for the signature of its document"))


def objection_upheld(facts: PermitFacts) -> Fault | None:
    sentence = N_("A revocation is taken back when an objection to it was upheld")
    return None if facts.upheld else Fault("not-upheld", sentence)


S = PermitState
PERMITS: Lifecycle[PermitState, PermitFacts] = Lifecycle(
    lambda _now, _to: PermitElsewhere(),
    Move(S.VALID, S.VALID, N_("Amend"), (document_signed,), made_by="amend_permit"),
    Move(S.VALID, S.SUSPENDED, N_("Suspend"), (document_signed,)),
    Move(S.SUSPENDED, S.VALID, N_("Let it be valid again")),
    Move(S.VALID, S.REVOKED, N_("Revoke"), (document_signed,)),
    Move(S.SUSPENDED, S.REVOKED, N_("Revoke")),
    Move(S.REVOKED, S.VALID, N_("Let it be valid again"), (objection_upheld,)),
)
MADE = {
    (S.VALID, S.SUSPENDED): PermitEventKind.SUSPENDED,
    (S.SUSPENDED, S.VALID): PermitEventKind.RESUMED,
    (S.REVOKED, S.VALID): PermitEventKind.RESUMED,
    (S.VALID, S.REVOKED): PermitEventKind.REVOKED,
    (S.SUSPENDED, S.REVOKED): PermitEventKind.REVOKED,
}
"""The event stored for each move."""


@dataclass(frozen=True, slots=True)
class PermitRow:
    """The public data of a permit. ``holder``: the name of a business, the initials of a person."""

    key: int
    number: str
    region: str
    service: str
    service_name: str
    holder: str
    place: str
    issued_on: date
    valid_until: date
    state: PermitState
    edition: int
    synthetic: bool

    @property
    def state_name(self) -> str:
        return translate(STATE_NAMES[self.state])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    def over(self, today: date) -> bool:
        return today > self.valid_until


@dataclass(frozen=True, slots=True)
class PermitEventRow:
    kind: PermitEventKind
    at: datetime
    reason: str

    @property
    def name(self) -> str:
        return translate(EVENT_NAMES[self.kind])


@dataclass(frozen=True, slots=True)
class PermitDetail:
    """A permit with its events; ``signature`` of its last edition."""

    row: PermitRow
    events: tuple[PermitEventRow, ...]
    signature: SignatureRow | None


def initials(name: str) -> str:
    """The name of a person in the public register: ``Siti Nur Halimah`` is ``S. N. H.``; titles after a comma do not
    count."""
    words = name.partition(",")[0].replace(".", " ").split()
    return " ".join(f"{word[0].upper()}." for word in words)


def scope(region: str) -> str:
    """Name the sealed register of a region."""
    return f"permits.register:{region}"


def list_scope(region: str) -> str:
    """Name the sealed lists of a region."""
    return f"permits.lists:{region}"


def document_key(permit: int, edition: int) -> str:
    return f"{permit}/{edition}"


def told(row: PermitRow, kind: PermitEventKind, reason: str = "") -> dict[str, Any]:
    """Reduce an event to the data in the sealed register: only public data."""
    return {
        "event": str(kind), "number": row.number, "service": row.service, "holder": row.holder, "place": row.place,
        "issued_on": str(row.issued_on), "valid_until": str(row.valid_until), "edition": row.edition,
        "state": str(row.state), "reason": reason, "synthetic": row.synthetic,
    }  # fmt: skip
