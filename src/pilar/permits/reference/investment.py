"""Published realised investment, levels of risk, and limits for letters, from data/permits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pilar.permits.rules.desk import DeskLimit, LetterKind
from pilar.permits.rules.investment import Published, Risk
from pilar.platform.folders import data_folder
from pilar.platform.language import Bilingual
from pilar.platform.yaml_files import load_texts


def published(region: str) -> tuple[Published, ...]:
    """Realised investment of a region according to sources, oldest first."""
    given = _read(data_folder() / "permits" / "investment.yaml")["realised"]
    return tuple(_published(row) for row in given["rows"]) if given["region"] == region else ()


def risks() -> Mapping[str, Risk]:
    """The levels of risk by key, lowest first."""
    given = _read(data_folder() / "permits" / "investment.yaml")["risks"]
    return {
        level["key"]: Risk(level["key"], Bilingual(**level["name"]), Bilingual(**level["needs"]), given["source"])
        for level in given["levels"]
    }


def desk_limit(kind: LetterKind, day: date) -> DeskLimit:
    """The number of working days for answering a letter received on a day."""
    rows = _read(data_folder() / "permits" / "desk.yaml")["limits"]
    of = [row for row in rows if row["kind"] == kind and date.fromisoformat(row["since"]) <= day]
    last = max(of, key=lambda row: str(row["since"]))
    return DeskLimit(int(last["days"]), last["source"])


@cache
def _read(path: Path) -> Any:
    return load_texts(path.read_text(encoding="utf-8"))


def _published(given: Mapping[str, str]) -> Published:
    figures = {
        name: Decimal(given[name]) for name in ("total", "pmdn", "pma", "share_pmdn", "share_pma") if name in given
    }
    return Published(period=given["period"], source=given["source"], whole=given.get("whole") == "true", **figures)
