"""Rows of the reference charts that a region does not have yet."""

from __future__ import annotations

from pilar.platform.language import N_
from pilar.villagefinance import reference
from pilar.villagefinance.models import Account, Activity, Fund


def new_in_charts(region: str) -> tuple[tuple[str, int], ...]:
    """Count the accounts, activities and sources of funds that beginning a region would copy. Three queries."""
    charts = (
        (N_("Accounts to be copied"), Account, reference.accounts()),
        (N_("Activities to be copied"), Activity, reference.activities()),
        (N_("Sources of funds to be copied"), Fund, reference.funds()),
    )
    return tuple(
        (name, len({*known} - {*model.objects.filter(region=region).values_list("code", flat=True)}))
        for name, model, known in charts
    )
