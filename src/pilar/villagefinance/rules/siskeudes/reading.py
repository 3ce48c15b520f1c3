"""Convert tables of Siskeudes to a village-year, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.reading import Notation, column_notation, is_none, read_number, read_rupiah
from pilar.platform.tables import Cell, Column, Percent, Table, shown
from pilar.platform.tables.table import place
from pilar.villagefinance.rules.codes import account_code, activity_code
from pilar.villagefinance.rules.siskeudes.records import (
    TABLES,
    VILLAGE,
    YEAR,
    Kind,
    Of,
    VillageYear,
    columns_of,
)
from pilar.villagefinance.rules.written import DayOrder, day_order, read_written_day

MAX_FAULTS = 100
NEEDED = "Ta_RAB"
"""A file without a budget holds no village-year."""
WITHOUT_ACTIVITY = ("00", "00", "00")
"""The activity part of revenue and financing, after the code of the village."""
_DIGITS = Decimal("1e-6")


def village_year(tables: Sequence[Table], *, name: str, village: str = "", year: int | None = None) -> VillageYear:
    """Read the village-year from the tables of a file called ``name``; ``village`` and ``year`` choose one of several.

    Raises Faults with every fault and its table, row and column.
    """
    by_name = {table.name.casefold(): table for table in tables}
    faults = [fault for table in tables for fault in table.faults]
    village, year = _whose(by_name, name, _bare(village), year)
    order = day_order(_day_cells(by_name))
    if order is None:
        sentence = N_("Some days have the month first and others the day: both 13/1 and 1/13 stand here")
        raise Faults([Fault("days-mixed", sentence, place=name)])
    if NEEDED.casefold() not in by_name:
        sentence = N_("The file has no budget: table %(tables)s is missing or has no rows")
        faults.append(Fault("no-budget", sentence, {"tables": NEEDED}, name))
    rows: list[Any] = []
    for table_name, record in TABLES.items():
        table = by_name.get(table_name.casefold())
        if table is not None:
            reader = _Reader(table, record, village, year, order)
            rows += reader.rows()
            faults += reader.faults
    if faults:
        raise Faults(faults[:MAX_FAULTS])
    return VillageYear.made_of(rows, year=year, village=f"{village}.", name=_name(by_name.get("ref_desa"), village))


def rows_of(year: VillageYear, record: type[Any]) -> tuple[Sequence[str], list[Sequence[Any]]]:
    """Return the headings of a table and its rows, as Siskeudes writes them."""
    columns = columns_of(record)
    rows = [
        (
            str(year.year),
            year.village,
            *(_written(getattr(row, name), of.kind, year.village) for name, of in columns.items()),
        )
        for row in year.of(record)
    ]
    return (YEAR, VILLAGE, *(of.column for of in columns.values())), rows


def owner_cells(year: VillageYear) -> tuple[tuple[str, Sequence[str], Sequence[str]], ...]:
    """Return the tables that name the owner of the year, each with its headings and its one row."""
    district = year.village.partition(".")[0] + "."
    return (
        ("Ta_Desa", (YEAR, VILLAGE), (str(year.year), year.village)),
        ("Ref_Desa", ("Kd_Kec", VILLAGE, "Nama_Desa"), (district, year.village, year.name)),
    )


def _bare(code: str) -> str:
    """Return a code without the dot at its end."""
    return code.strip().rstrip(".")


def _said(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return "" if is_none(cell) and str(cell).strip() != "-" else str(cell).strip()


def _whose(tables: Mapping[str, Table], name: str, village: str, year: int | None) -> tuple[str, int]:
    """Return the village and year that a file belongs to, or those asked for."""
    known = [tables["ta_desa"]] if "ta_desa" in tables else list(tables.values())
    villages = {_bare(cell) for table in known for cell in _cells(table, VILLAGE)}
    years = {cell for table in known for cell in _cells(table, YEAR)}
    faults = []
    for present, asked, code, sentence in (
        (villages - {""}, village, "village", N_("The file has the villages %(found)s. Say which one to read")),
        (years - {""}, str(year or ""), "year", N_("The file has the years %(found)s. Say which one to read")),
    ):
        listed = shown(", ".join(sorted(present)) or "–", 200)
        if asked and asked not in present:
            missing = N_("The file has %(found)s, not %(asked)s")
            fields = {"found": listed, "asked": asked}
            faults.append(Fault(f"other-{code}", missing, fields, name))
        elif not asked and len(present) != 1:
            faults.append(Fault(f"which-{code}", sentence, {"found": listed}, name))
    said = str(year or "") or next(iter(years - {""}), "")
    if not faults and not (said.isdigit() and len(said) == 4):
        faults.append(Fault("no-year", N_("“%(given)s” is no budget year"), {"given": shown(said)}, name))
    if faults:
        raise Faults(faults)
    return village or next(iter(villages - {""})), int(said)


def _name(table: Table | None, village: str) -> str:
    """Return the name of the village, empty where the file does not give it."""
    names = zip(_cells(table, VILLAGE), _cells(table, "Nama_Desa"), strict=False) if table else ()
    return next((name for code, name in names if _bare(code) == village), "")


def _cells(table: Table, name: str) -> list[str]:
    """Return the cells of a column; empty where the table does not have it."""
    at = next((column.index for column in table.columns if column.name.casefold() == name.casefold()), None)
    return [] if at is None else [_said(row.cells[at]) for row in table.rows]


def _day_cells(tables: Mapping[str, Table]) -> Iterator[Cell]:
    """Yield the cells of all days of a file: one program wrote them all in the same order."""
    for name, record in TABLES.items():
        table = tables.get(name.casefold())
        days = {of.column.casefold() for of in columns_of(record).values() if of.kind is Kind.DAY}
        for column in table.columns if table else ():
            if table and column.name.casefold() in days:
                yield from (row.cells[column.index] for row in table.rows)


@dataclass(slots=True)
class _Field:
    """A field while it is read: the function for its cells, and its column; no column where the file has none."""

    of: Of
    read: Callable[[Cell], Any]
    column: Column | None


class _Reader:
    """Reads the rows of one table that belong to the village and the year."""

    def __init__(self, table: Table, record: type[Any], village: str, year: int, order: DayOrder) -> None:
        self.table, self.record, self.village, self.year, self.order = table, record, village, year, order
        self.faults: list[Fault] = []
        self.at = {column.name.casefold(): column for column in table.columns}
        self.fields = {name: _Field(of, *self._found(of)) for name, of in columns_of(record).items()}

    def rows(self) -> Iterator[Any]:
        for row in self.table.rows if not self.faults else ():
            if self._is_of(row.cells):
                values = {}
                for name, field in self.fields.items():
                    cell = row.cells[field.column.index] if field.column else ""
                    value = field.read(cell)
                    if isinstance(value, Fault):
                        at = place(self.table.name, row.number, str(field.column))
                        self.faults.append(replace(value, place=at))
                        value = None
                    values[name] = value
                if len(self.faults) > MAX_FAULTS:
                    return
                yield self.record(**values)

    def _is_of(self, cells: Sequence[Cell]) -> bool:
        village, year = (self.at.get(name.casefold()) for name in (VILLAGE, YEAR))
        return (village is None or _bare(_said(cells[village.index])) == self.village) and (
            year is None or _said(cells[year.index]) == str(self.year)
        )

    def _found(self, of: Of) -> tuple[Callable[[Cell], Any], Column | None]:
        column = self.at.get(of.column.casefold())
        if column is None and not of.later:
            sentence = N_("The column “%(name)s” is missing")
            at = place(self.table.name, self.table.header_row or None)
            self.faults.append(Fault("missing-column", sentence, {"name": of.column}, at))
        notation: Notation | None = None
        if column is not None and of.kind in (Kind.MONEY, Kind.FIGURE):
            said = column_notation(row.cells[column.index] for row in self.table.rows)
            notation = None if isinstance(said, Fault) else said
        readers: dict[Kind, Callable[[Cell], Any]] = {
            Kind.TEXT: _said,
            Kind.MONEY: lambda cell: _amount(read_rupiah(cell, notation)) if cell != "" else None,
            Kind.FIGURE: lambda cell: _amount(read_number(cell, notation)) if cell != "" else None,
            Kind.DAY: lambda cell: read_written_day(cell, self.order),
            Kind.ACCOUNT: lambda cell: account_code(_said(cell)) or _bare(_said(cell)),
            Kind.ACTIVITY: lambda cell: _activity(_said(cell), self.village),
        }
        return readers[of.kind], column


def _amount(value: Decimal | Percent | Fault | None) -> Decimal | Fault | None:
    """Read a number, dropping the inexact digits of a double."""
    if isinstance(value, Percent):
        return Fault("percent-sign", N_("%(given)s is a percentage, not a number"), {"given": str(value)})
    if not isinstance(value, Decimal):
        return value
    if abs(value) >= Decimal("1e18"):
        return Fault("too-large-amount", N_("“%(given)s” is more than any account holds"), {"given": shown(value)})
    plain = value.quantize(_DIGITS).normalize()
    return plain if plain.as_tuple().exponent <= 0 else plain.quantize(Decimal(1))  # type: ignore[operator]


def _activity(text: str, village: str) -> str:
    """Return the functional code after the code of the village; empty for revenue and financing."""
    code = text[len(village) :].lstrip(".") if text.startswith(village) else text
    if not code.replace("0", "").replace(".", ""):
        return ""
    return activity_code(code) or _bare(code)


def _written(value: Any, kind: Kind, village: str) -> Any:
    """Return a value as Siskeudes writes it in its column."""
    if kind is Kind.ACCOUNT:
        return f"{value}." if value else ""
    if kind is Kind.ACTIVITY:
        pieces = [piece.zfill(2) for piece in value.split(".")] if value else WITHOUT_ACTIVITY
        return village + "".join(f"{piece}." for piece in pieces)
    return value
