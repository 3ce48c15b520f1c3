"""Mark sheets (lembar nilai): a table with one row a region and one column a node, scored and ranked, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pilar import index
from pilar.areas.rules import RegionDirectory, RegionEntry
from pilar.evaluation.rules.engine import told
from pilar.evaluation.rules.header import Found, in_order, read_header
from pilar.evaluation.rules.marks import highest_of, read_mark
from pilar.evaluation.rules.scales import scale_of
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.reading import Notation, column_notation
from pilar.platform.tables import Cell, Column, Row, Table

# There are 514 regions and each may stand once; more rows than this is another kind of file.
MAX_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row scored. ``region`` is None where it was refused, ``result`` where the marks were."""

    region: RegionEntry | None
    result: index.Result | None


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """A table scored by an instrument; ``faults`` is all that is wrong with it: the form, then by row and column."""

    instrument: index.Instrument
    rows: tuple[SheetRow, ...]
    faults: tuple[Fault, ...]


def read_sheet(
    table: Table, instrument: index.Instrument, directory: RegionDirectory, *, finals: bool = False
) -> MarkSheet:
    """Score every row of a table. With ``finals``, a column of the root is enough (see :func:`read_header`)."""
    header = read_header(table, instrument, finals=finals)
    faults = [*table.faults, *header.faults]
    notations: dict[str, Notation | None] = {}
    for code, column in header.nodes.items():
        highest = highest_of(instrument.node(code), instrument.scale)
        notation = column_notation((row.cells[column.index] for row in table.rows), highest=highest)
        if isinstance(notation, Fault):
            faults.append(replace(notation, place=table.place(column=column)))
        # With a fault nothing is scored; the other faults of the column are told as well.
        notations[code] = Notation.COMMA if isinstance(notation, Fault) else notation
    rows: list[SheetRow] = []
    earlier: dict[str, int] = {}
    for row in table.rows:
        region: RegionEntry | None = None
        result, wrong = _scored(row, header.nodes, instrument, notations)
        if header.region is not None:
            named = _region(row.cells[header.region.index], directory, earlier)
            if isinstance(named, Fault):
                wrong.append((header.region, named))
            else:
                region = named
                earlier[region.code] = row.number
        faults += in_order(table, row.number, wrong)
        rows.append(SheetRow(region, result))
    return MarkSheet(instrument, tuple(rows), tuple(faults))


def _scored(
    row: Row, nodes: Mapping[str, Column], instrument: index.Instrument, notations: Mapping[str, Notation | None]
) -> tuple[index.Result | None, list[Found]]:
    """The result of a row and what is wrong with its marks; blank cells have no answer."""
    faults: list[Found] = []
    answers: dict[str, index.Answer] = {}
    for code, column in nodes.items():
        node = instrument.node(code)
        highest = highest_of(node, instrument.scale)
        answer = read_mark(row.cells[column.index], notations[code], node=node, highest=highest)
        if isinstance(answer, Fault):
            faults.append((column, answer))
        elif answer is not None:
            answers[code] = answer
    try:
        return index.score(instrument, answers), faults
    except index.IndexFaults as refused:
        faults += [(nodes.get(str(fault.fields.get("node"))), told(fault)) for fault in refused.faults]
    return None, faults


def _region(cell: Cell, directory: RegionDirectory, earlier: Mapping[str, int]) -> RegionEntry | Fault:
    """The region that the cell names, or the fault, still without its place. ``earlier``: row by region code."""
    if cell == "":
        return Fault("no-region", "The row has marks but no region.")
    try:
        region = directory.find(str(cell))
    except PilarError as error:
        return Fault(error.code, error.sentence, error.fields)
    if region.code in earlier:
        fields = {"region": region.name, "earlier": earlier[region.code]}
        return Fault("region-twice", "%(region)s already stands in row %(earlier)s.", fields)
    return region


@dataclass(frozen=True, slots=True)
class Scored:
    """One region's result; ``rank`` and ``improvement`` are None where there is no final or no previous one."""

    region: RegionEntry
    result: index.Result
    rank: int | None
    improvement: Decimal | None


@dataclass(frozen=True, slots=True)
class Scoring:
    """The results of one file, in its order. ``comparable`` is False when the previous instrument is another one;
    ``same_scale`` is False when its scale is another one too, so that nothing is subtracted.
    """

    instrument: index.Instrument
    rows: tuple[Scored, ...]
    comparable: bool
    same_scale: bool


def rank_sheet(sheet: MarkSheet, previous: MarkSheet | None = None) -> Scoring:
    """Rank the regions of a sheet among each other and compare them with last year's finals.

    Raises Faults with everything that is wrong in both sheets.
    """
    faults = [*sheet.faults, *(previous.faults if previous else ())]
    if faults:
        raise Faults(faults)
    instrument = sheet.instrument
    same = previous is None or previous.instrument.sha256 == instrument.sha256
    alike = previous is None or scale_of(previous.instrument).ends == scale_of(instrument).ends
    results, earlier = _by_region(sheet), _by_region(previous) if previous else {}
    ranks = index.rank({region: result.final for region, result in results.items()}, ties=instrument.ties)

    def improvement(region: RegionEntry) -> Decimal | None:
        before = earlier[region].published() if alike and region in earlier else None
        return index.improvement(results[region].published(), before, same_instrument=same).value

    rows = (Scored(region, result, ranks[region], improvement(region)) for region, result in results.items())
    return Scoring(instrument, tuple(rows), comparable=same, same_scale=alike)


def _by_region(sheet: MarkSheet) -> dict[RegionEntry, index.Result]:
    """The results of a sheet without faults, in its order."""
    return {row.region: row.result for row in sheet.rows if row.region is not None and row.result is not None}
