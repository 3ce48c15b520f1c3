"""Files of data portals and statistics offices: a table (CSV, XLSX), SDMX-CSV 1.0 and 2.0, JSON of a CKAN or a plain
list of objects. What they say is one shape here; a ``SeriesMapping`` gives it its meaning.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path

from pilar.measures.rules.mapping import MAX_CELL, MAX_COLUMNS, ONE, Meant, Part, Series, SeriesMapping, titles_alike
from pilar.measures.rules.portal_json import ABOUT, read_json
from pilar.measures.rules.reports import MAX_ROWS
from pilar.platform.errors import Fault
from pilar.platform.language import N_
from pilar.platform.tables import Cell, Column, Percent, Row, Table, folded, inspect_by, inspect_content, shown

MAX_JSON = 5 * 2**20
SAMPLES = 3
MAX_FAULTS = 200
_BOM = b"\xef\xbb\xbf"
_PERIODS = {"periode", "tahun", "bulan", "tanggal", "waktu", "period", "year", "month", "date", "time", "time period"}
_YEARS, _MONTHS = {"tahun", "year"}, {"bulan", "month"}
_QUARTERS = {"triwulan", "tw", "kuartal", "quarter"}
_YEAR_IN = re.compile(r"\d{4}")
_VALUES = {"nilai", "jumlah", "angka", "capaian", "realisasi", "persentase", "value", "obs value", "total"}
_OF_PORTAL = frozenset({"id", "full text"})
"""What a CKAN adds to each record: ``_id`` and ``_full_text``, folded."""
_SDMX = frozenset({"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION"})
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0{1,6})?)?(?:Z|\+00:00)?", re.ASCII)
_SDMX_MONTH, _SDMX_YEAR = re.compile(r"(\d{4})-M(\d{2})", re.ASCII), re.compile(r"(\d{4})-A1", re.ASCII)
_DIGITS = re.compile(r"\d+")
_RESOURCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNITS = frozenset({"unit mult", "unit measure", "satuan", "unit", "unit of measure"})
"""Columns by whose word a number counts, though all rows of a file say the same: another word is another series."""
_MULTIPLIER = re.compile(r"-?(?:\d|1[01])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a file: its key, and some of what it says."""

    key: str
    place: Column
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A file of a source that may send another one: its columns, its rows, and by what it is known again.

    ``identity``: the data flow of SDMX, the resource of a CKAN, which its CSV has in its name and its JSON inside, or
    the name of the file without its digits.
    """

    table: Table
    headings: tuple[Heading, ...]
    identity: str
    sdmx: bool
    notes: tuple[Fault, ...] = ()

    @cached_property
    def at(self) -> Mapping[str, int]:
        """Return where the cells of a column stand, by its key."""
        return {heading.key: heading.place.index for heading in self.headings}

    @property
    def shape(self) -> str:
        """The same for every file of this source: a hash of its identity and its headings in any order."""
        told = json.dumps([self.identity, self.sdmx, sorted(set(self.at) - _OF_PORTAL)], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()

    def cell(self, row: Row, key: str) -> Cell:
        return row.cells[self.at[key]]

    def said(self, row: Row, key: str) -> str:
        return said(self.cell(row, key))

    def counting(self, mapping: SeriesMapping) -> Iterator[Row]:
        """The rows that say what the mapping wants of their columns."""
        only = [(key, _plain(wanted)) for key, wanted in mapping.only.items() if key in self.at]
        for row in self.table.rows:
            if all(_plain(self.said(row, key)) == wanted for key, wanted in only):
                yield row

    def series(self, mapping: SeriesMapping) -> dict[Series, int]:
        """The series of the file and how many rows each has."""
        parting = [key for key in mapping.of(Part.SERIES) if key in self.at]
        values = [key for key in mapping.of(Part.VALUE) if key in self.at]
        counted: Counter[Series] = Counter()
        for row in self.counting(mapping):
            told = tuple(self.said(row, key) for key in parting)
            counted.update((key, *told) for key in values)
        return dict(counted)


def inspect_source(name: str, content: bytes) -> list[Table]:
    """The tables of a file that was sent; JSON is read by a process of its own. Raises Faults."""
    first = content[:1024].removeprefix(_BOM).lstrip()[:1]
    if first in (b"{", b"["):
        return inspect_by(read_json, name, content, most_rows=MAX_ROWS, longest_cell=MAX_CELL, largest=MAX_JSON)
    return [inspect_content(name, content, most_rows=MAX_ROWS, longest_cell=MAX_CELL)]


def source_of(tables: Sequence[Table]) -> tuple[Source, tuple[Fault, ...]]:
    """Return what the tables of :func:`inspect_source` say, and what is wrong with the file as a whole."""
    table, *rest = tables
    about = {str(row.cells[0]): str(row.cells[1]) for table in rest if table.name == ABOUT for row in table.rows}
    ids = [_bare(column.name) for column in table.columns]
    sdmx = bool(ids) and ids[0] in _SDMX and "OBS_VALUE" in ids
    headings = tuple(_headings(table, ids if sdmx else [column.name for column in table.columns]))
    faults = list(table.faults)
    if len(headings) > MAX_COLUMNS:
        sentence = N_("A file of a data portal has at most %(most)s columns")
        faults.append(Fault("too-many-columns", sentence, {"most": MAX_COLUMNS}))
    identity = about.get("resource", "") or _named(table.name)
    if sdmx:
        flow = ids.index("DATAFLOW" if "DATAFLOW" in ids else "STRUCTURE_ID" if "STRUCTURE_ID" in ids else ids[0])
        identity = said(table.rows[0].cells[flow]) if table.rows else ""
        other = next((row for row in table.rows if said(row.cells[flow]) != identity), None)
        if other is not None:
            sentence = N_("Row %(row)s is of “%(other)s”, the rows before of “%(first)s”: send one data flow at a time")
            fields = {"row": other.number, "other": shown(other.cells[flow]), "first": shown(identity)}
            faults.append(Fault("several-flows", sentence, fields))
    return Source(table, headings, identity[:MAX_CELL], sdmx, tuple(_notes(about))), tuple(faults)


def proposed(source: Source, measures: Sequence[tuple[str, str]]) -> SeriesMapping:
    """Return what the columns of a file seem to be, for a person to look at; ``measures``: codes and folded titles."""
    parts = {heading.key: Part.LEFT_OUT for heading in source.headings}
    names = list(parts)
    period = next((name for name in names if name in _PERIODS), "")
    if period:
        parts[period] = Part.PERIOD
    if period in _YEARS and not source.sdmx:
        parts |= dict.fromkeys([name for name in names if _within_year(source, name)][:1], Part.PERIOD)
    if source.sdmx:
        of_file = {folded(name) for name in _SDMX}
        for name in names[: names.index("obs value")]:
            if name not in of_file and name != period:
                parts[name] = Part.SERIES
        parts |= {name: Part.SERIES for name in names if name in _UNITS}
        parts["obs value"] = Part.VALUE
    else:
        _propose_plain(source, parts)
    mapping = SeriesMapping(parts)
    values, parting = mapping.of(Part.VALUE), ("", *mapping.of(Part.SERIES))
    meanings = {}
    for series in islice(source.series(mapping), MAX_FAULTS):
        words = series if len(values) > 1 or len(series) == 1 else series[1:]
        code = titles_alike(tuple(folded(word) for word in words), measures)
        power = dict(zip(parting, series, strict=True)).get("unit mult", "") if source.sdmx else ""
        meanings[series] = Meant(code, _factor_of(power))
    return SeriesMapping(parts, series=meanings)


def _within_year(source: Source, name: str) -> bool:
    """Return whether a column says the month or quarter of a year that stands in another."""
    told = {source.said(row, name) for row in source.table.rows[:500]}
    return name in _MONTHS | _QUARTERS and not any(_YEAR_IN.search(text) for text in told)


def _factor_of(power: str) -> Decimal:
    """Return what the UNIT_MULT of SDMX multiplies by: ten to its power."""
    told = power.partition(":")[0].strip()
    return Decimal(10) ** int(told) if _MULTIPLIER.fullmatch(told) else ONE


def said(cell: Cell) -> str:
    """Return what a cell says, as text."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, str | Percent | dt.timedelta) else f"{cell:f}"


def period_of(cell: Cell, *, sdmx: bool) -> Cell:
    """A period as programs write it, in a way that is read here: months and years of SDMX, the moments of a CKAN."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if sdmx:
        text = text.partition(":")[0].strip() if ": " in text else text
    if (match := _SDMX_MONTH.fullmatch(text)) or (match := _SDMX_YEAR.fullmatch(text)):
        return "-".join(match.groups())
    match = _MOMENT.fullmatch(text)
    if sdmx:
        return match[1] if match else text
    try:
        return dt.date.fromisoformat(match[1] if match else text) if match or len(text) == 10 else text
    except ValueError:
        return text


def period_in(cells: Mapping[str, Cell], *, sdmx: bool) -> Cell:
    """The period that one column says, or two together: a year, and in the other a month or a quarter, by name or
    number; ``cells`` by the keys of their columns."""
    read = {key: period_of(cell, sdmx=sdmx) for key, cell in cells.items()}
    if len(read) == 1:
        return next(iter(read.values()))
    told = {key: said(cell).strip() for key, cell in read.items()}
    year = next((key for key, text in told.items() if _YEAR_IN.fullmatch(text)), None)
    if year is None:
        return " ".join(told.values())
    (within,) = (key for key in told if key != year)
    text = told[within]
    if text.isascii() and text.isdecimal() and len(text) < 3:
        return f"{told[year]}-Q{int(text)}" if within in _QUARTERS else f"{told[year]}-{int(text):02}"
    return f"{text} {told[year]}"


def _named(file: str) -> str:
    """By what a file is known again that does not say it itself."""
    stem = Path(file).stem
    resource = _RESOURCE.search(stem.lower())
    return resource[0] if resource else " ".join(_DIGITS.sub(" ", folded(stem)).split())


def _plain(text: str) -> str:
    """Return what a cell says as a condition compares it: signs count, since A+ is not A and -5 not 5."""
    return " ".join(text.casefold().split())


def _bare(heading: str) -> str:
    """The name of an SDMX column: ``STRUCTURE[;]`` and ``FREQ: Frequency`` have more in their headings."""
    return heading.partition(":")[0].partition("[")[0].strip().upper()


def _headings(table: Table, names: Sequence[str]) -> Iterator[Heading]:
    seen: Counter[str] = Counter()
    for column, name in zip(table.columns, names, strict=True):
        word = folded(name)
        if not word:
            continue
        seen[word] += 1
        key = word if seen[word] == 1 else f"{word} #{seen[word]}"
        texts = dict.fromkeys(said(row.cells[column.index]) for row in table.rows[:50])
        samples = tuple(shown(text) for text in islice((text for text in texts if text), SAMPLES))
        yield Heading(key[:MAX_CELL], column, samples)


def _propose_plain(source: Source, parts: dict[str, Part]) -> None:
    """Columns of figures and of words, of a file without a standard."""
    rows = source.table.rows[:500]
    named = [key for key in parts if parts[key] is Part.LEFT_OUT and key in _VALUES]
    for key in named:
        parts[key] = Part.VALUE
    for key, part in parts.items():
        told = {source.said(row, key) for row in rows} - {""}
        if part is not Part.LEFT_OUT or key in _OF_PORTAL or key.startswith("kode") or not told:
            continue
        if all(_DIGITS.search(text) and not re.search(r"[^\W\d_]", text) for text in told):
            parts[key] = Part.LEFT_OUT if named else Part.VALUE
        elif key in _UNITS or 1 < len(told) <= max(len(rows) // 2, 2):
            parts[key] = Part.SERIES


def _notes(about: Mapping[str, str]) -> Iterator[Fault]:
    total, there = about.get("total", ""), about.get("records", "")
    if total.isdecimal() and there.isdecimal() and len(total) < 12 and int(total) > int(there):
        sentence = N_("The answer of the portal holds %(there)s of %(total)s records: ask it for the others as well")
        yield Fault("part-of-records", sentence, {"there": int(there), "total": int(total)})
