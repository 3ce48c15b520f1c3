"""Rows of surveys for screens, documents and the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from pilar.platform.language import translate
from pilar.platform.rows import row_of
from pilar.surveys.models import Survey
from pilar.surveys.reference import drawn_up
from pilar.surveys.rules.answers import Flag
from pilar.surveys.rules.authority import STATE_NAMES, STATE_TONES, Case, SurveyState
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.sampling import sample_of
from pilar.surveys.rules.scores import Index, Interval, Mean


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey with its questionnaire; ``stated_*`` is the statement of the head of region."""

    key: int
    region: str
    region_name: str
    questionnaire: Questionnaire
    title: str
    year: int
    split: bool
    opens_at: datetime
    closes_at: datetime
    state: SurveyState
    stated_by: str
    stated_on: date | None
    stated_file: UUID | None
    synthetic: bool

    @property
    def case(self) -> Case:
        """The case for the permission table."""
        return Case(self.region, None, self.state)

    @property
    def state_name(self) -> str:
        """The state in the reader's language."""
        return translate(STATE_NAMES[self.state])

    @property
    def state_tone(self) -> str:
        """The tone of the state's tag."""
        return STATE_TONES[self.state]


@dataclass(frozen=True, slots=True)
class CellRow:
    """A cell with its numbers of answers: ``count`` all, ``counting`` those with a weight. ``population``: the people
    served, if known."""

    key: int
    place: int
    pillar: str
    part: str
    programme: str
    office: int
    office_name: str
    quota: int
    token: str
    count: int
    counting: int
    population: int | None = None

    @property
    def sample(self) -> int | None:
        """The sample size for the population (Krejcie and Morgan); None if that is not known."""
        return None if self.population is None else sample_of(self.population)

    @property
    def missing(self) -> int:
        """The number of answers still needed for the quota."""
        return max(self.quota - self.counting, 0)

    @property
    def below_quota(self) -> bool:
        """True if fewer answers count than required."""
        return self.missing > 0


@dataclass(frozen=True, slots=True)
class CellScores:
    """The scores of a cell: by item in the order of the scale items, and the mean of them.

    A figure with fewer than ``MIN_SHOWN`` answers is missing, as if nobody had answered.
    """

    cell: CellRow
    items: tuple[Mean, ...]
    mean: Fraction | None
    interval: Interval | None

    @property
    def shown(self) -> bool:
        """True if enough people answered for the figures to be shown."""
        return self.mean is not None

    @property
    def told(self) -> int | None:
        """The number of answers behind its figures, None if they are not shown."""
        return self.cell.counting if self.shown else None


ItemScores = tuple[tuple[str, Mean], ...]
"""Means by code of the scale item."""


@dataclass(frozen=True, slots=True)
class GroupScores:
    """The mean of a pillar or sub-dimension, and the number of answers behind it in programmes that are shown."""

    code: str
    mean: Fraction | None
    lower: float | None
    upper: float | None
    count: int | None


@dataclass(frozen=True, slots=True)
class SurveyScores:
    """The scores of a survey. ``pillars`` and ``parts`` are means by code, ``intervals`` those of both; ``index`` of a
    satisfaction survey."""

    survey: SurveyRow
    cells: tuple[CellScores, ...]
    items: tuple[Mean, ...]
    parts: dict[str, Fraction | None]
    pillars: dict[str, Fraction | None]
    intervals: dict[str, Interval]
    index: Index | None

    @property
    def by_item(self) -> ItemScores:
        """The means of all programmes by item."""
        return self._by_item(self.items)

    @property
    def programmes(self) -> tuple[tuple[CellScores, ItemScores], ...]:
        """Each programme with its items."""
        return tuple((cell, self._by_item(cell.items)) for cell in self.cells)

    @property
    def pillar_scores(self) -> tuple[GroupScores, ...]:
        return tuple(
            self._group(code, mean, (cell.told for cell in self.cells if cell.cell.pillar == code))
            for code, mean in self.pillars.items()
        )

    @property
    def part_scores(self) -> tuple[GroupScores, ...]:
        return tuple(
            self._group(code, mean, (cell.told for cell in self.cells if cell.cell.part == code))
            for code, mean in self.parts.items()
        )

    def _by_item(self, items: tuple[Mean, ...]) -> ItemScores:
        return tuple((item.code, mean) for item, mean in zip(self.survey.questionnaire.scale_items, items, strict=True))

    def _group(self, code: str, mean: Fraction | None, counts: Iterable[int | None]) -> GroupScores:
        lower, upper = self.intervals.get(code, (None, None))
        return GroupScores(code, mean, lower, upper, None if mean is None else sum(count or 0 for count in counts))


@dataclass(frozen=True, slots=True)
class Distribution:
    """The number of answers for each value of the scale for an item, in the order of the scale."""

    item: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FlagCount:
    """The number of answers with a flag, and the weight of one of them, in per cent."""

    flag: Flag
    count: int
    weight: int


@dataclass(frozen=True, slots=True)
class Doubts:
    """Counts of doubtful answers: by flag, all answers, those without a flag, and the sum of weights in whole
    answers."""

    flags: tuple[FlagCount, ...]
    count: int
    clean: int
    weight: Fraction


def survey_row(row: Survey) -> SurveyRow:
    """Make the row of a survey whose region and form are loaded."""
    return row_of(
        SurveyRow,
        row,
        region=row.region_id,
        region_name=row.region.name,
        questionnaire=drawn_up(row.form.text, row.districts),
        stated_file=row.stated_file_id,
    )
