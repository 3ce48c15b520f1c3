"""Every operation of permits, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping

from kit.acts import Acts, Call
from permits import around, editing_acts

CALLS: Mapping[str, Call] = {**around.CALLS, **editing_acts.CALLS}

LEFT = f"""
operation | who | audit | rows
{around.LEFT.strip()}
{editing_acts.LEFT.strip()}
"""

ACTS = Acts(
    "permits", CALLS, LEFT, before={**around.BEFORE, **editing_acts.BEFORE},
    open_to_all=around.OPEN_TO_ALL, everywhere=around.EVERYWHERE, piecewise=around.PIECEWISE, repeated=around.REPEATED,
)  # fmt: skip
EXEMPT: dict[str, str] = around.EXEMPT
