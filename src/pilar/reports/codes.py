"""QR codes (ISO/IEC 18004) as drawings."""

from __future__ import annotations

from functools import lru_cache

import qrcode

QUIET = 4
"""Modules of white around the code, as the standard asks."""


@lru_cache(maxsize=1024)
def qr_svg(text: str) -> str:
    """A code that reads ``text``, correcting 15 % of damage (level M). Neighbouring modules of a row are one stroke."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    strokes = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                strokes.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length + 1
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#ffffff"/><path d="{"".join(strokes)}" fill="#000000"/></svg>'
    )
