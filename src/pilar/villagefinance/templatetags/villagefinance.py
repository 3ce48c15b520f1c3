"""Amounts of money as pages write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template

from pilar.design.templatetags.design import amount

register = template.Library()


@register.filter
def rupiah(value: Decimal | None) -> str:
    """Format an amount with grouped thousands, sen only where there are some; a dash if there is none."""
    whole = value is not None and value == value.to_integral_value()
    return amount(int(value) if value is not None and whole else value)


@register.filter
def under(groups: Mapping[str, Sequence[Any]], key: str) -> Sequence[Any]:
    """Return the items of a group; empty if there is none."""
    return groups.get(key, ())
