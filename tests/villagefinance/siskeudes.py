"""A small year of a village as Siskeudes would keep it: made by hand, of no real village."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from pilar.villagefinance.rules.siskeudes.reading import owner_cells, rows_of
from pilar.villagefinance.rules.siskeudes.records import TABLES, Kind, VillageYear, columns_of, made
from pilar.villagefinance.rules.siskeudes.records import budget as b
from pilar.villagefinance.rules.siskeudes.records import execution as e
from villagefinance import jet

VILLAGE, YEAR = "01.2001.", 2025
D = Decimal


def _item(number: str, told: str, volume: str, price: str, **other: Any) -> Any:
    volume, price = D(volume), D(price)
    common = {"activity": "1.1.01", "account": "5.1.1.01", "package": "01", "fund": "ADD", "unit": "Bulan"}
    return made(b.CostItem, number=number, told=told, volume=volume, price=price, amount=volume * price,
                **(common | other))  # fmt: skip


def sample() -> VillageYear:
    """Salaries and a well, from receipt to remitted tax."""
    well = {"activity": "2.4.03", "account": "5.3.5.04", "fund": "DDS"}
    rows = [
        made(b.ActivityOfYear, activity="1.1.01", name="Penghasilan Tetap Kepala Desa"),
        made(b.ActivityOfYear, activity="2.4.03", name="Sumur Bor", output="1 unit"),
        made(b.CostLine, activity="", account="4.2.1.01", amount=D(80_000_000)),
        made(b.CostLine, activity="1.1.01", account="5.1.1.01", amount=D(36_000_000)),
        made(b.CostLine, activity="2.4.03", account="5.3.5.04", amount=D("50000000.50")),
        made(b.Package, activity="2.4.03", account="5.3.5.04", package="01", name="Bor"),
        _item("01", "Siltap Kepala Desa", "12", "3000000"),
        _item("01", "Pipa 4 inci", "2.5", "20000000.2", unit="Paket", **well),
        _item("01", "Dana Desa", "1", "80000000", activity="", account="4.2.1.01", package="", fund="DDS", unit="Th"),
        made(b.CashPlan, activity="1.1.01", account="5.1.1.01", fund="ADD", amount=D(36_000_000),
             **{f"month_{month}": D(3_000_000) for month in range(1, 13)}),
        made(e.Opening, account="1.1.1.02", debit=D(1_000_000), credit=D(0), day=dt.date(2025, 1, 1)),
        made(e.Receipt, number="0001/TBP/2025", day=dt.date(2025, 3, 14), told="Dana Desa I", amount=D(40_000_000)),
        made(e.ReceiptLine, number="0001/TBP/2025", account="4.2.1.01", fund="DDS", amount=D(40_000_000)),
        made(e.Request, number="0001/SPP/2025", day=dt.date(2025, 4, 2), kind="LS", told="Pipa", amount=D(20_000_000),
             withheld=D(300_000)),
        made(e.RequestLine, number="0001/SPP/2025", amount=D(20_000_000), **well),
        made(e.RequestWithheld, number="0001/SPP/2025", account="7.1.1.03", amount=D(300_000)),
        made(e.Payment, number="C-1", request="0001/SPP/2025", day=dt.date(2025, 4, 3), amount=D(20_000_000),
             withheld=D(300_000)),
        made(e.Remittance, number="S-1", day=dt.date(2025, 4, 10), told="PPh 22", amount=D(300_000),
             treasury_number="0A1B2C3D4E5F6G7H"),
        made(e.RemittanceLine, number="S-1", account="7.1.1.03", amount=D(300_000)),
    ]  # fmt: skip
    return year_of(rows)


def year_of(rows: list[Any], *, name: str = "Contoh") -> VillageYear:
    """A village-year of records in any order."""
    return VillageYear.made_of(rows, year=YEAR, village=VILLAGE, name=name)


def tables(year: VillageYear) -> dict[str, list[list[Any]]]:
    """The tables of a year with their headings, as plain cells."""
    found = {name: [list(heads), list(row)] for name, heads, row in owner_cells(year)}
    for name, record in TABLES.items():
        heads, rows = rows_of(year, record)
        if rows:
            found[name] = [list(heads), *map(list, rows)]
    return found


def zipped(found: Mapping[str, list[list[Any]]], cell: Callable[[Any], str] | None = None) -> bytes:
    """The tables as a converter of Access would write them: CSV files in a folder of a zip, the month first."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in found.items():
            stream = io.StringIO()
            csv.writer(stream).writerows([(cell or _converted)(one) for one in row] for row in rows)
            archive.writestr(f"export/{name}.csv", stream.getvalue())
    return content.getvalue()


def _converted(cell: Any) -> str:
    if isinstance(cell, dt.date):
        return f"{cell:%m/%d/%Y} 00:00:00"
    return "" if cell is None else f"{cell:.4f}" if isinstance(cell, Decimal) else str(cell)


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def access(year: VillageYear, **how: Any) -> bytes:
    """The year as an Access file."""
    stored = [jet.Stored(name, [(head, jet.TEXT) for head in heads], [row]) for name, heads, row in owner_cells(year)]
    kinds = {Kind.MONEY: jet.MONEY, Kind.FIGURE: jet.DOUBLE, Kind.DAY: jet.MOMENT}
    for name, record in TABLES.items():
        heads, rows = rows_of(year, record)
        columns = [jet.TEXT, jet.TEXT, *(kinds.get(of.kind, jet.TEXT) for of in columns_of(record).values())]
        told = [[_moment(cell) if isinstance(cell, dt.date) else cell for cell in row] for row in rows]
        stored.append(jet.Stored(name, list(zip(heads, columns, strict=True)), told))
    return jet.jet(*stored, **how)
