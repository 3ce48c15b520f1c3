"""Compare two village-years row by row and column by column, and find contradictions within one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pilar.platform.language import N_
from pilar.villagefinance.rules.siskeudes.records import TABLES, Kind, VillageYear, columns_of, key_of, table_of
from pilar.villagefinance.rules.siskeudes.records import budget as b
from pilar.villagefinance.rules.siskeudes.records import execution as e

NOTHING = Decimal(0)
CENT = Decimal("0.01")


class Side(StrEnum):
    """The side that has a row; both where a column of it differs."""

    THEIRS = "theirs"
    OURS = "ours"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that only one side has, or a ``column`` that differs; ``theirs`` and ``ours`` are its values."""

    table: str
    key: tuple[Any, ...]
    side: Side
    column: str = ""
    theirs: Any = None
    ours: Any = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A table on both sides: rows that are equal, differ, or stand on one side, and the sums of its amounts."""

    table: str
    equal: int
    differing: int
    only_theirs: int
    only_ours: int
    theirs: Decimal
    ours: Decimal


@dataclass(frozen=True, slots=True)
class Report:
    """The comparison of two village-years: their tables and differences."""

    tables: tuple[Compared, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A contradiction within one file: the code, the row, and a sentence with its fields."""

    code: str
    table: str
    key: tuple[Any, ...]
    sentence: str
    fields: Mapping[str, Any]


def compare(theirs: VillageYear, ours: VillageYear) -> Report:
    """Return all differences, in the order of the tables and of their keys; tables missing on both sides are left
    out."""
    tables, differences = [], []
    for name, record in TABLES.items():
        left, right = _keyed(theirs.of(record)), _keyed(ours.of(record))
        if not left and not right:
            continue
        apart: list[Difference] = []
        equal = 0
        for key in sorted(left.keys() | right.keys(), key=lambda key: tuple(map(str, key))):
            our_row, other = left.get(key), right.get(key)
            shown = key[:-1]
            if our_row is None or other is None:
                apart.append(Difference(name, shown, Side.OURS if our_row is None else Side.THEIRS))
                continue
            columns = list(_columns(name, shown, our_row, other))
            equal += not columns
            apart += columns
        single = [sum(difference.side is side for difference in apart) for side in (Side.THEIRS, Side.OURS)]
        both = len(left.keys() & right.keys())
        tables.append(Compared(name, equal, both - equal, *single, _sum(left.values()), _sum(right.values())))
        differences += apart
    return Report(tuple(tables), tuple(differences))


def doubts(year: VillageYear, *, accounts: Collection[str], activities: Collection[str]) -> tuple[Doubt, ...]:
    """Return the contradictions within a year; ``accounts`` and ``activities``: the codes of the charts."""
    return (
        *_sums_that_differ(year),
        *_items_that_differ(year),
        *_unknown(year, "account", Kind.ACCOUNT, accounts),
        *_unknown(year, "activity", Kind.ACTIVITY, activities),
    )


def _keyed(rows: Sequence[Any]) -> dict[tuple[Any, ...], Any]:
    """Index rows by their keys; the second row with a key is compared with the second one of the other side."""
    seen: dict[tuple[Any, ...], int] = defaultdict(int)
    keyed = {}
    for row in rows:
        key = key_of(row)
        keyed[*key, seen[key]] = row
        seen[key] += 1
    return keyed


def _columns(table: str, key: tuple[Any, ...], ours: Any, other: Any) -> Iterator[Difference]:
    for field, of in columns_of(type(ours)).items():
        left, right = getattr(ours, field), getattr(other, field)
        blank = left in (None, "") or right in (None, "")
        # A column missing in a version of Siskeudes is no difference.
        if of.key or (of.later and blank) or _alike(left, right):
            continue
        yield Difference(table, key, Side.BOTH, of.column, left, right)


def _alike(ours: Any, other: Any) -> bool:
    """Return whether two values mean the same: a missing amount is zero, and capitals and blanks do not matter in
    words."""
    if isinstance(ours, Decimal | None) and isinstance(other, Decimal | None):
        return (ours or NOTHING) == (other or NOTHING)
    if isinstance(ours, str) and isinstance(other, str):
        return " ".join(ours.casefold().split()) == " ".join(other.casefold().split())
    return bool(ours == other)


def _sum(rows: Collection[Any]) -> Decimal:
    return sum((getattr(row, "amount", None) or NOTHING for row in rows), NOTHING)


# Rows, the columns shared with their parent row, the parent row, and its column that is their sum.
_SUMS: tuple[tuple[type[Any], tuple[str, ...], type[Any], str], ...] = (
    (b.CostItem, ("activity", "account"), b.CostLine, "amount"),
    (e.ReceiptLine, ("number",), e.Receipt, "amount"),
    (e.RequestLine, ("number",), e.Request, "amount"),
    (e.RequestWithheld, ("number",), e.Request, "withheld"),
    (e.SettlementLine, ("number",), e.Settlement, "amount"),
    (e.SettlementWithheld, ("number",), e.Settlement, "withheld"),
    (e.RemittanceLine, ("number",), e.Remittance, "amount"),
)


def _sums_that_differ(year: VillageYear) -> Iterator[Doubt]:
    for part, common, whole, column in _SUMS:
        sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
        for row in year.of(part):
            sums[tuple(getattr(row, name) for name in common)] += row.amount or NOTHING
        table, above = table_of(part), table_of(whole)
        for row in year.of(whole):
            key = tuple(getattr(row, name) for name in common)
            said, summed = getattr(row, column) or NOTHING, sums.pop(key, NOTHING)
            if said != summed:
                sentence = N_("%(whole)s says %(said)s, its rows of %(part)s make %(summed)s")
                yield Doubt("sum-differs", above, key, sentence,
                            {"whole": above, "part": table, "said": said, "summed": summed})  # fmt: skip
        for key, summed in sums.items():
            sentence = N_("Rows of %(part)s for %(summed)s belong to no row of %(whole)s")
            yield Doubt("no-whole", table, key, sentence, {"whole": above, "part": table, "summed": summed})


def _items_that_differ(year: VillageYear) -> Iterator[Doubt]:
    for row in year.of(b.CostItem):
        if row.volume is not None and row.price is not None:
            made = (row.volume * row.price).quantize(CENT)
            if made != (row.amount or NOTHING).quantize(CENT):
                sentence = N_("%(volume)s × %(price)s is %(made)s, but the item says %(said)s")
                fields = {"volume": row.volume, "price": row.price, "made": made, "said": row.amount or NOTHING}
                yield Doubt("item-differs", table_of(b.CostItem), key_of(row), sentence, fields)
    for plan in year.of(b.CashPlan):
        months = [getattr(plan, f"month_{month}") for month in range(1, 13)]
        planned = sum((month or NOTHING for month in months), NOTHING)
        if any(month is not None for month in months) and planned != (plan.amount_after or plan.amount or NOTHING):
            sentence = N_("The months of the cash plan make %(planned)s, the budget line says %(said)s")
            fields = {"planned": planned, "said": plan.amount_after or plan.amount or NOTHING}
            yield Doubt("plan-differs", table_of(b.CashPlan), key_of(plan), sentence, fields)


def _unknown(year: VillageYear, field: str, kind: Kind, known: Collection[str]) -> Iterator[Doubt]:
    """Yield codes that no chart has, each once."""
    seen = set()
    for name, record in TABLES.items():
        of = columns_of(record).get(field)
        for row in year.of(record) if of and of.kind is kind else ():
            code = getattr(row, field)
            if code and code not in known and code not in seen:
                seen.add(code)
                sentence = N_("The chart has no code %(code)s")
                yield Doubt("unknown-code", name, key_of(row), sentence, {"code": code})
