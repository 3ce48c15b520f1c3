"""Workbooks of programmes for tests."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import xlsxwriter

from masterplan.world import World, content
from pilar.masterplan import queries
from pilar.masterplan.documents.programmes import programmes_workbook
from pilar.masterplan.rules.content import Activity, Content, Judged, Monitored, Risk
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.workbook import Sheet
from pilar.platform.tables import Percent


def rich(owner: int, partner: int, title: str = "Layanan desa daring") -> Content:
    """A programme in which every list has rows."""
    return replace(
        content(owner, title),
        quick_win=True,
        description="Baris satu\r\nbaris dua",
        partners=(partner,),
        outside_partners="Karang taruna",
        link="https://desa.contoh.invalid",
        sipd_code="1.02.03",
        objective="Layanan publik yang mudah dijangkau",
        weight=Decimal("12.5"),
        activities=(
            Activity(1, "Menyiapkan", Quarter(2026, 1), Quarter(2026, 4), None, "1.02.03.2.01"),
            Activity(
                3, "Menulis", Quarter(2026, 1), Quarter(2026, 2), 1, "1.02.03.2.01.0004", "Desa daring", Decimal(40)
            ),
            Activity(2, "Melatih", Quarter(2026, 3), Quarter(2027, 2), weight=Decimal("0.25")),
        ),
        risks=(Risk("Listrik padam", "Mode luring"), Risk("Sinyal lemah")),
        monitored=(Monitored(1, "application", "Aplikasi", 2026), Monitored(4, "policy", "Perdes", 2027)),
        judged=(Judged("benefit", 4, "Semua desa"), Judged("risk", 0)),
    )


def exported(world: World, rows: Iterable[tuple[str, Content]]) -> bytes:
    """The workbook as Pilar writes it."""
    plan = world.row().plan
    choices = queries.content_choices(plan, scope=world.who("coordinator"))
    years = range(plan.first_year, plan.last_year + 1)
    return programmes_workbook(rows, title=plan.title, years=years, choices=choices)


def many(world: World, count: int) -> bytes:
    """A workbook of new programmes of two offices."""
    offices = (world.office, world.cast.colleagues_office)
    return exported(
        world, [(f"B{number}", content(offices[number % 2], f"Program {number}")) for number in range(1, count + 1)]
    )


def typed_book(sheets: Mapping[Sheet, Iterable[Iterable[Any]]]) -> bytes:
    """A workbook as somebody types it: rows of cells by sheet, the first of them the header; percentages stand in cells
    that show them."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    percent = book.add_format({"num_format": "0%"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name.value)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, Percent):
                    sheet.write_number(number, column, float(cell.value / 100), percent)
                else:
                    sheet.write(number, column, cell)
    book.close()
    return stream.getvalue()
