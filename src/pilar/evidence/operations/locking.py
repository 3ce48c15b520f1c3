"""One after the other on a piece of evidence."""

from __future__ import annotations

from uuid import UUID

from pilar.platform import locks

TARGET = "evidence.evidence"
"""A piece of evidence, in the audit log."""


def lock_piece(piece: UUID) -> None:
    """Make others who add a version, verify or record a scan of the same piece wait until this transaction ends.

    A lock on the row would take the privilege to change it, which the role that serves does not have (adr/0012).
    Raises :class:`pilar.platform.locks.Busy`.
    """
    locks.take(f"evidence.piece {piece}")
