"""The two states of a revision, and the moves between them: virus scan and verification (verifikasi)."""

from __future__ import annotations

from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.lifecycle import Lifecycle, Move


class ScanState(StrEnum):
    """The last word of a virus scanner; ``FAILED`` is a scan that gave no answer."""

    NOT_SCANNED = "not_scanned"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


class VerificationState(StrEnum):
    """The last word of the region's verifier."""

    OPEN = "open"
    VERIFIED = "verified"
    RETURNED = "returned"


S, V = ScanState, VerificationState

SCANS: dict[ScanState, tuple[str, str]] = {
    S.NOT_SCANNED: (N_("not scanned for viruses"), "caution"),
    S.CLEAN: (N_("no virus found"), "positive"),
    S.INFECTED: (N_("virus found"), "negative"),
    S.FAILED: (N_("virus scan failed"), "caution"),
}
VERIFICATIONS: dict[VerificationState, tuple[str, str]] = {
    V.OPEN: (N_("not yet verified"), ""),
    V.VERIFIED: (N_("verified"), "positive"),
    V.RETURNED: (N_("returned"), "negative"),
}
"""How a state is called for readers, and the tone of its tag."""


class MoveNotOpen(PilarError):
    """The state does not lead there."""

    code = "evidence-move-not-open"
    status = 409
    sentence = N_("This has already been done by somebody else. Load the page again to see how it stands")


class OwnRevision(PilarError):
    """A verifier never checks what they uploaded (verifikator bukan pengunggah)."""

    code = "own-evidence"
    status = 403
    sentence = N_("You added this version yourself; somebody else has to verify it")


class OlderRevision(PilarError):
    """Only the newest version is verified."""

    code = "older-evidence"
    status = 409
    sentence = N_("There is a newer version of this evidence. Check version %(newest)s instead")


class Infected(PilarError):
    """A file in which a virus was found is never given out."""

    code = "infected-evidence"
    status = 403
    sentence = N_(
        "A virus was found in “%(name)s” (%(found)s), so the file is not given out. A clean version has to be added"
    )


# New signatures may find a virus in a file that passed before; what was infected stays so.
SCAN_MOVES: Lifecycle[ScanState, None] = Lifecycle(
    lambda now, to: MoveNotOpen(),
    *(Move(S.NOT_SCANNED, to, made_by="record_scan") for to in (S.CLEAN, S.INFECTED, S.FAILED)),
    *(Move(S.FAILED, to, made_by="record_scan") for to in (S.CLEAN, S.INFECTED, S.FAILED)),
    *(Move(S.CLEAN, to, made_by="record_scan") for to in (S.CLEAN, S.INFECTED)),
)
VERIFICATION_MOVES: Lifecycle[VerificationState, None] = Lifecycle(
    lambda now, to: MoveNotOpen(),
    Move(V.OPEN, V.VERIFIED, made_by="verify"),
    Move(V.OPEN, V.RETURNED, made_by="return_to_owner"),
    Move(V.VERIFIED, V.RETURNED, made_by="return_to_owner"),
    Move(V.RETURNED, V.VERIFIED, made_by="verify"),
)


def move_scan(now: ScanState, to: ScanState) -> None:
    """Raise :class:`MoveNotOpen` unless ``SCAN_MOVES`` has the move."""
    SCAN_MOVES.move(now, to)


def move_verification(now: VerificationState, to: VerificationState, *, by: int, uploaded_by: int) -> None:
    """Raise :class:`OwnRevision` for the uploader (``by`` and ``uploaded_by`` are accounts), or MoveNotOpen."""
    if by == uploaded_by:
        raise OwnRevision
    VERIFICATION_MOVES.move(now, to)


def require_servable(state: ScanState, *, name: str, found: str) -> None:
    """Raise :class:`Infected` for a file that must not leave the store."""
    if state is ScanState.INFECTED:
        raise Infected(name=name, found=found)
