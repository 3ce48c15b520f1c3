"""Rows that queries answer with: frozen, complete, without a way back to the database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pilar import index
from pilar.evaluation.rules.standing import ORIGINS, STATUS_NAMES
from pilar.platform.language import Bilingual, translate
from pilar.platform.papers import Paper

LEADING_NUMBER = re.compile(r"[0-9]+")


def size_in(rank_scope: str) -> int | None:
    """The number that a printed scope of ranks begins with: ``75 (cohorts 2017-2018)``."""
    number = LEADING_NUMBER.match(rank_scope)
    return int(number[0]) if number else None


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A regency (kabupaten) or city (kota) with its dotted code."""

    code: str
    name: str
    kind: str
    province: ProvinceRow


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group inside which ranks are meant; ``size`` is the number of regions evaluated, if a source states it."""

    code: str
    year: int
    title: Bilingual
    size: int | None
    source_url: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of one source about one region, year and phase.

    ``scores`` maps node codes to printed scores; ``conflicting``: another source prints another final or another score
    for the same region and year.
    """

    key: int
    region: RegionRow
    year: int
    phase: str
    group: GroupRow | None
    scores: Mapping[str, Decimal]
    final: Decimal | None
    improvement: Decimal | None
    improvement_origin: str
    rank: int | None
    rank_scope: str
    letter: str
    source_url: str
    note: Bilingual
    conflicting: bool

    @property
    def phase_number(self) -> int | None:
        """The phase as Pilar numbers it; sources write I or II, or nothing."""
        return len(self.phase) or None

    @property
    def rank_size(self) -> int | None:
        """Count how many regions the rank counts, where the source prints a number (“13 of 191”)."""
        return size_in(self.rank_scope)


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year with published statements, or with ``computed`` phases whose results Pilar computed.

    ``regions``: those with a statement or a computed result, made-up ones only where the whole year is made up.
    ``instrument`` is code and version of what scores the year, if that is known. ``synthetic``: all that there is of
    the year was made up for a demonstration.
    """

    year: int
    statements: int
    regions: int
    instrument: tuple[str, str] | None
    computed: int = 0
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """The number of a group's regions that have a statement here."""

    group: GroupRow
    regions: int


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """A loaded instrument version. ``scores_years``: the years whose statements it scores, and those of the campaigns
    that it is the instrument of; ``listed_years``: those of them that have published results. ``assumed``: no source
    states the weights of its dimensions. ``paper``: what it rests on, where its file says so.
    """

    code: str
    version: str
    sha256: str
    title: Bilingual
    year: int | None
    status: index.Status
    assumed: bool
    loaded_at: datetime
    scores_years: tuple[int, ...]
    listed_years: tuple[int, ...]
    paper: Paper | None = None

    @property
    def status_name(self) -> str:
        """Return how its weights stand to published results, in the reader's language."""
        return translate(STATUS_NAMES[self.status])

    @property
    def origin_name(self) -> str:
        """Return whether its weights are stated or assumed, in the reader's language."""
        return translate(ORIGINS[self.assumed])
