"""Realisation of a budget (LRA), computed from the leaves of the chart: heads, surplus, SiLPA."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pilar.platform.language import N_, translate
from pilar.villagefinance.rules.codes import EXPENDITURE, FINANCING, FINANCING_OUT, REVENUE, is_under, parts

ZERO = Decimal(0)
Sums = tuple[Decimal, Decimal]
"""Budget and realisation, in rupiah."""


def per_cent(sums: Sums) -> Decimal | None:
    """Return the realisation in percent of the budget, to two decimals; None without a budget, or for a deficit."""
    budget, realised = sums
    return round(realised * 100 / budget, 2) if budget > 0 else None


@dataclass(frozen=True, slots=True)
class RealisedRow:
    """A head or leaf of the chart with budget and realisation, in rupiah."""

    code: str
    name: str
    level: int
    budget: Decimal
    realised: Decimal

    @property
    def title(self) -> str:
        """The name; that of a sum is in the reader's language."""
        return self.name if self.code else translate(self.name)

    @property
    def strong(self) -> bool:
        """True for a head of the first two levels, or a sum."""
        return self.level < 3

    @property
    def difference(self) -> Decimal:
        return self.budget - self.realised

    @property
    def per_cent(self) -> Decimal | None:
        """Realisation in percent of the budget, to two decimals."""
        return per_cent((self.budget, self.realised))


@dataclass(frozen=True, slots=True)
class Realisation:
    """Realisation of a budget by the end of a month (LRA), for all funds or for one.

    ``surplus`` is revenue less expenditure, ``net_financing`` is incoming less outgoing financing, ``remaining`` the
    sum of both (SiLPA).
    """

    year: int
    month: int
    fund: str
    rows: tuple[RealisedRow, ...]
    surplus: RealisedRow
    net_financing: RealisedRow
    remaining: RealisedRow

    @property
    def whole(self) -> tuple[RealisedRow, ...]:
        """All rows in the order of the printed form."""
        return (*self.rows, self.surplus, self.net_financing, self.remaining)

    def head(self, code: str) -> RealisedRow:
        """Return a head of the chart, also one without amounts."""
        return next((row for row in self.rows if row.code == code), RealisedRow(code, "", len(parts(code)), ZERO, ZERO))


def realisation_of(leaves: Mapping[str, Sums], names: Mapping[str, str], *, year: int, month: int, fund: str = "") -> (
    Realisation
):  # fmt: skip
    """Compute the whole from the amounts of the leaves; ``names`` by code."""
    rows = tuple(
        RealisedRow(code, names.get(code, ""), len(parts(code)), *sums)
        for code, sums in sorted(under_heads(leaves).items()) if any(sums)
    )  # fmt: skip
    surplus, financing = net(leaves, REVENUE, EXPENDITURE), net(leaves, FINANCING)
    remaining = (surplus[0] + financing[0], surplus[1] + financing[1])
    said = (N_("Surplus or deficit"), N_("Net financing"), N_("Remaining (SiLPA)"))
    totals = (
        RealisedRow("", name, 0, *amounts) for name, amounts in zip(said, (surplus, financing, remaining), strict=True)
    )
    return Realisation(year, month, fund, rows, *totals)


def under_heads(leaves: Mapping[str, Sums]) -> dict[str, Sums]:
    """Sum each code with everything under it."""
    sums: dict[str, Sums] = {}
    for code, (budget, realised) in leaves.items():
        for head in parts(code):
            before = sums.get(head, (ZERO, ZERO))
            sums[head] = (before[0] + budget, before[1] + realised)
    return sums


def net(leaves: Mapping[str, Sums], *heads: str) -> Sums:
    """Return income less outgoings on accounts under these heads."""
    budget = realised = ZERO
    for account, (planned, moved) in leaves.items():
        if any(is_under(account, head) for head in heads):
            sign = -1 if is_under(account, EXPENDITURE) or is_under(account, FINANCING_OUT) else 1
            budget, realised = budget + sign * planned, realised + sign * moved
    return budget, realised


@dataclass(frozen=True, slots=True)
class VillageSums:
    """The totals of a village's budget by the end of a month, and its money, in rupiah."""

    code: str
    name: str
    revenue: Sums
    expenditure: Sums
    remaining: Sums
    held: Decimal

    @property
    def per_cent(self) -> Decimal | None:
        """Realised expenditure in percent of its budget, to two decimals."""
        return per_cent(self.expenditure)


def alike(village: str, rows: Iterable[VillageSums], most: int = 5) -> tuple[VillageSums, ...]:
    """Return the villages with the nearest expenditure budget to that of ``village``, by code; () where it has no
    budget."""
    known = {row.code: row for row in rows}
    own = known.pop(village, None)
    if own is None or not own.expenditure[0]:
        return ()
    nearest = sorted(known.values(), key=lambda sums: (abs(sums.expenditure[0] - own.expenditure[0]), sums.code))
    return tuple(sorted((sums for sums in nearest[:most] if sums.expenditure[0]), key=lambda sums: sums.code))
