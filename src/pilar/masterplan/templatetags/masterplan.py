"""``{% load masterplan %}``: parts of programmes' contents in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django import template

from pilar.masterplan import wording
from pilar.masterplan.queries.rows import StatementRow
from pilar.masterplan.rules.content import Horizon

register = template.Library()


@register.filter
def money(value: Decimal) -> str:
    """Format ``Rp750.000.000``."""
    return wording.money(value)


@register.filter
def horizon(value: Horizon) -> str:
    """Return the name of a horizon: ``short term``."""
    return wording.horizon_name(value)


@register.filter
def shared_origin(rows: Sequence[StatementRow]) -> StatementRow | None:
    """Return the first of several statements that all have the same origin; None where they differ or one is alone."""
    return rows[0] if len(rows) > 1 and len({row.origin for row in rows}) == 1 else None
