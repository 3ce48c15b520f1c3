"""Reads of surveys, their cells, and the form that somebody answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q

from pilar.people.rules import Standing, existing
from pilar.surveys.models import Cell, Invitation, Response, Survey, Unfinished
from pilar.surveys.queries.rows import CellRow, SurveyRow, survey_row
from pilar.surveys.queries.scoping import visible, visible_cells
from pilar.surveys.rules.authority import SurveyState


@dataclass(frozen=True, slots=True)
class OpenForm:
    """What a link leads to: the survey and the programme that is asked about; ``used``: it was for one answer, which
    has arrived."""

    survey: SurveyRow
    cell: int
    programme: str
    pillar: str
    part: str
    token: str
    used: bool = False


@dataclass(frozen=True, slots=True)
class UnfinishedRow:
    """What somebody has answered so far."""

    key: UUID
    body: dict[str, object]
    began_at: datetime


def surveys(*, scope: Standing, region: str = "") -> tuple[SurveyRow, ...]:
    """Surveys that ``scope`` sees, newest first; of one region if it is named."""
    rows = Survey.objects.filter(visible(scope)).select_related("region", "form")
    if region:
        rows = rows.filter(region=region)
    return tuple(survey_row(row) for row in rows.order_by("-year", "title"))


def surveys_by_region(*, scope: Standing) -> Mapping[str, Mapping[str, int]]:
    """By region how many surveys ``scope`` sees, how many of them take answers, and the newest year. One query."""
    rows = Survey.objects.filter(visible(scope)).order_by().values("region")
    counted = rows.annotate(count=Count("pk"), open=Count("pk", filter=Q(state=SurveyState.OPEN)), newest=Max("year"))
    return {row.pop("region"): row for row in counted}


def survey(key: int, *, scope: Standing) -> SurveyRow:
    """One survey; raises :class:`NotFound` for one that ``scope`` does not see."""
    row = existing(Survey.objects.filter(visible(scope), pk=key).select_related("region", "form").first())
    return survey_row(row)


def cells(row: SurveyRow, *, scope: Standing) -> tuple[CellRow, ...]:
    """The cells of a survey that ``scope`` sees, with their counts. One query."""
    return cells_of([row.key], scope=scope).get(row.key, ())


def cells_of(surveys: Iterable[int], *, scope: Standing) -> dict[int, tuple[CellRow, ...]]:
    """The cells of several surveys that ``scope`` sees, with their counts, by key of the survey. One query."""
    return _counted(Q(visible_cells(scope), survey__in=list(surveys)))


def all_cells(survey: int) -> tuple[CellRow, ...]:
    """The cells of a survey with their counts, for what everybody is told of it. One query."""
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
    """Tell which cell a link leads to: everybody's of the cell, or that of somebody who was invited."""
    # One lot of keys: PostgreSQL finds each way by its index, but reads every cell where either may lead to it.
    everybody = Cell.objects.filter(token=token).order_by().values("pk")
    return Q(pk__in=everybody.union(Invitation.objects.filter(token=token).order_by().values("cell")))


def open_form(token: str) -> OpenForm:
    """Return what a link leads to, in whatever state the survey is; raises :class:`NotFound` for an unknown link."""
    row = existing(Cell.objects.filter(cells_by(token)).select_related("survey__region", "survey__form").first())
    used = row.token != token and Invitation.objects.filter(token=token, used=True).exists()
    return OpenForm(survey_row(row.survey), row.pk, row.programme, row.pillar, row.part, token, used)


def unfinished(key: UUID, *, token: str) -> UnfinishedRow | None:
    """Return what was kept of an answer that is not handed in, by its key and the link it belongs to."""
    row = Unfinished.objects.filter(pk=key, cell__in=Cell.objects.filter(cells_by(token))).first()
    return None if row is None else UnfinishedRow(row.pk, row.body, row.began_at)


def arrived(key: UUID, *, token: str) -> bool:
    """Tell whether the answer of this key was handed in by this link."""
    return Response.objects.filter(key=key, cell__in=Cell.objects.filter(cells_by(token))).exists()
