"""Who sees which surveys. A survey that is open is known to whoever has one of its links, and to nobody else."""

from __future__ import annotations

from django.db.models import Q

from pilar.people.rules import Role, Standing
from pilar.surveys.rules.authority import TABLE, Action


def visible(scope: Standing) -> Q:
    """The condition on ``Survey`` for those whose progress ``scope`` sees."""
    roles = TABLE[Action.SEE_PROGRESS].roles
    held = [one for one in scope.memberships if one.role in roles]
    if scope.unrestricted or any(one.role is Role.SECRETARIAT for one in held):
        return Q()
    return Q(region__in=sorted({one.region for one in held if one.region}))


def visible_cells(scope: Standing) -> Q:
    """The condition on ``Cell``: all of a survey, or those of the own offices."""
    roles = TABLE[Action.SEE_PROGRESS].roles
    held = [one for one in scope.memberships if one.role in roles]
    if scope.unrestricted or any(one.role is Role.SECRETARIAT for one in held):
        return Q()
    whole = sorted({one.region for one in held if one.region and one.office is None})
    offices = sorted({one.office for one in held if one.office is not None})
    return Q(survey__region__in=whole) | Q(office__in=offices)
