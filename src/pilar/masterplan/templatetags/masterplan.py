"""``{% load masterplan %}``: parts of programmes' contents in the reader's words."""

from __future__ import annotations

from decimal import Decimal

from django import template

from pilar.masterplan import wording
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
