"""Reads of surveys."""

from pilar.surveys.queries.districts import Districts, DistrictScore
from pilar.surveys.queries.impact import ImpactSurvey, PillarScores, impact_of_year
from pilar.surveys.queries.measured import MeasuredRow, Satisfied, figures_of, measured, satisfaction
from pilar.surveys.queries.recap import Recap, Words, answers, contacts, recap, words
from pilar.surveys.queries.rows import CellRow, CellScores, Distribution, Doubts, FlagCount, SurveyRow, SurveyScores
from pilar.surveys.queries.scores import scores, scores_of, sums_of
from pilar.surveys.queries.showing import distributions, doubts
from pilar.surveys.queries.surveys import (
    OpenForm,
    UnfinishedRow,
    arrived,
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
    "ImpactSurvey",
    "MeasuredRow",
    "OpenForm",
    "PillarScores",
    "Recap",
    "Satisfied",
    "Service",
    "SurveyRow",
    "SurveyScores",
    "UnfinishedRow",
    "Words",
    "Years",
    "answers",
    "arrived",
    "cells",
    "cells_of",
    "contacts",
    "distributions",
    "doubts",
    "figures_of",
    "impact_of_year",
    "measured",
    "open_form",
    "recap",
    "satisfaction",
    "scores",
    "scores_of",
    "sums_of",
    "survey",
    "surveys",
    "unfinished",
    "words",
    "years",
]
