"""Frozen rows of measures and values, as screens and the API show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pilar.measures.models import Definition as StoredDefinition
from pilar.measures.models import Measure
from pilar.measures.reference import Standard, standards_of
from pilar.measures.rules.authority import Case
from pilar.measures.rules.combining import AGGREGATION_NAMES, published
from pilar.measures.rules.definitions import (
    DIRECTION_NAMES,
    Definition,
    DefinitionVersion,
    Wording,
    bounds_text,
    version_for,
)
from pilar.measures.rules.freshness import Schedule
from pilar.measures.rules.periods import KIND_NAMES, Period, PeriodKind
from pilar.platform.language import reader_language, translate
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a definition for readers; ``until`` is None for the one that holds now."""

    version: DefinitionVersion
    written_by: str
    written_at: datetime

    @property
    def title(self) -> str:
        return said(self.version.definition.title)

    @property
    def text(self) -> str:
        return said(self.version.definition.text)

    @property
    def unit(self) -> str:
        return said(self.version.definition.unit)

    @property
    def direction_name(self) -> str:
        return translate(DIRECTION_NAMES[self.version.definition.direction])

    @property
    def aggregation_name(self) -> str:
        return translate(AGGREGATION_NAMES[self.version.definition.aggregation])

    @property
    def bounds(self) -> str:
        """The plausible values in words; empty without bounds."""
        return bounds_text(self.version.definition)


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure. ``latest`` is the newest period with a value, ``latest_value`` that value as it is shown.

    ``built_in``: a part of Pilar reports it, from time to time, and nobody else.
    ``late_since``: the first day on which the next value was overdue. ``versions`` are oldest first.
    """

    key: int
    code: str
    region_code: str
    region: str
    office: int
    office_name: str
    source: int | None
    source_code: str
    source_title: str
    built_in: bool
    schedule: Schedule
    public: bool
    synthetic: bool
    versions: tuple[VersionRow, ...]
    latest: Period | None
    latest_value: Decimal | None
    late_since: date | None
    standards: tuple[str, ...] = ()

    @property
    def now(self) -> VersionRow:
        """The version that holds now, or held last."""
        return self.versions[-1]

    @property
    def definitions(self) -> tuple[DefinitionVersion, ...]:
        return tuple(row.version for row in self.versions)

    @property
    def definition(self) -> Definition:
        return self.now.version.definition

    @property
    def title(self) -> str:
        return self.now.title

    @property
    def unit(self) -> str:
        return self.now.unit

    @property
    def kind(self) -> PeriodKind:
        return self.schedule.kind

    @property
    def kind_name(self) -> str:
        return translate(KIND_NAMES[self.kind])

    @property
    def indicators(self) -> tuple[Standard, ...]:
        """The indicators of standards that it is marked with."""
        return standards_of(self.standards)

    @property
    def latest_text(self) -> str:
        return self.latest.text() if self.latest else ""

    @property
    def next_period(self) -> Period:
        """The period after the newest reported one."""
        return Period(self.kind, self.schedule.starts_on) if self.latest is None else self.latest.next()

    @property
    def closed(self) -> bool:
        return self.schedule.ends_on is not None

    @property
    def case(self) -> Case:
        """Return what permission is asked for."""
        return Case(self.region_code, self.office, self.source, self.built_in)

    def shown(self, period: Period, value: Decimal) -> Decimal:
        """A value with the decimals that its definition says."""
        version = version_for((row.version for row in self.versions), period)
        rounded = published(value, (version or self.now.version).definition.decimals)
        assert rounded is not None
        return rounded


@dataclass(frozen=True, slots=True)
class ValueOrigin:
    """The source from which a part of Pilar made a value, in the reader's language, and where that stands."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value of a period. ``by``, ``evidence`` and ``origin`` are empty for anyone who reads it only because it is
    public."""

    period: Period
    number: int
    value: Decimal
    reported_at: datetime
    by: str
    reason: str
    evidence: UUID | None
    origin: ValueOrigin | None = None

    @property
    def text(self) -> str:
        """The period for readers."""
        return self.period.text()


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source system of a region, how many measures it reports, and how many of its tokens work.

    ``built_in``: a part of Pilar, without tokens.
    """

    key: int
    code: str
    title: str
    active: bool
    measures: int
    tokens: int
    synthetic: bool
    built_in: bool


def said(wording: Wording) -> str:
    """A text in the reader's language."""
    return wording.in_language(reader_language())


def schedule_of(row: Measure) -> Schedule:
    """Return when values of a stored measure are expected; its source is at hand."""
    return Schedule(PeriodKind(row.period), row.starts_on, row.ends_on, row.due_days, is_built_in(row))


def is_built_in(row: Measure) -> bool:
    """Return whether a part of Pilar reports a stored measure."""
    return row.source is not None and row.source.built_in


def versions_of(rows: Iterable[StoredDefinition]) -> tuple[VersionRow, ...]:
    """Stored definitions in the order of their numbers."""
    return tuple(VersionRow(version_of(row), row.written_by, row.written_at) for row in rows)


def version_of(row: StoredDefinition) -> DefinitionVersion:
    """A stored definition as the rules know it."""
    return DefinitionVersion(
        number=row.number,
        since=row.since,
        until=row.until,
        definition=row_of(
            Definition,
            row,
            title=Wording(row.title_id, row.title_en),
            text=Wording(row.text_id, row.text_en),
            unit=Wording(row.unit_id, row.unit_en),
        ),
    )
