"""What a plan tells about a year: money planned and spent, marks of quick wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from pilar.masterplan.rules.content import Content, Fund
from pilar.masterplan.rules.framework import Group
from pilar.masterplan.rules.progress import Reported


def budget_by_fund(contents: Iterable[Content], year: int) -> dict[Fund, Decimal]:
    """Money of a year by its source, rupiah; every source has a place."""
    found = dict.fromkeys(Fund, Decimal(0))
    for content in contents:
        for one in content.budgets:
            if one.year == year:
                found[one.fund] += one.amount
    return found


def spent_in(reports: Iterable[Reported], year: int) -> Decimal:
    """Money that was spent in a year, rupiah."""
    return sum((one.spent for one in reports if one.quarter.year == year), Decimal(0))


def mean_marks(contents: Iterable[Content], criteria: Group) -> Mapping[str, Fraction | None]:
    """The mean of the quick wins' marks on each criterion; None where none is judged."""
    marks: dict[str, list[int]] = {one.code: [] for one in criteria.entries}
    for content in contents:
        for one in content.judged:
            if content.quick_win and one.criterion in marks:
                marks[one.criterion].append(one.mark)
    return {code: Fraction(sum(given), len(given)) if given else None for code, given in marks.items()}
