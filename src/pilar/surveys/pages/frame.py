"""What all pages of one survey have in common: its head and the ways between them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pilar.people.signin import standing_of
from pilar.platform.language import mark, translate
from pilar.surveys.queries import SurveyRow
from pilar.surveys.rules.authority import STATE_NAMES, STATE_TONES, Action, may, may_somewhere

TABS = {
    "survey": (mark("Progress"), Action.SEE_PROGRESS),
    "cells": (mark("Programmes"), Action.SET_UP),
    "links": (mark("Links"), Action.SEE_PROGRESS),
    "papers": (mark("Paper and files"), Action.SEE_PROGRESS),
    "scores": (mark("Scores"), Action.SEE_SCORES),
    "charts": (mark("Charts"), Action.SEE_SCORES),
    "statement": (mark("Statement"), Action.STATE_VALIDITY),
    "words": (mark("Suggestions"), Action.SEE_WORDS),
    "contacts": (mark("Addresses"), Action.SEE_CONTACTS),
}
"""The pages of a survey by the names of their addresses, and what a reader must be allowed to see there."""


def framed(
    request: HttpRequest, row: SurveyRow, tab: str, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of a survey, below its head and between the tabs that its reader may open."""
    by = standing_of(request)
    shown = context | {
        "row": row,
        "state": (translate(STATE_NAMES[row.state]), STATE_TONES[row.state]),
        "tabs": [
            (translate(title), reverse(f"surveys:{name}", args=[row.key]), name == tab)
            for name, (title, action) in TABS.items()
            if may_somewhere(by, action, row.case)
        ],
        "may_answers": may(by, Action.SEE_ANSWERS, row.case),
    }
    return render(request, template, shown, status=status)
