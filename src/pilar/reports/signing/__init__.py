"""Signed documents: who signs (``signers``), how a PDF is signed (``pades``), what its code says (``record``).

What is signed, and when, is kept by ``evidence.operations.signing``.
"""

from __future__ import annotations

from pilar.reports.signing.reasons import NotSigned, Reason
