"""Money that a village holds, and the rest of its budget lines, on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilar.platform.language import N_, translate
from pilar.platform.reading import rupiah_text
from pilar.platform.statements import planned
from pilar.villagefinance.models import BankAccount
from pilar.villagefinance.rules.codes import BANK, EXPENDITURE, FINANCING_OUT


@dataclass(frozen=True, slots=True)
class Cash:
    """The money of a fund in a cash box or bank account, in rupiah."""

    key: int
    name: str
    fund: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Left:
    """A line of the budget in force on a day, with its amount and the part that is neither spent nor promised."""

    year: int
    key: int
    activity: str
    activity_name: str
    account: str
    account_name: str
    fund: str
    amount: Decimal
    left: Decimal

    @property
    def of_year(self) -> str:
        """The key of the line in a form that may be sent in another year than it was shown in."""
        return f"{self.year}-{self.key}"

    @property
    def label(self) -> str:
        """A label in the reader's language, with the amount left."""
        return translate(
            N_("%(account)s %(name)s, Rp%(left)s left"), account=self.account, name=self.account_name,
            left=rupiah_text(self.left),
        )  # fmt: skip

    @property
    def is_spending(self) -> bool:
        """True for a line of spending."""
        return self.account.startswith((EXPENDITURE, FINANCING_OUT))


@dataclass(frozen=True, slots=True)
class Place:
    """A cash box or bank account that is open."""

    key: int
    account: str
    name: str
    bank: str
    number: str

    @property
    def is_bank(self) -> bool:
        return self.account == BANK

    @property
    def label(self) -> str:
        """The name, with bank and number."""
        return f"{self.name}, {self.bank} {self.number}" if self.is_bank else self.name


def places(village: str) -> tuple[Place, ...]:
    """The open cash boxes and bank accounts of a village, banks first. One query."""
    rows = BankAccount.objects.filter(region=village[:5], village=village, closed_on=None).order_by("-account", "key")
    return tuple(Place(*row) for row in rows.values_list("key", "account", "name", "bank", "number"))


def cash(village: str, day: date) -> tuple[Cash, ...]:
    """Read the money at the end of a day by account and fund, where it is not zero. One query."""
    with planned() as cursor:
        cursor.execute(
            "SELECT b.key, b.name, p.fund, sum(p.moved) FROM villagefinance_cashposition AS p"
            " JOIN villagefinance_bankaccount AS b"
            " ON (b.region, b.village, b.account, b.key::text) = (p.region, p.village, p.account, p.holder)"
            " WHERE p.region = %s AND p.village = %s AND p.year = %s AND p.day <= %s"
            " GROUP BY b.account, b.key, b.name, p.fund HAVING sum(p.moved) <> 0"
            " ORDER BY b.account DESC, b.key, p.fund",
            [village[:5], village, day.year, day],
        )
        return tuple(Cash(*row) for row in cursor.fetchall())


def plan_left(village: str, year: int, lines: Sequence[int], day: date) -> dict[int, tuple[Decimal, Decimal]]:
    """Read the rest of some lines by the approved cash plan on a day: by the end of a period, and by its months so far.

    Empty where no plan is approved. One query.
    """
    with planned() as cursor:
        cursor.execute(
            "SELECT l.line, villagefinance_plan_left(%(region)s, %(village)s, %(year)s, l.line, %(day)s, false),"
            " villagefinance_plan_left(%(region)s, %(village)s, %(year)s, l.line, %(day)s, true)"
            " FROM unnest(%(lines)s::integer[]) AS l (line)",
            {"region": village[:5], "village": village, "year": year, "lines": list(lines), "day": day},
        )
        return {line: (period, month) for line, period, month in cursor.fetchall() if period is not None}


def lines_left(village: str, day: date, keys: Collection[int] | None = None) -> tuple[Left, ...]:
    """The lines of the budget in force on a day, or those with these ``keys``, by activity and account; none if no
    budget is in force. One query."""
    with planned() as cursor:
        cursor.execute(
            "SELECT l.year, l.key, l.activity, coalesce(t.name, ''), l.account, c.name, l.fund, a.amount,"
            " villagefinance_left(l.region, l.village, l.year, l.key, %(day)s)"
            " FROM villagefinance_budgetline AS l"
            " JOIN villagefinance_budgetamount AS a"
            " ON (a.region, a.village, a.year, a.line) = (l.region, l.village, l.year, l.key)"
            " JOIN villagefinance_account AS c ON (c.region, c.code) = (l.region, l.account)"
            " LEFT JOIN villagefinance_activity AS t ON (t.region, t.code) = (l.region, l.activity)"
            " WHERE (l.region, l.village, l.year) = (%(region)s, %(village)s, %(year)s)"
            " AND (%(keys)s::integer[] IS NULL OR l.key = ANY(%(keys)s)) AND a.version = ("
            "SELECT max(v.number) FROM villagefinance_budgetversion AS v WHERE (v.region, v.village, v.year)"
            " = (l.region, l.village, l.year) AND v.state = 'enacted' AND v.in_force_from <= %(day)s)"
            " ORDER BY l.activity, l.account, l.fund",
            {
                "region": village[:5], "village": village, "year": day.year, "day": day,
                "keys": None if keys is None else [*keys],
            },
        )  # fmt: skip
        return tuple(Left(*row) for row in cursor.fetchall())
