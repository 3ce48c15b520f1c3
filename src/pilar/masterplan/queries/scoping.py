"""Scope of plans, proposals and reports by reader. What lies outside it is not found at all.

What is law everybody reads; what comes before is the region's own.
"""

from __future__ import annotations

from django.db.models import Q

from pilar.masterplan.rules.authority import AUTHORITY, Action
from pilar.masterplan.rules.stages import LAW, MeetingState
from pilar.people.queries import within
from pilar.people.rules import Standing


def readable_versions(scope: Standing) -> Q:
    """The condition on ``Version``: what is law, and what ``scope`` reads before it is."""
    return within(AUTHORITY.extent(scope, Action.READ_PLAN), besides=Q(state__in=list(LAW)))


def readable_proposals(scope: Standing) -> Q:
    """The condition on ``Proposal``: those of the regions that ``scope`` oversees, and of the own offices."""
    return within(AUTHORITY.extent(scope, Action.READ_PROPOSALS), region="version__region", office="office")


def readable_meetings(scope: Standing) -> Q:
    """The condition on ``Meeting``."""
    return within(AUTHORITY.extent(scope, Action.READ_MEETINGS), region="version__region")


def readable_minutes(scope: Standing) -> Q:
    """The condition on ``Meeting`` for its minutes: those signed off every office of the region reads."""
    offices = AUTHORITY.extent(scope, Action.READ_MINUTES).with_parts()
    signed = Q(state=MeetingState.SIGNED) & within(offices, region="version__region")
    return within(AUTHORITY.extent(scope, Action.READ_MEETINGS), besides=signed, region="version__region")
