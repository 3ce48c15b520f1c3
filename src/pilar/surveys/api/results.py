"""What a closed survey says, as JSON: nothing that the pages would not show."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from django.http import HttpRequest
from ninja import Router

from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.platform import audit
from pilar.surveys import queries
from pilar.surveys.api.result_schemas import (
    SurveyDoubts,
    SurveyFlagCount,
    SurveyGroupFigure,
    SurveyIndexFigure,
    SurveyItemFigure,
    SurveyProgrammeFigure,
    SurveyRecap,
    SurveyScoresOut,
    SurveySingle,
    SurveySpread,
)
from pilar.surveys.api.schemas import Key, SurveyProblem
from pilar.surveys.api.surveys import survey_out
from pilar.surveys.queries import CellScores, SurveyRow, SurveyScores
from pilar.surveys.rules.anonymous import Single
from pilar.surveys.rules.authority import Action, require_somewhere
from pilar.surveys.rules.scores import Index, Mean
from pilar.surveys.wording import rounded

router = Router(tags=["surveys"])

NotClosed = {403: SurveyProblem, 404: SurveyProblem, 409: SurveyProblem, 422: SurveyProblem}


@router.get("/surveys/{survey}/scores", response={200: SurveyScoresOut, **NotClosed}, summary="Its scores")
def scores(request: HttpRequest, survey: Key) -> SurveyScoresOut:
    """Once it is closed; an office sees those of its own programmes, and totals of them alone."""
    row, by = _closed(request, survey)
    return _scores(queries.scores(row, scope=by))


@router.get("/surveys/{survey}/recap", response={200: SurveyRecap, **NotClosed}, summary="Its recap")
def recap(request: HttpRequest, survey: Key) -> SurveyRecap:
    """Its scores, those of the year before, how answers are spread, and which are doubted."""
    row, by = _closed(request, survey)
    found = queries.recap(row, scope=by)
    doubts = found.doubts
    return SurveyRecap(
        scores=_scores(found.scores),
        before=None if found.before is None else _scores(found.before),
        spread=[SurveySpread(item=one.item, counts=list(one.counts)) for one in found.distributions],
        doubts=SurveyDoubts(
            count=doubts.count, clean=doubts.clean, weight=_written(rounded(doubts.weight)) or "0",
            flags=[SurveyFlagCount(flag=one.flag.value, count=one.count, weight=one.weight) for one in doubts.flags],
        ),
    )  # fmt: skip


@router.get("/surveys/{survey}/answers", response={200: list[SurveySingle], **NotClosed}, summary="Its single answers")
def answers(request: HttpRequest, survey: Key) -> list[SurveySingle]:
    """Without anything that tells who gave them: no key, no time, no words; in the order of their content."""
    by = standing_of(request)
    row = queries.survey(survey, scope=by)
    given = queries.answers(row, scope=by)
    audit.read(by=by.actor, what="surveys.answers", key=row.key, area=row.region, rows=len(given))
    return [_single(one, row) for one in given]


def _closed(request: HttpRequest, key: int) -> tuple[SurveyRow, Standing]:
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    require_somewhere(by, Action.SEE_SCORES, row.case)
    return row, by


def _scores(found: SurveyScores) -> SurveyScoresOut:
    items = [one.code for one in found.survey.questionnaire.scale_items]
    return SurveyScoresOut(
        survey=survey_out(found.survey),
        pillars=_groups(found, found.pillars, "pillar"),
        parts=_groups(found, found.parts, "part"),
        programmes=[_programme(one, items) for one in found.cells],
        items=[_item(code, one) for code, one in zip(items, found.items, strict=True)],
        index=None if found.index is None else _index(found.index),
    )


def _groups(found: SurveyScores, means: Mapping[str, Fraction | None], level: str) -> list[SurveyGroupFigure]:
    made = []
    for code, mean in means.items():
        lower, upper = found.intervals.get(code, (None, None))
        counting = [one.cell.counting for one in found.cells if one.shown and getattr(one.cell, level) == code]
        made.append(
            SurveyGroupFigure(
                code=code, mean=_written(rounded(mean)), lower=_written(rounded(lower)),
                upper=_written(rounded(upper)), count=None if mean is None else sum(counting),
            )
        )  # fmt: skip
    return made


def _programme(one: CellScores, items: list[str]) -> SurveyProgrammeFigure:
    lower, upper = one.interval or (None, None)
    return SurveyProgrammeFigure(
        cell=one.cell.key, programme=one.cell.programme, pillar=one.cell.pillar, part=one.cell.part,
        below_quota=one.cell.missing > 0, mean=_written(rounded(one.mean)), lower=_written(rounded(lower)),
        upper=_written(rounded(upper)), count=one.cell.counting if one.shown else None,
        items=[_item(code, mean) for code, mean in zip(items, one.items, strict=True)],
    )  # fmt: skip


def _item(code: str, one: Mean) -> SurveyItemFigure:
    return SurveyItemFigure(
        item=code, mean=_written(rounded(one.mean)), lower=_written(rounded(one.lower)),
        upper=_written(rounded(one.upper)), count=None if one.mean is None else one.count,
    )  # fmt: skip


def _index(one: Index) -> SurveyIndexFigure:
    return SurveyIndexFigure(
        score=f"{one.score:f}", band=one.band.code if one.band else None, printed=f"{one.printed:f}",
        printed_weight=f"{one.printed_weight:f}",
    )  # fmt: skip


def _single(one: Single, row: SurveyRow) -> SurveySingle:
    group, *told = one.about
    profile = {field.code: value for field, value in zip(row.questionnaire.told_profile, told, strict=True) if value}
    return SurveySingle(
        cell=one.cell, mode=one.mode.value if one.mode else None, group=group, profile=profile,
        answers=dict(one.answers), flags=[flag.value for flag in one.flags], weight=one.weight,
    )  # fmt: skip


def _written(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
