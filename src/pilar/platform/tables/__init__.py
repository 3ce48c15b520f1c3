"""Tabular files that people send: CSV and XLSX, read into one shape or refused with every fault at once.

Pure: no Django, no database. Consumers give the cells their meaning; this package only says what stands where, in the
row numbers and column letters that the spreadsheet shows.
"""

from pilar.platform.tables.reading import (
    inspect_by,
    inspect_content,
    inspect_sheets,
    inspect_table,
    read_grid,
    read_table,
)
from pilar.platform.tables.table import Cell, Column, Percent, Row, Table, folded, inert, shown
