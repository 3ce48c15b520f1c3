"""Dated figures of regions from a file, by the secretariat: a row for each region and year, a column for each kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from pilar.areas import operations, reference
from pilar.areas.queries import FigureRow, Place, standing_figures
from pilar.areas.rules import FIGURE_BOUNDS, FIGURE_NAMES, FISCAL_CLASSES, FigureKind, GivenFigure, figure_faults
from pilar.people.imports import PersonsImporter
from pilar.platform.errors import Fault, PilarError
from pilar.platform.imports import CHANGED, NEW, REFUSED, UNCHANGED, Column, Row, Value, Verdict, cells
from pilar.platform.language import N_, in_both, translate
from pilar.platform.reading import Notation, is_none, read_figure
from pilar.platform.tables import Cell, folded, shown

MAX_ROWS = 5_000
TAKEN_BACK = "–"
"""In a cell: the figure that stands there is taken back."""
_PERSONS = re.compile(r"(?<=\d)\s*(?:jiwa|orang|penduduk|people|persons|inhabitants)\.?\s*$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:([., \u00a0])\d{3})(?:\1\d{3})*")
_WORDS = {
    FigureKind.POPULATION: ("jumlah penduduk", "penduduk", "jumlah penduduk (jiwa)", "penduduk (jiwa)", "population"),
    FigureKind.SPBE: ("indeks spbe", "spbe", "nilai spbe"),
    FigureKind.FISCAL: ("indeks kapasitas fiskal", "ikfd", "indeks kapasitas fiskal daerah"),
    FigureKind.FISCAL_CLASS: ("kategori kapasitas fiskal", "kategori kfd", "kategori"),
}


def _class(cell: Cell, _notation: Notation | None = None) -> Decimal | Fault | None:
    """A class of fiscal capacity by its name in either language, or its number."""
    said = cells.text(cell)
    if said is None:
        return None
    for number, name in enumerate(FISCAL_CLASSES, 1):
        names = in_both(lambda name=name: translate(name))  # type: ignore[misc]
        if folded(said) in (folded(names.id), folded(names.en), str(number)):
            return Decimal(number)
    return Fault("not-in-list", N_("“%(given)s” is not in the list of this column"), {"given": shown(said)})


class RegionFigures(PersonsImporter):
    """Population, SPBE index and fiscal capacity of regions; what is there already stays, what differs is the next."""

    kind = "evaluation.region-figures"
    most_rows = MAX_ROWS
    outcomes = (NEW, CHANGED, UNCHANGED, REFUSED)
    recorded = "evaluation.import-region-figures"

    def columns(self) -> Sequence[Column]:
        of_figures = [
            Column(
                kind.value, FIGURE_NAMES[kind], _WORDS[kind], read=_figure(kind), required=False,
                figures=kind not in _READ, single=kind is not FigureKind.FISCAL_CLASS, highest=_highest(kind),
                options=tuple(map(translate, FISCAL_CLASSES)) if kind is FigureKind.FISCAL_CLASS else (),
                remark=translate(N_("Empty where it is not known; a dash takes back what stands there")),
            )
            for kind in FigureKind
        ]  # fmt: skip
        return (
            Column(
                "region", N_("Region"), ("daerah", "kode daerah", "wilayah", "kabupaten/kota"), filled=True,
                example="36.03", remark=translate(N_("Code or name")),
            ),
            Column("year", N_("Year"), ("tahun",), read=cells.whole, filled=True),
            *of_figures,
            Column("source", N_("Source"), ("sumber",), filled=True, remark=translate(N_("Who says it, and where"))),
            Column("address", N_("Address of the source"), ("alamat", "tautan", "url"), filled=True),
        )  # fmt: skip

    def judge(self, rows: Sequence[Row]) -> Sequence[Verdict]:
        held = standing_figures()
        earlier: dict[Place, int] = {}
        return [self._verdict(row, held, earlier) for row in rows]

    def store(self, verdicts: Sequence[Verdict]) -> None:
        figures = [figure for verdict in verdicts for figure in verdict.of]
        operations.record_figures(by=self.by, figures=figures, now=self.now)

    def _verdict(self, row: Row, held: dict[Place, FigureRow], earlier: dict[Place, int]) -> Verdict:
        faults = list(row.faults)
        region = _region(row["region"], faults) if row["region"] else ""
        given = []
        for kind in FigureKind:
            value = row[kind.value]
            if value is None or not region or not row["year"]:
                continue
            figure = GivenFigure(
                region, kind, row["year"], None if value == TAKEN_BACK else value, row["source"] or "",
                row["address"] or "",
            )  # fmt: skip
            misfits = [fault for fault in figure_faults(figure, this_year=_this_year(self)) if fault not in faults]
            faults += [fault for fault in misfits if row[fault.place] is not None]
            before = earlier.setdefault((region, kind, row["year"]), row.number)
            if before != row.number:
                sentence = N_("This already stands in row %(row)s")
                faults.append(Fault("row-twice", sentence, {"row": before}, kind.value))
            given.append(figure)
        if not given and not faults:
            faults.append(Fault("no-figure", N_("The row has no figure"), {}, "region"))
        values = [Value(N_("Year"), row["year"])]
        numbers, news, changes = [], 0, 0
        for figure in given:
            was = held.get((figure.region, figure.kind, figure.year))
            stood = was.said if was else ""
            same = was.says(figure) if was else figure.value is None
            numbers.append(was.number if was else 0)
            news += not same and not stood
            changes += not same and bool(stood)
            values.append(Value(FIGURE_NAMES[figure.kind], _said(figure), None if same or not stood else stood))
        values.append(Value(N_("Source"), row["source"]))
        title = reference.directory().find(region).name if region else str(row["region"] or "")
        if faults:
            return Verdict(row, REFUSED, tuple(values), tuple(faults), title=title)
        outcome = CHANGED if changes else NEW if news else UNCHANGED
        seen = " ".join(map(str, [*numbers, row["address"]]))
        return Verdict(row, outcome, tuple(values), title=title, seen=seen, of=tuple(given))


def _people(cell: Cell, _notation: Notation | None = None) -> Decimal | Fault | None:
    """A number of people: whole, so that points and commas before three digits can only group them."""
    if isinstance(cell, str):
        cell = _PERSONS.sub("", cell).strip()
        cell = re.sub(r"\D", "", cell) if _GROUPED.fullmatch(cell) else cell
    return read_figure(cell, "", Notation.COMMA)


_READ: dict[FigureKind, cells.Read] = {FigureKind.FISCAL_CLASS: _class, FigureKind.POPULATION: _people}


def _figure(kind: FigureKind) -> cells.Read:
    """A figure; a dash is told from an empty cell."""
    read = _READ.get(kind) or cells.figure(highest=_highest(kind))
    return lambda cell, notation: TAKEN_BACK if cell != "" and is_none(cell) else read(cell, notation)


def _highest(kind: FigureKind) -> Decimal:
    return Decimal(FIGURE_BOUNDS[kind][1])


def _this_year(importer: RegionFigures) -> int:
    return reference.today_in("", importer.now).year


def _said(figure: GivenFigure) -> str | Decimal:
    if figure.value is None:
        return TAKEN_BACK
    of_class = figure.kind is FigureKind.FISCAL_CLASS
    return FISCAL_CLASSES[int(figure.value) - 1] if of_class else figure.value


def _region(given: str, faults: list[Fault]) -> str:
    try:
        return reference.directory().find(given).code
    except PilarError as refused:
        faults.append(Fault(refused.code, refused.sentence, refused.fields, "region"))
        return ""
