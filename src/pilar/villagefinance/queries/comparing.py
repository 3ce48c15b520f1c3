"""Compare a budget with the year before and with the plan of the year, for the council."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilar.people.rules import Standing
from pilar.villagefinance.queries.budgets import BudgetDetail, activity_names, detail
from pilar.villagefinance.queries.plans import plan
from pilar.villagefinance.queries.versions import in_force, versions


@dataclass(frozen=True, slots=True)
class Compared:
    """An activity in comparison: this draft, the year before, the plan of the year."""

    code: str
    name: str
    draft: Decimal | None
    before: Decimal | None
    planned: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Difference from the year before."""
        return None if self.before is None or self.draft is None else self.draft - self.before


def compared(budget: BudgetDetail, *, scope: Standing) -> tuple[Compared, ...]:
    """Compare draft, last year and RKPDes by activity."""
    row = budget.version
    last = in_force(versions(row.village, row.year - 1, scope=scope), date(row.year - 1, 12, 31))
    before = {activity.code: activity.amount for activity in detail(last).activities} if last else {}
    now = {activity.code: activity.amount for activity in budget.activities}
    wanted, names = plan(row.village, row.year), activity_names(row.region)
    return tuple(
        Compared(code, names.get(code, ""), now.get(code), before.get(code), wanted.get(code))
        for code in sorted({*now, *before, *wanted})
    )
