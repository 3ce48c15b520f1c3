"""Tables that papers and pages share: realisation by account, by activity, by village."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from pilar.design.tables import Column, Table
from pilar.villagefinance.documents.paper import money


def _sums(name: str, head: str, place: int) -> Column:
    """Make a column of the budget (0) or of the realisation (1)."""
    return money(f"{name}_{place}", head, lambda row: getattr(row, name)[place])


PER_CENT = Column("per_cent", gettext_lazy("Per cent"), number=True)
REALISED = Table(
    gettext_lazy("Realisation of the budget"),
    Column("code", gettext_lazy("Code")),
    Column("name", gettext_lazy("Name of the account"), "title"),
    money("budget", gettext_lazy("Budget, Rp")),
    money("realised", gettext_lazy("Realised, Rp")),
    money("difference", gettext_lazy("Difference, Rp")),
    PER_CENT,
)
ACTIVITIES = Table(
    gettext_lazy("By activity"),
    Column("code", gettext_lazy("Code")),
    Column("name", gettext_lazy("Activity")),
    money("budget", gettext_lazy("Budget, Rp")),
    money("realised", gettext_lazy("Realised, Rp")),
    PER_CENT,
)
RECORDED = Table(
    gettext_lazy("Reports on record"),
    Column("name", gettext_lazy("Village, district")),
    Column("code", gettext_lazy("Code"), on_page=False),
    Column("paper", gettext_lazy("Letter or regulation"), lambda row: row.paper or "–"),
    Column("day", gettext_lazy("On record since")),
)
VILLAGES = Table(
    gettext_lazy("Realisation by village"),
    Column("name", gettext_lazy("Village, district")),
    Column("code", gettext_lazy("Code"), on_page=False),
    _sums("revenue", gettext_lazy("Revenue, budget, Rp"), 0),
    _sums("revenue", gettext_lazy("Revenue, realised, Rp"), 1),
    _sums("expenditure", gettext_lazy("Expenditure, budget, Rp"), 0),
    _sums("expenditure", gettext_lazy("Expenditure, realised, Rp"), 1),
    PER_CENT,
    _sums("remaining", gettext_lazy("Remaining (SiLPA), Rp"), 1),
    money("held", gettext_lazy("Cash and bank, Rp")),
)
