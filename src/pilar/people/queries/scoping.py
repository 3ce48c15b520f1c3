"""What a reader's roles reach, as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from pilar.people.authority import Extent

NOTHING = Q(pk__in=())


def within(reach: Extent, *, region: str = "region", office: str = "", besides: Q = NOTHING) -> Q:
    """The condition on rows that lie within ``reach``, and on those that it has ``besides``.

    ``region`` and ``office``: paths to the foreign keys; rows of no office name none, and a part of a region then
    reaches nothing.
    """
    if reach.everywhere:
        return Q()
    found = besides | Q(**{f"{region}__in": sorted(reach.regions)})
    return found | Q(**{f"{office}__in": reach.offices()}) if office else found
