"""Made-up applications of the one-stop office, and what is around them. Nobody in them exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pilar.permits.rules.investment import Capital, OssEntry, RealisedEntry

MILLION = Decimal(1_000_000)


def realised(*, one: Mapping[str, Any], now: datetime) -> RealisedEntry:
    """What a business reports of a quarter some quarters ``back``."""
    place = now.year * 4 + (now.month - 1) // 3 - int(one["back"])
    return RealisedEntry(
        place // 4, place % 4 + 1, one["business"], one["nib"], one["kbli"], Capital(one["capital"]),
        Decimal(one["planned"]) * MILLION, Decimal(one["realised"]) * MILLION, int(one["workers"]),
    )  # fmt: skip


def oss(*, rows: Sequence[Mapping[str, Any]], now: datetime) -> list[OssEntry]:
    """What the national OSS is said to say, as of a week ago."""
    return [OssEntry(**one, as_of=(now - timedelta(days=7)).date()) for one in rows]
