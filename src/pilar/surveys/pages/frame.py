"""The common frame of all pages of a survey: its head and links between them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from pilar.design.views import drawn
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.people.views import page
from pilar.platform.language import N_, translate
from pilar.surveys.queries import SurveyRow
from pilar.surveys.rules.authority import Action, may, may_somewhere

TABS = {
    "survey": (N_("Progress"), Action.SEE_PROGRESS),
    "uncounted": (N_("Not counted"), Action.SEE_PROGRESS),
    "cells": (N_("Programmes"), Action.SET_UP),
    "links": (N_("Links"), Action.SEE_PROGRESS),
    "papers": (N_("Paper and files"), Action.SEE_PROGRESS),
    "scores": (N_("Scores"), Action.SEE_SCORES),
    "charts": (N_("Charts"), Action.SEE_SCORES),
    "follow-up": (N_("Follow-up"), Action.FOLLOW_UP),
    "statement": (N_("Statement"), Action.STATE_VALIDITY),
    "words": (N_("Suggestions"), Action.SEE_WORDS),
    "contacts": (N_("Addresses"), Action.SEE_CONTACTS),
}
"""The pages of a survey by the names of their addresses, and the permission that each needs."""


def frame(context: Mapping[str, Any], by: Standing, tab: str) -> dict[str, Any]:
    """Return the values of the frame around pages of the survey ``row``: its head, and the tabs that the reader may
    open."""
    row = context["row"]
    return {
        "tabs": [
            (translate(title), reverse(f"surveys:{name}", args=[row.key]), name == tab)
            for name, (title, action) in TABS.items()
            if may_somewhere(by, action, row.case)
            and (name != "follow-up" or row.questionnaire.satisfaction is not None)
        ],
        "may_answers": may(by, Action.SEE_ANSWERS, row.case),
    }


def framed(
    request: HttpRequest, row: SurveyRow, tab: str, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Draw a page of a survey with another status."""
    shown = {"row": row, **frame({"row": row}, standing_of(request), tab), **context}
    return drawn(request, template, shown, status=status)


survey_page = partial(page, frame=frame)
"""A page of a survey: ``row`` is the survey, ``tab`` the page among those of :data:`TABS`."""
