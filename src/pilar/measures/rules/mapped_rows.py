"""From the rows of a file of a data portal, by what their mapping says, to values of measures."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pilar.measures.rules.exchange import Source, period_in, said
from pilar.measures.rules.mapping import Meant, Part, SeriesMapping, counted, read_exactly
from pilar.measures.rules.reports import MAX_ROWS
from pilar.platform import tables
from pilar.platform.errors import Fault
from pilar.platform.imports import Row
from pilar.platform.imports.rows import Told
from pilar.platform.language import N_
from pilar.platform.reading import is_none
from pilar.platform.tables import Cell, Percent, folded, shown

DELETES = {"d", "delete"}
STATUS, ACTION = "obs status", "action"
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
USUAL = {"", "A"}
"""A status of SDMX that says nothing more: a usual value."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The content of a file by its mapping: values, and what is to be looked at."""

    rows: tuple[Row, ...]
    notes: tuple[Told, ...]
    fault: Fault | None = None


def mapped(source: Source, mapping: SeriesMapping) -> Mapped:
    """The values of a file; each row of it gives one for each column of values. Rows name the column of each part in
    ``at``, and the series in words in ``series``."""
    named = [*(key for key, part in mapping.parts.items() if part is not Part.LEFT_OUT), *mapping.only]
    if missing := next((key for key in named if key not in source.at), None):
        sentence = N_("The file has no column “%(column)s”, by which its mapping goes: say again what its columns are")
        return Mapped((), (), Fault("column-missing", sentence, {"column": shown(missing)}))
    rows: list[Row] = []
    notes: Counter[tuple[str, str, str]] = Counter()
    if dotted := _dotted(source, mapping):
        sentence = N_(
            "Are the points in numbers such as %(status)s separators of thousands? Then save the numbers without them: "
            "here a point begins the decimals"
        )
        notes["thousands", sentence, dotted] = 1
    for row in source.counting(mapping):
        for value in _values(source, mapping, row):
            if value is None:
                notes["left-out", N_("%(count)s values of series that are left out are not read"), ""] += 1
            else:
                rows.append(value)
                if source.sdmx and STATUS in source.at and (status := _status(source, row)) not in USUAL:
                    notes["status", N_("%(count)s values have the status %(status)s in the file"), status] += 1
        if len(rows) > MAX_ROWS:
            sentence = N_("The file has more than %(most)s values: send it in several parts, or say which rows count")
            return Mapped((), (), Fault("too-many-values", sentence, {"most": MAX_ROWS}))
    other = len(source.table.rows) - sum(1 for _row in source.counting(mapping))
    if other:
        notes[
            "left-out", N_("%(count)s rows say something else in a column with a condition: they are left out"), ""
        ] = other
    faults = [
        Fault(code, sentence, {"count": count} | ({"status": shown(status)} if status else {}))
        for (code, sentence, status), count in notes.items()
    ]
    return Mapped(tuple(rows), tuple(Told(0, "", fault) for fault in (*source.notes, *faults)))


def _dotted(source: Source, mapping: SeriesMapping) -> str:
    """A number of a file in which three digits follow every point, as they follow a separator of thousands."""
    if mapping.comma:
        return ""
    columns = mapping.of(Part.VALUE)
    cells = (source.cell(row, key) for row in source.counting(mapping) for key in columns)
    pointed = [cell.strip() for cell in cells if isinstance(cell, str) and "." in cell]
    return pointed[0] if pointed and all(map(_THOUSANDS.fullmatch, pointed)) else ""


def _values(source: Source, mapping: SeriesMapping, row: tables.Row) -> Iterator[Row | None]:
    """The values of one row; None for one of a series that is left out."""
    periods = mapping.of(Part.PERIOD)
    parting = mapping.of(Part.SERIES)
    told = tuple(source.said(row, key) for key in parting)
    deletes = source.sdmx and ACTION in source.at and folded(source.said(row, ACTION)) in DELETES
    for key in mapping.of(Part.VALUE):
        series = (key, *told)
        meant = mapping.series.get(series)
        at = {"period": periods[0], "value": key, "measure": parting[0] if parting else key, "reason": key}
        values: dict[str, Any] = {
            "at": at, "series": mapping.label(series), "measure": "", "value": "", "reason": mapping.reason,
            "period": period_in({key: source.cell(row, key) for key in periods}, sdmx=source.sdmx),
        }  # fmt: skip
        if meant is not None and not meant.measure:
            yield None
            continue
        fault: Fault | None = None
        if meant is None:
            sentence = N_(
                "Nobody has said yet which measure this series is (%(series)s): say it above, or leave it out"
            )
            fault = Fault("unknown-series", sentence, {"series": values["series"]}, at["measure"])
        elif deletes:
            sentence = N_("The row asks to delete a value: a reported value stays, and is only corrected")
            fault = Fault("deletes", sentence, {}, ACTION)
        else:
            values["measure"] = meant.measure
            value = _value(source.cell(row, key), mapping, meant)
            if isinstance(value, Fault):
                fault = replace(value, place=key)
            else:
                values["value"] = value
        yield Row(row.number, values, (fault,) if fault else ())


def _value(cell: Cell, mapping: SeriesMapping, meant: Meant) -> Decimal | str | Fault:
    """The value in the unit of its measure; an empty text for none."""
    if is_none(cell):
        return ""
    if isinstance(cell, Decimal):
        return counted(cell, meant.factor)
    if isinstance(cell, bool | Percent | dt.date | dt.time | dt.timedelta):
        sentence = N_("“%(given)s” is no plain number")
        return Fault("no-plain-number", sentence, {"given": shown(said(cell))})
    value = read_exactly(cell, comma=mapping.comma)
    return value if isinstance(value, Fault) else counted(value, meant.factor)


def _status(source: Source, row: tables.Row) -> str:
    return source.said(row, STATUS).partition(":")[0].strip()
