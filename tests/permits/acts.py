"""Every operation of permits, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping

from kit.acts import Acts, Call
from permits import around

CALLS: Mapping[str, Call] = {**around.CALLS}

LEFT = f"""
operation | who | audit | rows
{around.LEFT.strip()}
"""

ACTS = Acts(
    "permits", CALLS, LEFT, before=around.BEFORE, open_to_all=around.OPEN_TO_ALL, everywhere=around.EVERYWHERE,
    piecewise=around.PIECEWISE, repeated=around.REPEATED,
)  # fmt: skip
EXEMPT: dict[str, str] = around.EXEMPT
