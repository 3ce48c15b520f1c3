"""Imports: what a file says is looked at first, and then stored, all of it or nothing.

A room says which columns a file may have, what becomes of its rows, and how they are stored (:class:`Importer`); all
else is the same for every import: ``keeping`` holds a file from its upload to its end, ``design.imports`` has the page.
Pure, but for ``keeping``.
"""

from pilar.platform.imports.cells import day, figure, one_of, raw, rupiah, text, whole, words, yes
from pilar.platform.imports.columns import Column, Heading, placed
from pilar.platform.imports.importer import Importer, known_kinds
from pilar.platform.imports.rows import Reading, Row, Told, headings_of, placed_faults, read_rows
from pilar.platform.imports.verdicts import (
    CHANGED,
    NEW,
    PART,
    REFUSED,
    UNCHANGED,
    Outcome,
    Report,
    Value,
    Verdict,
    fingerprint,
)
