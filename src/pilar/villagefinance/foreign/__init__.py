"""Files made by other programs: bank statements, published budgets, databases of Siskeudes; read before anything is
stored.

Such files are read in a separate process with limits (``platform.tables``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pilar.platform.tables import Table, inspect_by, inspect_content
from pilar.platform.tables.reading import PATIENCE_OF_A_JOB, PATIENCE_OF_A_PAGE
from pilar.villagefinance.foreign.published import MAX_ROWS
from pilar.villagefinance.rules.siskeudes.files import read_siskeudes
from pilar.villagefinance.rules.siskeudes.reading import village_year
from pilar.villagefinance.rules.siskeudes.records import VillageYear
from pilar.villagefinance.rules.statements.columns import headings, statement_of
from pilar.villagefinance.rules.statements.mt940 import is_mt940, read_mt940
from pilar.villagefinance.rules.statements.shape import Statement, joined

MAX_MOVEMENTS = 20_000
MAX_TEXT = 2_000
MAX_DATABASE = 64 * 2**20
"""A database of Siskeudes grows with each year that is kept in it."""


def read_statements(
    name: str,
    content: bytes,
    *,
    chosen: Mapping[str, str] | None = None,
    year: int | None = None,
    patience: float = PATIENCE_OF_A_PAGE,
) -> tuple[Statement, ...]:
    """Read a bank file (MT940, CSV or XLSX): one statement for each account in it.

    ``chosen``: which heading is which column, as its owner has said. ``year``: for days written without one. Raises
    Faults.
    """
    if is_mt940(content):
        limits = {"most_rows": MAX_MOVEMENTS, "patience": patience}
        tables = inspect_by(read_mt940, name, content, **limits)
        return joined([statement_of(replace(table, name=name), account=table.name) for table in tables], name)
    table = inspect_content(
        name, content, most_rows=MAX_MOVEMENTS, longest_cell=MAX_TEXT, headings=headings(chosen or {}),
        patience=patience,
    )  # fmt: skip
    return (statement_of(table, chosen=chosen, year=year),)


def read_published(name: str, content: bytes) -> Table:
    """Read all rows of a published budget, for ``foreign.published``. Raises Faults."""
    return inspect_content(name, content, most_rows=MAX_ROWS, headings=None)


def read_tables(name: str, content: bytes, *, patience: float = PATIENCE_OF_A_PAGE) -> list[Table]:
    """Read the tables in a file of Siskeudes: Access, a workbook or a zip of CSV files. Raises Faults."""
    return inspect_by(read_siskeudes, name, content, longest_cell=MAX_TEXT, largest=MAX_DATABASE, patience=patience)


def read_village_year(
    name: str, content: bytes, *, village: str = "", year: int | None = None, patience: float = PATIENCE_OF_A_JOB
) -> VillageYear:
    """Read the village-year in a file of Siskeudes; ``village`` and ``year`` choose one where the file has several.
    Raises Faults."""
    return village_year(read_tables(name, content, patience=patience), name=name, village=village, year=year)
