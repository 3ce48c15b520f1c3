"""Conditions for seeing surveys. An open survey is known only to people with one of its links."""

from __future__ import annotations

from django.db.models import Q

from pilar.people.queries import within
from pilar.people.rules import Standing
from pilar.surveys.rules.authority import AUTHORITY, Action


def visible(scope: Standing) -> Q:
    """Return the condition on ``Survey`` for those whose progress ``scope`` sees, in all or in some of their cells."""
    return within(AUTHORITY.extent(scope, Action.SEE_PROGRESS).with_parts())


def visible_cells(scope: Standing) -> Q:
    """Return the condition on ``Cell``: all of a survey, or those of the reader's own offices."""
    return within(AUTHORITY.extent(scope, Action.SEE_PROGRESS), region="survey__region", office="office")
