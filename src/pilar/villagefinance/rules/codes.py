"""Codes of the budget: economic (akun.kelompok.jenis.objek) and functional (bidang.sub-bidang.kegiatan).

Both look alike: ``5.1`` is expenditure on staff and also the subfield of disasters. So a code is only ever read as one
of the two, and the two never share a column. Source: annex of Permendagri 20/2018; Siskeudes writes functional codes
with leading zeros (``01.01.01``).
"""

from __future__ import annotations

import re

REVENUE, EXPENDITURE, FINANCING = "4", "5", "6"
FINANCING_IN, FINANCING_OUT = "6.1", "6.2"
MONEY, CASH, BANK = "1.1.1", "1.1.1.01", "1.1.1.02"
ADVANCE, WITHHELD, SURPLUS, SURPLUS_BROUGHT = "1.1.4", "7.1", "3.1.2", "6.1.1.01"
"""Accounts outside the budget: advances held by executors, tax withheld and owed, and the surplus of a year."""
TRANSFER = "4.2"
ACCOUNT_WIDTHS = (1, 1, 1, 2)
"""Digits of each part of an economic code: akun, kelompok, jenis, objek."""
ACTIVITY_WIDTHS = (1, 1, 2)
"""Digits of each part of a functional code: bidang, sub-bidang, kegiatan."""

_CODE = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2}){0,3}\.?", re.ASCII)


def account_code(text: str) -> str | None:
    """Return an economic code as the chart writes it, also from ``5.1.1.1`` or ``05.1.1.01.``; None if it is none."""
    return _code(text, ACCOUNT_WIDTHS)


def activity_code(text: str) -> str | None:
    """Return a functional code as the annex writes it, with or without leading zeros; None if it is none."""
    return _code(text, ACTIVITY_WIDTHS)


def parts(code: str) -> tuple[str, ...]:
    """Return a code with the codes above it, the highest first: ``5``, ``5.1``, ``5.1.1``."""
    pieces = code.split(".")
    return tuple(".".join(pieces[: size + 1]) for size in range(len(pieces)))


def is_under(code: str, head: str) -> bool:
    """Return whether a code is ``head`` or lies under it."""
    return code == head or code.startswith(head + ".")


def _code(text: str, widths: tuple[int, ...]) -> str | None:
    text = "".join(text.split())
    if not _CODE.fullmatch(text):
        return None
    pieces = text.rstrip(".").split(".")
    if len(pieces) > len(widths) or any(
        len(str(int(piece))) > width for piece, width in zip(pieces, widths, strict=False)
    ):
        return None
    if pieces[0].strip("0") == "":
        return None
    return ".".join(f"{int(piece):0{width}}" for piece, width in zip(pieces, widths, strict=False))
