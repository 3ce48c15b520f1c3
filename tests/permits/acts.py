"""Every operation of permits, and what it leaves behind (kit/acts.py)."""

from __future__ import annotations

from collections.abc import Mapping

from kit.acts import Acts, Call

CALLS: Mapping[str, Call] = {}

LEFT = """
operation | who | audit | rows
"""

ACTS = Acts("permits", CALLS, LEFT)
EXEMPT: dict[str, str] = {}
