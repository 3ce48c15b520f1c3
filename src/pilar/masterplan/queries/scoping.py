"""Conditions for reading plans, proposals and reports. A person who may not read one does not even learn that it
exists.

Law is open to everybody; earlier stages belong to the region.
"""

from __future__ import annotations

from django.db.models import Q

from pilar.masterplan.rules.authority import AUTHORITY, Action
from pilar.masterplan.rules.stages import LAW, MeetingState
from pilar.people.queries import within
from pilar.people.rules import Standing


def readable_versions(scope: Standing) -> Q:
    """Return the condition on ``Version``: those that are law, and earlier stages that ``scope`` reads."""
    return within(AUTHORITY.extent(scope, Action.READ_PLAN), besides=Q(state__in=list(LAW)))


def readable_proposals(scope: Standing) -> Q:
    """Return the condition on ``Proposal``: those of regions that ``scope`` oversees, and of its own offices."""
    return within(AUTHORITY.extent(scope, Action.READ_PROPOSALS), region="version__region", office="office")


def readable_meetings(scope: Standing) -> Q:
    """Return the condition on ``Meeting``."""
    return within(AUTHORITY.extent(scope, Action.READ_MEETINGS), region="version__region")


def readable_minutes(scope: Standing) -> Q:
    """Return the condition on ``Meeting`` for its minutes: signed ones are open to every office of the region."""
    offices = AUTHORITY.extent(scope, Action.READ_MINUTES).with_parts()
    signed = Q(state=MeetingState.SIGNED) & within(offices, region="version__region")
    return within(AUTHORITY.extent(scope, Action.READ_MEETINGS), besides=signed, region="version__region")
