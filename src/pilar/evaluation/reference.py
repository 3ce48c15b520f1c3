"""Instruments and published results as the data folder holds them, read without a database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pilar import index
from pilar.evaluation.rules.engine import asked
from pilar.evaluation.rules.plan_figures import FigureKind, Rules, Wanted
from pilar.evaluation.rules.published import Group, ImprovementOrigin, Phase, PublishedRow
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.folders import data_folder
from pilar.platform.language import N_
from pilar.platform.reading import Notation, read_number
from pilar.platform.tables import Column, Row, Table, read_table, shown
from pilar.platform.yaml_files import load_yaml

# Every other column of the published results holds the printed scores of a node, by its code.
_RESULT_COLUMNS = tuple(field.name for field in fields(PublishedRow) if field.name != "scores")

T = TypeVar("T")


class YearTwice(PilarError):
    """Two instruments of the data folder are of the same year, and nothing says which of them scores its results."""

    code = "year-twice"
    status = 409
    sentence = N_("Two instruments are of the year %(year)s: %(first)s and %(second)s. Leave the year out of one")


class UnknownInstrument(PilarError):
    """No instrument of the data folder has this code, and no file has this path."""

    code = "unknown-instrument"
    status = 404
    sentence = N_("There is no instrument “%(given)s”. There are: %(known)s. The path of a file may be given, too.")


def instruments() -> tuple[index.Instrument, ...]:
    """All instruments of the data folder, by code. Raises Faults if one is not in order."""
    return tuple(_read(path) for path in _instrument_files().values())


def instrument(code_or_path: str) -> index.Instrument:
    """The instrument with this code, or in the file at this path. Raises UnknownInstrument or Faults."""
    files = _instrument_files()
    if code_or_path in files:
        return _read(files[code_or_path])
    path = Path(code_or_path)
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return _read(path)
    raise UnknownInstrument(given=code_or_path, known=", ".join(files))


def instrument_for_year(year: int) -> index.Instrument | None:
    """The instrument that a year's published results follow, the one of that year; None where none is known (2020).

    Raises YearTwice.
    """
    return scoring(instruments()).get(year)


def scoring(known: Iterable[index.Instrument]) -> dict[int, index.Instrument]:
    """The instrument of each year among those of the data folder. Raises YearTwice."""
    instruments: dict[int, index.Instrument] = {}
    for instrument in known:
        if instrument.year is None:
            continue
        if instrument.year in instruments:
            raise YearTwice(year=instrument.year, first=instruments[instrument.year].code, second=instrument.code)
        instruments[instrument.year] = instrument
    return instruments


def published_results() -> tuple[PublishedRow, ...]:
    """All published statements, by year, in the order of the file. Raises Faults if a row is not in order."""
    return _published(data_folder())


def groups() -> tuple[Group, ...]:
    """The groups within which published ranks count."""
    return _groups(data_folder())


def plan_figures() -> Rules:
    """Return which indicator takes which figure of the master plan."""
    return _plan_figures(data_folder() / "evaluation" / "plan-figures.yaml")


@cache
def _plan_figures(path: Path) -> Rules:
    given: Mapping[str, Any] = load_yaml(path.read_text(encoding="utf-8"))
    all_of_them = tuple(given["instruments"])
    return Rules(
        version=given["version"],
        source=given["source"],
        bands=tuple((band["from"], Decimal(band["value"])) for band in given["levels"]["bands"]),
        nodes={
            figure["node"]: Wanted(
                figure["node"],
                FigureKind(figure["figure"]),
                tuple(figure.get("of", ())),
                tuple(figure.get("instruments", all_of_them)),
            )
            for figure in given["nodes"]
        },
    )


def _instrument_files() -> Mapping[str, Path]:
    """Path by code; a file is named after the code of its instrument."""
    return {path.stem: path for path in sorted((data_folder() / "instruments").glob("*.yaml"))}


def _read(path: Path) -> index.Instrument:
    state = path.stat() if path.is_file() else None
    return _unchanged(path, (state.st_mtime_ns, state.st_size) if state else None)


@lru_cache(maxsize=32)
def _unchanged(path: Path, state: tuple[int, int] | None) -> index.Instrument:
    """The instrument in the file, read again when the file has changed."""
    return asked(lambda: index.read_instrument(path))


class _Record:
    """One row of a reference file by column name. Collects its faults instead of raising at the first."""

    def __init__(self, table: Table, row: Row, columns: Mapping[str, Column], faults: list[Fault]) -> None:
        self._table, self._row, self._columns, self._faults = table, row, columns, faults

    @property
    def columns(self) -> Collection[str]:
        """The names of all columns, in the order of the file."""
        return self._columns.keys()

    def text(self, name: str) -> str:
        """The cell, blank if it is blank."""
        return str(self._row.cells[self._columns[name].index])

    def required(self, name: str) -> str:
        """The cell; a blank one is a fault."""
        text = self.text(name)
        if not text:
            self._fault(name, Fault("blank-cell", "The cell may not be blank."))
        return text

    def required_whole(self, name: str) -> int:
        """The whole number; a blank cell is a fault."""
        return (self.whole(name) if self.required(name) else None) or 0

    def number(self, name: str) -> Decimal | None:
        """The number, None if the cell is blank."""
        answer = read_number(self.text(name), Notation.PLAIN)
        if isinstance(answer, Decimal | None):
            return answer
        self._fault(name, _not_a_number(self.text(name)))
        return None

    def whole(self, name: str) -> int | None:
        """The whole number, None if the cell is blank."""
        number = self.number(name)
        if number is not None and number % 1:
            self._fault(name, _not_a_number(self.text(name)))
        return None if number is None else int(number)

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        """The cell, which holds one of the words that are allowed."""
        text = self.text(name)
        if text not in allowed:
            words = {"given": shown(text), "allowed": ", ".join(sorted(filter(None, allowed)))}
            self._fault(name, Fault("unknown-word", "“%(given)s” is none of: %(allowed)s.", words))
        return text

    def _fault(self, name: str, fault: Fault) -> None:
        self._faults.append(replace(fault, place=self._table.place(self._row.number, self._columns[name])))


def _not_a_number(given: str) -> Fault:
    return Fault("not-a-number", "“%(given)s” is not a number.", {"given": shown(given)})


def _records(
    path: Path, names: Collection[str], build: Callable[[_Record], T], *, others: Collection[str] = ()
) -> tuple[T, ...]:
    """One object for each row of a CSV file with the columns ``names``, and at most ``others`` besides.

    Raises Faults with all that is wrong.
    """
    table = read_table(path)
    columns = {column.name: column for column in table.columns}
    faults = [
        Fault("missing-column", "The column “%(node)s” is missing.", {"node": name}, table.place(table.header_row))
        for name in names
        if name not in columns
    ]
    faults += [
        Fault(
            "unknown-column",
            N_("No instrument has a node “%(node)s”."),
            {"node": shown(name)},
            table.place(table.header_row, column),
        )
        for name, column in columns.items()
        if name not in names and name not in others
    ]
    if not faults:
        built = tuple(build(_Record(table, row, columns, faults)) for row in table.rows)
        if not faults:
            return built
    raise Faults(faults)


@cache
def _published(folder: Path) -> tuple[PublishedRow, ...]:
    known = {group.code for group in _groups(folder)}
    nodes = {node.code for instrument in instruments() for node in instrument.nodes}

    def statement(record: _Record) -> PublishedRow:
        scores = {code: record.number(code) for code in record.columns if code not in _RESULT_COLUMNS}
        return PublishedRow(
            region_code=record.required("region_code"),
            region=record.required("region"),
            year=record.required_whole("year"),
            phase=cast(Phase, record.one_of("phase", ("", "I", "II"))),
            group=record.one_of("group", {"", *known}),
            scores={code: score for code, score in scores.items() if score is not None},
            final=record.number("final"),
            improvement=record.number("improvement"),
            improvement_origin=cast(ImprovementOrigin, record.one_of("improvement_origin", ("", "printed", "derived"))),
            rank=record.whole("rank"),
            rank_scope=record.text("rank_scope"),
            letter=record.text("letter"),
            source_url=record.required("source_url"),
            note_en=record.text("note_en"),
            note_id=record.text("note_id"),
        )

    return _records(folder / "published" / "results.csv", _RESULT_COLUMNS, statement, others=nodes)


@cache
def _groups(folder: Path) -> tuple[Group, ...]:
    def group(record: _Record) -> Group:
        return Group(
            code=record.required("code"),
            year=record.required_whole("year"),
            title_id=record.required("title_id"),
            title_en=record.required("title_en"),
            size=record.required_whole("size"),
            source_url=record.required("source_url"),
        )

    return _records(folder / "published" / "groups.csv", [field.name for field in fields(Group)], group)
