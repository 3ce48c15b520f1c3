"""What pages write in Indonesian: no decimal point outside codes, versions, clock times and addresses."""

from __future__ import annotations

import html
import re
from typing import Any

HIDDEN = re.compile(r"<(script|style|svg|code|pre|textarea)\b.*?</\1>|<[^>]+>", re.DOTALL)
# Two digits on both sides are the code of a region (36.03) or a time (16.00).
POINT = re.compile(r"(?<![\w.,/-])(?!\d\d\.\d\d(?!\d))\d+\.\d{1,2}(?![\w.])")
VERSIONS = {"1.0", "2.0", "1.1", "1.2"}
"""The last two are those of the questionnaires that ship."""


def decimal_points(page: str) -> list[str]:
    """The numbers that a page in Indonesian writes with a decimal point, each with what stands around it."""
    if '<html lang="id"' not in page:
        return []
    text = " ".join(html.unescape(HIDDEN.sub(" ", page)).split())
    return [
        text[max(found.start() - 40, 0) : found.end() + 20]
        for found in POINT.finditer(text)
        if found[0] not in VERSIONS
    ]


def points_of(answer: Any) -> list[str]:
    """The same of an answer, whatever it is."""
    return [] if answer.streaming else decimal_points(answer.content.decode(errors="replace"))
