"""Programmes of a plan that a survey can ask about. Plans are in a higher room, so the settings name the source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from pilar.areas.reference import today_in
from pilar.people.rules import Standing
from pilar.surveys.queries.surveys import SurveyRow
from pilar.surveys.rules.questionnaire import Kind


@dataclass(frozen=True, slots=True)
class PlannedProgramme:
    """A programme of a plan: ``code`` names it there, ``office`` is the key of its owner."""

    code: str
    programme: str
    office: int
    pillar: str
    part: str


PlannedProgrammes = Callable[[str, date, Standing], Sequence[PlannedProgramme]]
"""Returns the programmes of the plan in force in a region on a day that a reader may know of.

A higher room writes one and is named in ``settings.PILAR_SURVEY_PROGRAMMES``.
"""


def planned_programmes(row: SurveyRow, *, scope: Standing) -> tuple[PlannedProgramme, ...]:
    """Return the programmes of the plan in force on the day on which a survey opens; empty without a plan.

    Pillars are given only for an impact survey; others do not ask by them.
    """
    told: PlannedProgrammes = import_string(settings.PILAR_SURVEY_PROGRAMMES)
    programmes = told(row.region, today_in(row.region, row.opens_at), scope)
    if row.questionnaire.kind is Kind.IMPACT:
        return tuple(programmes)
    return tuple(
        PlannedProgramme(programme.code, programme.programme, programme.office, "", "") for programme in programmes
    )
