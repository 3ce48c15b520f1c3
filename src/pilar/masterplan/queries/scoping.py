"""Who reads which plans, proposals and reports. Whoever may not read one learns nothing of it, not even that it exists.

What is law everybody reads; what comes before is the region's own.
"""

from __future__ import annotations

from django.db.models import Q

from pilar.masterplan.rules.authority import TABLE, Action
from pilar.masterplan.rules.stages import LAW
from pilar.people.rules import Role, Standing

EVERYTHING = Q()


def readable_versions(scope: Standing) -> Q:
    """The condition on ``Version``: what is law, and what ``scope`` reads before it is."""
    regions = regions_of(scope, Action.READ_PLAN)
    return EVERYTHING if regions is None else Q(state__in=list(LAW)) | Q(region__in=regions)


def readable_proposals(scope: Standing) -> Q:
    """The condition on ``Proposal``: those of the regions that ``scope`` oversees, and of the own offices."""
    regions = regions_of(scope, Action.READ_PROPOSALS)
    if regions is None:
        return EVERYTHING
    roles = TABLE[Action.READ_PROPOSALS].roles
    offices = sorted({one.office for one in scope.memberships if one.role in roles and one.office is not None})
    return Q(version__region__in=regions) | Q(office__in=offices)


def readable_meetings(scope: Standing) -> Q:
    """The condition on ``Meeting``."""
    regions = regions_of(scope, Action.READ_MEETINGS)
    return EVERYTHING if regions is None else Q(version__region__in=regions)


def regions_of(scope: Standing, action: Action) -> tuple[str, ...] | None:
    """Codes of the regions in which ``scope`` holds a role of the whole region for ``action``; None for all."""
    roles = TABLE[action].roles
    held = [one for one in scope.memberships if one.role in roles]
    if scope.unrestricted or any(one.role is Role.SECRETARIAT for one in held):
        return None
    return tuple(sorted({one.region for one in held if one.region and one.office is None}))
