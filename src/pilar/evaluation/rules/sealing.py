"""What of published results is sealed: everything that anybody needs to tell them from others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

SCOPE = "evaluation.results"
"""The register of all published versions."""
FIGURES = ("final", "final_exact", "no_score", "rank_in_group", "rank_in_province", "rank_in_nation")


def subject_of(campaign: str, phase: int, version: int) -> str:
    """What an entry is about: ``evaluation-2026/2/v1``."""
    return f"{campaign}/{phase}/v{version}"


def content_of(
    *,
    year: int,
    letter: tuple[str, date],
    hashes: Mapping[str, str],
    synthetic: bool,
    rows: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """The content of an entry. ``rows``: of each region its code, group and :data:`FIGURES`.

    Numbers become text as they are published, so that the table of open data can be held against them.
    """
    plain = ({name: _plain(value) for name, value in row.items()} for row in rows)
    results = sorted(plain, key=lambda row: row["region"])
    return {
        "year": year,
        "letter": {"number": letter[0], "date": letter[1].isoformat()},
        "sha256": dict(hashes),
        "synthetic": synthetic,
        "results": results,
    }


def _plain(value: Any) -> Any:
    """A decimal with its digits, nothing for an empty text, all else as it is."""
    return f"{value:f}" if isinstance(value, Decimal) else None if value == "" else value
