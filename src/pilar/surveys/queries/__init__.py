"""Reads of surveys."""

from pilar.surveys.queries.planned import PlannedProgramme, planned_programmes
from pilar.surveys.queries.recap import DistrictScore, Recap, Service, answers, contacts, recap, words
from pilar.surveys.queries.results import SatisfactionResult, satisfaction_result
from pilar.surveys.queries.scores import (
    ImpactSurvey,
    PillarScores,
    Satisfied,
    impact_of_year,
    measured,
    satisfaction,
    scores,
    scores_of,
    sums_of,
)
from pilar.surveys.queries.surveys import (
    CellRow,
    CellScores,
    DateChangeRow,
    Distribution,
    Doubts,
    FlagCount,
    OpenForm,
    SurveyRow,
    SurveyScores,
    arrived,
    cells,
    cells_of,
    date_changes,
    open_form,
    survey,
    surveys,
    unfinished,
)
from pilar.surveys.queries.uncounted import Uncounted, by_reason, uncounted
