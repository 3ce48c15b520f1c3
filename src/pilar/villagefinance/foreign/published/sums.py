"""Sums of a published budget: of its leaves, and the totals that it prints itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pilar.villagefinance.foreign.published.funds import fund_of_account
from pilar.villagefinance.foreign.published.headings import Figure
from pilar.villagefinance.foreign.published.lines import Line, Rows, Weights, sum_of
from pilar.villagefinance.rules import codes

Key = tuple[str, str]
ZERO = Decimal("0.00")
EXPENDITURE: Key = ("", codes.EXPENDITURE)
FINANCING: Key = ("", codes.FINANCING)


@dataclass(frozen=True)
class Sums:
    """The leaves of a budget and sums over them. ``figures``: those that the table has."""

    rows: Rows
    figures: tuple[Figure, ...]

    @cached_property
    def leaves(self) -> tuple[Line, ...]:
        """The lines at the lowest level. Where expenditure is listed twice, by activity and by account without
        activities, the latter does not count."""
        again = set(map(id, self.by_account))
        return tuple(line for line in self._leaves if id(line) not in again)

    @cached_property
    def by_account(self) -> tuple[Line, ...]:
        """Lines of expenditure by account alone, where all expenditure is also listed by activity."""
        of_spending = [line for line in self._leaves if codes.is_under(line.account, codes.EXPENDITURE)]
        without = [line for line in of_spending if not line.activity]
        within = sum_of(line.amounts for line in of_spending if line.activity)
        printed = [line.amounts for line in self.rows.lines if line.key == EXPENDITURE]
        again = sum_of(line.amounts for line in without) == within or within in printed
        return tuple(without) if without and within and again else ()

    @cached_property
    def subtotals(self) -> tuple[Line, ...]:
        """The lines that are sums of others."""
        leaves = set(map(id, self._leaves))
        return tuple(line for line in self.rows.lines if id(line) not in leaves)

    @cached_property
    def _leaves(self) -> tuple[Line, ...]:
        above = {key for line in self.rows.lines for key in _above(line.key)}
        funded = {line.key for line in self.rows.lines if line.funds}
        rows = (line for line in self.rows.lines if line.key not in above)
        return tuple(line for line in rows if line.funds or line.key not in funded)

    @cached_property
    def _under(self) -> Mapping[Key, dict[Figure, Decimal]]:
        below: dict[Key, dict[Figure, Decimal]] = defaultdict(dict)
        again = set(map(id, self.by_account))
        for line in self._leaves:
            for key in (line.key, *_above(line.key)):
                if id(line) in again and key == EXPENDITURE:
                    continue
                sign = -1 if key == FINANCING and codes.is_under(line.account, codes.FINANCING_OUT) else 1
                sums = below[key]
                for figure, amount in line.amounts.items():
                    sums[figure] = sums.get(figure, ZERO) + sign * amount
        return below

    def under(self, key: Key, figure: Figure) -> Decimal:
        """Sum of the leaves under both codes, either of which may be empty; financing as a whole is net."""
        return self._under.get(key, {}).get(figure, ZERO)

    def weighed(self, weights: Weights, figure: Figure) -> Decimal:
        """Compute a total such as the surplus."""
        return sum((sign * self.under(("", account), figure) for account, sign in weights.items()), ZERO)

    def amounts(self, key: Key) -> dict[Figure, Decimal]:
        """Return :meth:`under` for all figures."""
        return {figure: self.under(key, figure) for figure in self.figures}

    def accounts(self, level: int) -> list[str]:
        """Return the accounts of a level that have amounts in the table."""
        return sorted({account for activity, account in self._under if not activity and _depth(account) == level})

    def fields(self) -> list[str]:
        """Return the fields of activity that have amounts in the table."""
        return sorted(
            {activity for activity, account in self._under if _depth(activity) == 1 and account == codes.EXPENDITURE}
        )

    @cached_property
    def funds(self) -> Mapping[str, list[Line]]:
        """Return the leaves with an amount by the fund that they name or inherit; empty where none is known."""
        lines: dict[str, list[Line]] = defaultdict(list)
        named: dict[Key, set[str]] = defaultdict(set)
        for line in self.rows.lines:
            named[line.key].add(line.fund)
        above = {key: fund for key, (fund, *others) in named.items() if fund and not others}
        for line in self.leaves:
            if any(line.amounts.values()):
                lines[self._fund(line, above)].append(line)
        return lines

    def under_fund(self, line: Line) -> list[Line]:
        """Return the leaves under a subtotal that belong to the one fund that it names."""
        own = self.funds.get(line.fund, []) if line.fund else []
        return [other for other in own if all(map(codes.is_under, other.key, line.key))]

    def _fund(self, line: Line, above: Mapping[Key, str]) -> str:
        if line.funds:
            return line.fund
        if codes.is_under(line.account, codes.REVENUE):
            return fund_of_account(line.account)
        return next((above[key] for key in _nearest(line.key) if key in above), "")


def _depth(code: str) -> int:
    return len(code.split(".")) if code else 0


def _heads(code: str) -> tuple[str, ...]:
    return ("", *codes.parts(code)) if code else ("",)


def _above(key: Key) -> Iterator[Key]:
    """Yield all pairs of codes above both codes of a line."""
    for activity in _heads(key[0]):
        for account in _heads(key[1]):
            if (activity, account) != key:
                yield activity, account


def _nearest(key: Key) -> Iterable[Key]:
    """Return the pairs of codes directly above a line, the nearest first: its account, then its activity."""
    activity, account = key
    yield from ((activity, part) for part in reversed(codes.parts(account)))
    if activity:
        yield from ((part, codes.EXPENDITURE) for part in reversed(codes.parts(activity)[:-1]))
