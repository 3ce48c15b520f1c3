"""Sealed content of a publication: everything needed to tell it from another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

SCOPE = "evaluation.results"
"""The register of all publications: versions of results, statements of sources by year, plans that came into force."""
FIGURES = ("final", "final_exact", "no_score", "rank_in_group", "rank_in_province", "rank_in_nation")
STATEMENTS, PLAN = "statements", "plan"


@dataclass(frozen=True, slots=True)
class Published:
    """Something published as it is now; ``at``: when it was published, None where only the day of its seal is known."""

    subject: str
    content: Mapping[str, Any]
    at: datetime | None = None


def subject_of(campaign: str, phase: int, version: int) -> str:
    """Return what an entry is about: ``evaluation-2026/2/v1``."""
    return f"{campaign}/{phase}/v{version}"


def statements_subject(year: int, edition: int) -> str:
    """All that sources state of a year, the next edition each time it changes: ``statements/2025/1``."""
    return f"{STATEMENTS}/{year}/{edition}"


def plan_subject(region: str, first_year: int, version: int) -> str:
    """A version of a plan that came into force: ``plan/36.03/2024/v2``."""
    return f"{PLAN}/{region}/{first_year}/v{version}"


def edition_of(subject: str) -> tuple[int, int] | None:
    """Year and edition of statements; None for anything else."""
    kind, *rest = subject.split("/")
    return (int(rest[0]), int(rest[1])) if kind == STATEMENTS and len(rest) == 2 and rest[1].isdecimal() else None


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
    results = sorted(map(plain, rows), key=lambda row: row["region"])
    return {
        "year": year,
        "letter": {"number": letter[0], "date": letter[1].isoformat()},
        "sha256": dict(hashes),
        "synthetic": synthetic,
        "results": results,
    }


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is sealed: a decimal with its digits, a day as text, nothing for an empty text."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


@dataclass(frozen=True, slots=True)
class Difference:
    """A publication that is not as it was sealed; ``gone``: it is not published any more; ``number`` 0: it never was
    sealed."""

    number: int
    subject: str
    gone: bool
