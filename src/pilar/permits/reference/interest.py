"""Interest on late levies (``data/permits/late_interest.yaml``)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from pilar.permits.rules.levies import Interest
from pilar.platform.folders import data_folder
from pilar.platform.yaml_files import load_yaml


def late_interest(region: str, day: date) -> Interest | None:
    """The rule of a region for a levy set on a day; None if it charges nothing or its rule is not known."""
    rows = [row for row in _rows() if row["region"] == region and row["from"] <= day]
    if not rows:
        return None
    latest = max(rows, key=lambda row: row["from"])
    return Interest(Decimal(latest["percent"]), latest["most_months"], latest["basis"], latest["source"])


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    path = data_folder() / "permits" / "late_interest.yaml"
    return tuple(load_yaml(path.read_text(encoding="utf-8")))
