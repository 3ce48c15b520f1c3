"""Rows of surveys for screens, documents and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from pilar.surveys.models import Survey
from pilar.surveys.reference import parse
from pilar.surveys.rules.authority import Case, SurveyState
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.scores import Index, Mean


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey with its questionnaire; ``stated_on`` is the day of the statement of the head of region."""

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
    synthetic: bool

    @property
    def case(self) -> Case:
        """For ``rules.authority``."""
        return Case(self.region, None, self.state)


@dataclass(frozen=True, slots=True)
class CellRow:
    """A cell with how many answers it has: ``count`` all, ``counting`` those that weigh something."""

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

    @property
    def missing(self) -> int:
        """Answers that the quota still wants."""
        return max(self.quota - self.counting, 0)


@dataclass(frozen=True, slots=True)
class CellScores:
    """The scores of a cell: by item in the order of the scale items, and the mean of them."""

    cell: CellRow
    items: tuple[Mean, ...]
    mean: Fraction | None
    shown: bool
    """Whether enough people answered for the figures to be shown."""


@dataclass(frozen=True, slots=True)
class SurveyScores:
    """The scores of a survey. ``pillars`` and ``parts`` are means by code; ``index`` of a satisfaction survey."""

    survey: SurveyRow
    cells: tuple[CellScores, ...]
    items: tuple[Mean, ...]
    parts: dict[str, Fraction | None]
    pillars: dict[str, Fraction | None]
    index: Index | None


def survey_row(row: Survey) -> SurveyRow:
    """Of a survey with its region and form at hand."""
    return SurveyRow(
        key=row.pk,
        region=row.region_id,
        region_name=row.region.name,
        questionnaire=parse(row.form.text),
        title=row.title,
        year=row.year,
        split=row.split,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        state=SurveyState(row.state),
        stated_by=row.stated_by,
        stated_on=row.stated_on,
        synthetic=row.synthetic,
    )
