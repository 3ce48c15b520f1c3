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
