"""Scope of measures by reader. A measure outside it is not found at all."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from pilar.measures.rules.authority import AUTHORITY, Action, Case, SourceStanding, may
from pilar.people.queries import within
from pilar.people.rules import Standing

FurtherReaders = Callable[[Standing], Q]
"""Which measures somebody reads besides those of their own regions: a condition on ``Measure``, ``NOBODY`` for none.

A higher room writes one and is named in ``settings.PILAR_MEASURE_READERS``.
"""
NOBODY = Q(pk__in=())


def readable(scope: Standing) -> Q:
    """The condition on ``Measure`` for all that ``scope`` reads: public ones, own regions, and what rooms above add."""
    if isinstance(scope, SourceStanding):
        return Q(public=True) | Q(source=scope.source)
    reach = AUTHORITY.extent(scope, Action.READ)
    if reach.everywhere:
        return Q()
    readable_rows = within(reach, besides=Q(public=True))
    for path in settings.PILAR_MEASURE_READERS:
        further: FurtherReaders = import_string(path)
        readable_rows |= further(scope)
    return readable_rows


def knows_region(scope: Standing, region: str) -> bool:
    """Return whether ``scope`` reads a region's measures by a role, so that an empty list is no secret."""
    return may(scope, Action.READ, Case(region)) or (isinstance(scope, SourceStanding) and scope.region == region)
