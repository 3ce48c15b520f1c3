"""Reasons why a document is not signed, or not yet."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    NO_KEY = "no-key"
    SILENT = "silent"
    REFUSED = "refused"
    BROKEN = "broken"
    NOT_KEPT = "not-kept"


class NotSigned(Exception):
    """Raised by a signer; ``final``: trying again is of no use."""

    def __init__(self, reason: Reason, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.final = reason, final
