"""The report of a quarter to the governor: the contents listed in Permendagri 138/2017, article 56 (1), from the
records. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from pilar.platform.language import N_, translate

LAW = "Permendagri 138/2017, pasal 56 ayat (1)"
SOURCE = "https://123dok.com/article/yd7480we-pemerintah-kabupaten-probolinggo-penanaman-pelayanan-terpadu-dringu-dringu.html"
MAX_NOTE = 4_000


class Heading(StrEnum):
    """A heading of the report, in the order of the article."""

    STRUCTURE = "structure"
    POWERS = "powers"
    STAFF = "staff"
    FACILITIES = "facilities"
    PLEDGE = "pledge"
    STANDARDS = "standards"
    SURVEY = "survey"
    COMPLAINTS = "complaints"
    INNOVATIONS = "innovations"
    OUTREACH = "outreach"
    SIMPLIFICATION = "simplification"
    INCENTIVES = "incentives"
    PERMITS = "permits"
    INVESTMENT = "investment"
    OBSTACLES = "obstacles"


HEADINGS = {
    Heading.STRUCTURE: N_("Structure of the office"),
    Heading.POWERS: N_("Delegated powers"),
    Heading.STAFF: N_("Staff"),
    Heading.FACILITIES: N_("Facilities"),
    Heading.PLEDGE: N_("Service pledge"),
    Heading.STANDARDS: N_("Standards of service and procedures"),
    Heading.SURVEY: N_("Public satisfaction survey"),
    Heading.COMPLAINTS: N_("Complaints"),
    Heading.INNOVATIONS: N_("Innovations"),
    Heading.OUTREACH: N_("Outreach"),
    Heading.SIMPLIFICATION: N_("Simplification"),
    Heading.INCENTIVES: N_("Investment incentives"),
    Heading.PERMITS: N_("Permits and non-permits issued"),
    Heading.INVESTMENT: N_("Planned and realised investment"),
    Heading.OBSTACLES: N_("Obstacles and solutions"),
}

Figure = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Counts:
    """A table: rows and column headings from the records."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The contents of a heading: ``counts`` from the records, ``note`` as the office wrote it. Without either, the
    report says that nothing was recorded."""

    heading: Heading
    counts: Counts | None = None
    note: str = ""

    @property
    def title(self) -> str:
        """In the reader's language."""
        return translate(HEADINGS[self.heading])

    @property
    def recorded(self) -> bool:
        return bool(self.note or (self.counts and self.counts.rows))


@dataclass(frozen=True, slots=True)
class Quarterly:
    """The report of a quarter."""

    region: str
    region_name: str
    year: int
    quarter: int
    sections: Sequence[Section]
    synthetic: bool = False


def days_of(year: int, quarter: int) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    since = date(year, 3 * quarter - 2, 1)
    following = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    return since, following - timedelta(days=1)
