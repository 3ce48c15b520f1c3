"""Reads of surveys."""

from pilar.surveys.queries.dates import DateChangeRow, date_changes
from pilar.surveys.queries.districts import DistrictScore
from pilar.surveys.queries.impact import ImpactSurvey, PillarScores, impact_of_year
from pilar.surveys.queries.measured import Satisfied, measured, satisfaction
from pilar.surveys.queries.planned import PlannedProgramme, planned_programmes
from pilar.surveys.queries.recap import Recap, answers, contacts, recap, words
from pilar.surveys.queries.results import SatisfactionResult, satisfaction_result
from pilar.surveys.queries.rows import CellRow, CellScores, Distribution, Doubts, FlagCount, SurveyRow, SurveyScores
from pilar.surveys.queries.scores import scores, scores_of, sums_of
from pilar.surveys.queries.surveys import OpenForm, arrived, cells, cells_of, open_form, survey, surveys, unfinished
from pilar.surveys.queries.uncounted import Uncounted, by_reason, uncounted
from pilar.surveys.queries.years import Service
