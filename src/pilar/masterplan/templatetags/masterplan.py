"""``{% load masterplan %}``: what contents of programmes hold, in the reader's words."""

from __future__ import annotations

from decimal import Decimal

from django import template

from pilar.masterplan import wording
from pilar.masterplan.rules.content import Horizon

register = template.Library()


@register.filter
def money(value: Decimal) -> str:
    """``Rp750.000.000``."""
    return wording.money(value)


@register.filter
def horizon(value: Horizon) -> str:
    """``short term``."""
    return wording.horizon_name(value)
