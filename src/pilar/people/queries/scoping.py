"""Scope of a reader's roles, as a condition on rows."""

from __future__ import annotations

from django.db.models import Q

from pilar.people.authority import Extent

NOTHING = Q(pk__in=())


def within(reach: Extent, *, region: str = "region", office: str = "", unit: str = "", besides: Q = NOTHING) -> Q:
    """The condition for rows within ``reach``, and for those of ``besides``.

    ``region`` and ``office``: paths to the foreign keys, ``unit``: path to the code of a unit. For rows without one it
    is left out, and then a part of a region gives no access. A district reaches its villages.
    """
    if reach.everywhere:
        return Q()
    condition = besides | Q(**{f"{region}__in": sorted(reach.regions)})
    if office:
        condition |= Q(**{f"{office}__in": reach.offices()})
    for code in reach.units() if unit else ():
        condition |= Q(**{unit: code}) | Q(**{f"{unit}__startswith": f"{code}."})
    return condition
