"""Amounts of money as pages write them."""

from __future__ import annotations

from decimal import Decimal

from django import template

from pilar.design.templatetags.design import amount

register = template.Library()


@register.filter
def rupiah(value: Decimal | None) -> str:
    """An amount with its thousands apart, sen only where there are some; a dash if there is none."""
    whole = value is not None and value == value.to_integral_value()
    return amount(value.quantize(Decimal(1)) if value is not None and whole else value)
