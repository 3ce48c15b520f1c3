"""A village-year as a workbook with a sheet for each table of Siskeudes, with the column names of Siskeudes."""

from __future__ import annotations

import io

from pilar.design.sheets import add_sheet, new_workbook
from pilar.villagefinance.rules.siskeudes.reading import owner_cells, rows_of
from pilar.villagefinance.rules.siskeudes.records import TABLES, VillageYear


def import_workbook(year: VillageYear) -> bytes:
    """Make the workbook; tables without rows are left out. Equal years give equal bytes."""
    stream = io.BytesIO()
    made = new_workbook(stream)
    for name, heads, row in owner_cells(year):
        add_sheet(made, name, heads, [row])
    for name, record in TABLES.items():
        heads, rows = rows_of(year, record)
        if rows:
            add_sheet(made, name, heads, rows)
    made.close()
    return stream.getvalue()
