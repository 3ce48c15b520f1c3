"""Every operation of permits, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping

from kit.acts import Acts, Call
from permits import around, cases_acts, editing_acts

CALLS: Mapping[str, Call] = {**around.CALLS, **editing_acts.CALLS, **cases_acts.CALLS}

LEFT = f"""
operation | who | audit | rows
{around.LEFT.strip()}
{editing_acts.LEFT.strip()}
{cases_acts.LEFT.strip()}
"""

ACTS = Acts(
    "permits", CALLS, LEFT, before={**around.BEFORE, **editing_acts.BEFORE, **cases_acts.BEFORE},
    strangers=("neighbour", "public", "other citizen", "elsewhere"), open_to_all=around.OPEN_TO_ALL,
    own=f"{cases_acts.OWN_ACTS} enter_realised", everywhere=f"{around.EVERYWHERE} watch_clocks",
    piecewise=f"{around.PIECEWISE} watch_clocks", repeated=f"{around.REPEATED} {cases_acts.REPEATED}",
)  # fmt: skip
EXEMPT: dict[str, str] = {**around.EXEMPT, **cases_acts.EXEMPT}
