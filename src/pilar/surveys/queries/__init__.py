"""Reads of surveys."""

from pilar.surveys.queries.districts import Districts, DistrictScore, districts
from pilar.surveys.queries.recap import Recap, answers, recap
from pilar.surveys.queries.rows import CellRow, CellScores, Distribution, Doubts, FlagCount, SurveyRow, SurveyScores
from pilar.surveys.queries.scores import scores, scores_of, sums_of
from pilar.surveys.queries.showing import distributions, doubts
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
from pilar.surveys.queries.years import Service, Years, years

__all__ = [
    "CellRow",
    "CellScores",
    "Distribution",
    "DistrictScore",
    "Districts",
    "Doubts",
    "FlagCount",
    "OpenForm",
    "Recap",
    "Service",
    "SurveyRow",
    "SurveyScores",
    "UnfinishedRow",
    "Years",
    "answers",
    "cells",
    "cells_of",
    "distributions",
    "districts",
    "doubts",
    "open_form",
    "recap",
    "scores",
    "scores_of",
    "sums_of",
    "survey",
    "surveys",
    "unfinished",
    "years",
]
