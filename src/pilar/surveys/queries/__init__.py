"""Reads of surveys."""

from pilar.surveys.queries.impact import ImpactSurvey, PillarScores, impact_of_year
from pilar.surveys.queries.recap import Recap, answers, recap
from pilar.surveys.queries.rows import CellRow, CellScores, Distribution, Doubts, FlagCount, SurveyRow, SurveyScores
from pilar.surveys.queries.scores import scores, scores_of, sums_of
from pilar.surveys.queries.showing import distributions, doubts, year_before
from pilar.surveys.queries.surveys import (
    OpenForm,
    UnfinishedRow,
    cells,
    cells_of,
    open_form,
    survey,
    surveys,
    unfinished,
)

__all__ = [
    "CellRow",
    "CellScores",
    "Distribution",
    "Doubts",
    "FlagCount",
    "ImpactSurvey",
    "OpenForm",
    "PillarScores",
    "Recap",
    "SurveyRow",
    "SurveyScores",
    "UnfinishedRow",
    "answers",
    "cells",
    "cells_of",
    "distributions",
    "doubts",
    "impact_of_year",
    "open_form",
    "recap",
    "scores",
    "scores_of",
    "sums_of",
    "survey",
    "surveys",
    "unfinished",
    "year_before",
]
