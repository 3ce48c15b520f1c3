"""Source systems of a region and their tokens, for anyone who manages them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from pilar.measures.models import Measure, SourceSystem, SourceToken
from pilar.measures.queries.rows import SourceRow
from pilar.measures.rules.authority import Action, Case, may
from pilar.people.queries import TokenRow
from pilar.people.rules import NotFound, Standing, existing
from pilar.platform.rows import row_of


def sources(region: str, *, scope: Standing, now: datetime) -> tuple[SourceRow, ...]:
    """The source systems of a region by title; raises :class:`NotFound` unless ``scope`` reads there by a role."""
    if not may(scope, Action.READ, Case(region)):
        raise NotFound
    return tuple(_row(row) for row in _rows(region, now))


def source(region: str, code: str, *, scope: Standing, now: datetime) -> SourceRow:
    """One source system; raises :class:`NotFound` also unless ``scope`` manages those of the region."""
    if not may(scope, Action.MANAGE_SOURCES, Case(region)):
        raise NotFound
    row = existing(_rows(region, now).filter(code=code).first())
    return _row(row)


def source_tokens(row: SourceRow) -> tuple[TokenRow, ...]:
    """The tokens of a source that :func:`source` gave out, newest first."""
    return tuple(row_of(TokenRow, token) for token in SourceToken.objects.filter(source=row.key))


def _rows(region: str, now: datetime) -> QuerySet[SourceSystem]:
    working = Q(tokens__revoked_at=None, tokens__expires_at__gt=now)
    return SourceSystem.objects.filter(region=region).annotate(
        measure_count=Count("measures", distinct=True),
        token_count=Count("tokens", filter=working, distinct=True),
        is_synthetic=Exists(Measure.objects.filter(source=OuterRef("pk"), synthetic=True)),
    )


def _row(row: SourceSystem) -> SourceRow:
    return row_of(SourceRow, row, measures=row.measure_count, tokens=row.token_count, synthetic=row.is_synthetic)
