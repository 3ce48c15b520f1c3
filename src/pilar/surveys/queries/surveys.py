"""Read surveys, their cells and the form that somebody answers, each within what its reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db.models import Count, Max, Q

from pilar.people.queries import within
from pilar.people.rules import Standing, existing
from pilar.platform.language import translate
from pilar.platform.rows import row_of
from pilar.surveys.models import Cell, DateChange, Invitation, Response, Survey, Unfinished
from pilar.surveys.reference import drawn_up
from pilar.surveys.rules.answers import Flag
from pilar.surveys.rules.authority import AUTHORITY, STATE_NAMES, STATE_TONES, Action, Case, SurveyState
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.scores import Index, Interval, Mean
from pilar.surveys.rules.surveys import sample_of


def visible(scope: Standing) -> Q:
    """Return the condition on ``Survey`` for those whose progress ``scope`` sees, in all or in some of their cells."""
    return within(AUTHORITY.extent(scope, Action.SEE_PROGRESS).with_parts())


def visible_cells(scope: Standing) -> Q:
    """Return the condition on ``Cell``: all of a survey, or those of the reader's own offices."""
    return within(AUTHORITY.extent(scope, Action.SEE_PROGRESS), region="survey__region", office="office")


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


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The target of a link: the survey and its programme; ``used``: the link was for one answer, which has arrived."""

    survey: SurveyRow
    cell: int
    programme: str
    pillar: str
    part: str
    token: str
    used: bool = False


@dataclass(frozen=True, slots=True)
class UnfinishedRow:
    """The answers that somebody has given so far."""

    key: UUID
    body: dict[str, object]
    began_at: datetime


def surveys(*, scope: Standing, region: str = "") -> tuple[SurveyRow, ...]:
    """Read the surveys that ``scope`` sees, newest first; of one region if it is named."""
    rows = Survey.objects.filter(visible(scope)).select_related("region", "form")
    if region:
        rows = rows.filter(region=region)
    return tuple(survey_row(row) for row in rows.order_by("-year", "title"))


def surveys_by_region(*, scope: Standing) -> Mapping[str, Mapping[str, int]]:
    """Return by region the number of surveys that ``scope`` sees, of those that take answers, and the newest year. One
    query."""
    rows = Survey.objects.filter(visible(scope)).order_by().values("region")
    counted = rows.annotate(count=Count("pk"), open=Count("pk", filter=Q(state=SurveyState.OPEN)), newest=Max("year"))
    return {row.pop("region"): row for row in counted}


def survey(key: int, *, scope: Standing) -> SurveyRow:
    """Read one survey; raises :class:`NotFound` if ``scope`` does not see it."""
    row = existing(Survey.objects.filter(visible(scope), pk=key).select_related("region", "form").first())
    return survey_row(row)


def cells(row: SurveyRow, *, scope: Standing) -> tuple[CellRow, ...]:
    """Read the cells of a survey that ``scope`` sees, with their counts. One query."""
    return cells_of([row.key], scope=scope).get(row.key, ())


def cells_of(surveys: Iterable[int], *, scope: Standing) -> dict[int, tuple[CellRow, ...]]:
    """Read the cells of several surveys that ``scope`` sees, with their counts, by key of the survey. One query."""
    return _counted(Q(visible_cells(scope), survey__in=list(surveys)))


def all_cells(survey: int) -> tuple[CellRow, ...]:
    """Read all cells of a survey with their counts, for public figures. One query."""
    return _counted(Q(survey=survey)).get(survey, ())


def _counted(which: Q) -> dict[int, tuple[CellRow, ...]]:
    rows = (
        Cell.objects.filter(which)
        .select_related("office")
        .annotate(count=Count("responses"), counting=Count("responses", filter=Q(responses__weight__gt=0)))
        .order_by("place")
    )
    cell_rows: dict[int, list[CellRow]] = {}
    for row in rows:
        made = CellRow(
            row.pk, row.place, row.pillar, row.part, row.programme, row.office_id, row.office.name, row.quota,
            row.token, row.count, row.counting, row.population,
        )  # fmt: skip
        cell_rows.setdefault(row.survey_id, []).append(made)
    return {key: tuple(made) for key, made in cell_rows.items()}


def cells_by(token: str) -> Q:
    """Return the condition for the cell of a link: the public link of the cell, or one of an invited person."""
    # One set of keys: PostgreSQL finds each kind by its index, but would read every cell for a condition with OR.
    everybody = Cell.objects.filter(token=token).order_by().values("pk")
    return Q(pk__in=everybody.union(Invitation.objects.filter(token=token).order_by().values("cell")))


def open_form(token: str) -> OpenForm:
    """Return the target of a link, in any state of the survey; raises :class:`NotFound` for an unknown link."""
    row = existing(Cell.objects.filter(cells_by(token)).select_related("survey__region", "survey__form").first())
    used = row.token != token and Invitation.objects.filter(token=token, used=True).exists()
    return OpenForm(survey_row(row.survey), row.pk, row.programme, row.pillar, row.part, token, used)


def unfinished(key: UUID, *, token: str) -> UnfinishedRow | None:
    """Return the kept part of an unfinished answer, by its key and its link."""
    row = Unfinished.objects.filter(pk=key, cell__in=Cell.objects.filter(cells_by(token))).first()
    return None if row is None else UnfinishedRow(row.pk, row.body, row.began_at)


def arrived(key: UUID, *, token: str) -> bool:
    """Return whether the answer with this key was handed in by this link."""
    return Response.objects.filter(key=key, cell__in=Cell.objects.filter(cells_by(token))).exists()


@dataclass(frozen=True, slots=True)
class DateChangeRow:
    """A change of dates: old and new dates, the reason, the person and the moment. ``ended``: before the closing
    time."""

    opened_before: datetime
    closed_before: datetime
    opens_at: datetime
    closes_at: datetime
    ended: bool
    reason: str
    by_name: str
    at: datetime


def date_changes(row: SurveyRow) -> tuple[DateChangeRow, ...]:
    """Read each change, newest first. Anyone who has the row may read them. One query."""
    return tuple(row_of(DateChangeRow, change) for change in DateChange.objects.filter(survey=row.key).order_by("-pk"))
