"""Reads of surveys."""

from pilar.surveys.queries.rows import CellRow, CellScores, SurveyRow, SurveyScores
from pilar.surveys.queries.scores import scores, scores_of, sums_of
from pilar.surveys.queries.surveys import OpenForm, UnfinishedRow, cells, open_form, survey, surveys, unfinished

__all__ = [
    "CellRow",
    "CellScores",
    "OpenForm",
    "SurveyRow",
    "SurveyScores",
    "UnfinishedRow",
    "cells",
    "open_form",
    "scores",
    "scores_of",
    "sums_of",
    "survey",
    "surveys",
    "unfinished",
]
