"""Results of a closed survey as JSON: nothing that the pages would not show.

Figures are text, rounded to two decimals as on the pages.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator

from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform import audit
from pilar.platform.api import Key, RowSchema, refusals
from pilar.surveys import queries
from pilar.surveys.api.entering import SurveyProblem
from pilar.surveys.api.surveys import SurveyOut
from pilar.surveys.queries import CellScores, Distribution, Doubts, FlagCount, Recap, SurveyRow, SurveyScores
from pilar.surveys.queries.surveys import GroupScores, ItemScores
from pilar.surveys.rules.anonymous import Single
from pilar.surveys.rules.authority import Action, require_somewhere
from pilar.surveys.rules.scores import Index, Mean, rounded

router = Routes(tags=["surveys"])

NotClosed = refusals(SurveyProblem, 403, 404, 409, 422)
Shown = Annotated[str, BeforeValidator(lambda value: f"{rounded(Fraction(value)):f}")]


class SurveyFigure(RowSchema, of=Mean, fields="mean lower upper count=told"):
    """A mean with its interval of 95 % and the number of answers; all null for fewer than five."""

    mean: Shown | None
    lower: Shown | None
    upper: Shown | None


class SurveyItemFigure(SurveyFigure, of=tuple[str, Mean], base="1", fields="item=0"):
    """The figure of a scale item of the questionnaire."""


class SurveyGroupFigure(SurveyFigure, of=GroupScores, fields="mean lower upper count code"):
    """The figure of a pillar or sub-dimension: the mean of its programmes that are shown."""

    mean: Shown | None
    lower: Shown | None
    upper: Shown | None


class SurveyProgrammeFigure(
    SurveyFigure,
    of=tuple[CellScores, ItemScores],
    fields="mean=0.mean lower=0.interval.0 upper=0.interval.1 count=0.told cell=0.cell.key programme=0.cell.programme"
    " pillar=0.cell.pillar part=0.cell.part below_quota=0.cell.below_quota items=1",
):
    """The figure of a programme: the mean of its items. ``below_quota``: fewer answers count than required."""

    mean: Shown | None
    lower: Shown | None
    upper: Shown | None


class SurveyIndexFigure(RowSchema, of=Index, fields="score band=band.code printed printed_weight"):
    """A satisfaction index with exactly 1/9, and as ``printed`` with the commonly printed ``printed_weight``."""


class SurveyScoresOut(
    RowSchema, of=SurveyScores, fields="survey pillars=pillar_scores parts=part_scores programmes items=by_item index"
):
    """The scores of a closed survey, for the programmes that the caller sees."""

    survey: SurveyOut


class SurveySpread(RowSchema, of=Distribution, fields="item counts"):
    """The number of answers for each value of the scale, from the lowest on; cells of fewer than five are left out."""


class SurveyFlagCount(RowSchema, of=FlagCount, fields="flag count weight"):
    """The number of answers with a flag, and the weight of one of them, in per cent."""


class SurveyDoubts(RowSchema, of=Doubts, fields="count clean weight flags"):
    """The numbers of all answers and of those without a flag, the total weight in whole answers, and the flags."""

    weight: Shown


class SurveyRecap(RowSchema, of=Recap, fields="scores before spread=distributions doubts"):
    """Scores, those of the year before if it asked the same, the distribution of answers, and the doubtful ones."""


class SurveySingle(
    RowSchema,
    of=tuple[Single, dict[str, str]],
    fields="cell=0.cell mode=0.mode group=0.about.0 profile=1 answers=0.answers flags=0.flags weight=0.weight",
):
    """An anonymous answer. ``group`` and ``profile`` are empty, and ``mode`` is null, unless five answers for the
    programme share them."""


@router.get("/surveys/{survey}/scores", response={200: SurveyScoresOut, **NotClosed}, summary="Its scores")
def scores(by: Standing, survey: Key) -> SurveyScores:
    """Return the scores of a closed survey; an office sees those of its own programmes, and totals of these alone."""
    return queries.scores(_closed(by, survey), scope=by)


@router.get("/surveys/{survey}/recap", response={200: SurveyRecap, **NotClosed}, summary="Its recap")
def recap(by: Standing, survey: Key) -> Recap:
    """Return scores, those of the year before, the distribution of answers, and the doubtful ones."""
    return queries.recap(_closed(by, survey), scope=by)


@router.get("/surveys/{survey}/answers", response={200: list[SurveySingle], **NotClosed}, summary="Its single answers")
def answers(by: Standing, survey: Key) -> list[tuple[Single, dict[str, str]]]:
    """Return the answers without anything that identifies respondents: no key, no time, no free text; in the order of
    their content."""
    row = queries.survey(survey, scope=by)
    given = queries.answers(row, scope=by)
    audit.read(by, "surveys.answers", row.key, area=row.region, rows=len(given))
    fields = [field.code for field in row.questionnaire.told_profile]
    return [
        (single, {code: value for code, value in zip(fields, single.about[1:], strict=True) if value})
        for single in given
    ]


def _closed(by: Standing, key: int) -> SurveyRow:
    row = queries.survey(key, scope=by)
    require_somewhere(by, Action.SEE_SCORES, row.case)
    return row
