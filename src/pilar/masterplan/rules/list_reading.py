"""Convert the rows of a region's own list to rows of a workbook of programmes.

An unreadable cell is reported at its row and column. Rows that only divide or sum up are left out and reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any

from pilar.masterplan.rules.content import Fund
from pilar.masterplan.rules.list_budgeted import of_activities, of_programme
from pilar.masterplan.rules.list_columns import LEFT_OUT
from pilar.masterplan.rules.list_headings import Laid, bare, is_footer, is_total, section_of
from pilar.masterplan.rules.list_money import WORDS, amounts_in, odd_amounts, power_above, power_of, scaled
from pilar.masterplan.rules.list_times import read_run, read_years
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.workbook import MAX_CODE, Sheet
from pilar.platform import tables
from pilar.platform.errors import Fault
from pilar.platform.imports import Row
from pilar.platform.imports.cells import Read, text
from pilar.platform.imports.rows import Told
from pilar.platform.language import N_
from pilar.platform.reading import is_none, read_yes
from pilar.platform.tables import Cell, Percent, folded, shown

_WITH_UNIT = re.compile(r"([-+]?\d[\d.,\s]*?)\s*((?:[^\W\d]|%).*)")
_PARTED = re.compile(r"[;,\n/]")
QUARTERS = tuple(f"quarter.{number}" for number in range(1, 5))
TIMES = ("when", "starts", "year", *QUARTERS)
TEXTS = ("description", "need", "outside_partners", "link")
READ = {
    "horizon": (Sheet.PROGRAMMES, "horizon"), "better": (Sheet.TARGETS, "better"),
    "base_year": (Sheet.TARGETS, "base_year"), "fund": (Sheet.BUDGETS, "fund"),
    "sipd_code": (Sheet.PROGRAMMES, "sipd_code"),
}  # fmt: skip
"""Fields whose cells are read as in the workbook, with their place there."""


@dataclass(frozen=True, slots=True)
class Known:
    """The meanings of the words of a list: offices and sub-dimensions by folded words, with ``LEFT_OUT`` for a word
    that names none; the source of funds where the list names none; and how the cells of the workbook are read."""

    offices: Mapping[str, int | str]
    parts: Mapping[str, str]
    fund: Fund | None
    readers: Mapping[str, Read]
    said: frozenset[str] = frozenset()
    """The words whose meaning the region has set."""


@dataclass(slots=True)
class Listed:
    """A converted list: rows of the workbook, the origin of each value, faults of rows that are left out, and the words
    for offices and sub-dimensions whose meaning the region has set, or must set."""

    rows: list[Row] = field(default_factory=list)
    places: dict[int, Mapping[str, tuple[str, Any]]] = field(default_factory=dict)
    notes: list[Told] = field(default_factory=list)
    offices: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    def place_of(self, row: Row, name: str) -> tuple[int, str]:
        """Return the row and field of the list that a value of a workbook's row comes from."""
        at, _value = self.places.get(id(row), {}).get(name, ("", None))
        return row.number, at


def read_list(laid: Laid, known: Known) -> Listed:
    """Convert the programmes of a list to rows of the workbook, each with its unreadable cells."""
    reader = _Reader(laid, known)
    reader.read()
    return reader.listed


class _Reader:
    def __init__(self, laid: Laid, known: Known) -> None:
        self.laid, self.known, self.listed = laid, known, Listed()
        self.at = {
            heading.field: heading.place.index for heading in laid.headings if heading.field not in ("", LEFT_OUT)
        }
        above = power_above(laid.titles)
        money = [heading for heading in laid.headings if heading.field.partition(".")[0] == "budget"]
        self.powers = {heading.field: power_of(heading.place.name) or above for heading in money}
        self.section = ""
        self.end = 0
        """The last row that names an office."""
        self.programme: _Programme | None = None
        self.summed = False
        """Whether a sum stands above, and no programme since."""
        self.amounts: list[tuple[int, Decimal]] = []
        """All money, with the rows that say it."""
        self.first: dict[str, int] = {}
        """The rows of programmes by their codes."""

    def read(self) -> None:
        for field_name, power in self.powers.items():
            heading = self.laid.place(field_name)
            if power and heading is not None:
                sentence = N_("Plain numbers of column %(column)s count in %(power)s rupiah, as its heading says")
                if not power_of(heading.place.name):
                    sentence = N_("Plain numbers of column %(column)s count in %(power)s rupiah, as a title says")
                self.note(self.laid.last, "scaled", sentence, column=heading.label, power=WORDS[power])
        self.end = max((row.number for row in self.laid.rows if not is_none(self.cell(row, "owner"))), default=0)
        for row in self.laid.rows:
            self._row(row)
        for number, fault in odd_amounts(self.amounts):
            self.listed.notes.append(Told(number or self.laid.last, "", fault))

    def cell(self, row: tables.Row, name: str) -> Cell:
        """Return the cell of a row in the column of a field; a quarter marked as not ticked counts as empty."""
        at = self.at.get(name)
        content = "" if at is None else row.cells[at]
        return "" if name in QUARTERS and read_yes(content) is False else content

    def _row(self, row: tables.Row) -> None:
        title, owner = self.cell(row, "title"), self.cell(row, "owner")
        at, parts = self.at.get("title", 0), self.known.parts
        if is_none(owner) and (word := is_total(row.cells, at)):
            self.programme, self.summed = None, True
            self.note(row.number, "left-out", N_("Row %(row)s is a sum (“%(word)s”): it is left out"),
                       row=row.number, word=shown(word))  # fmt: skip
        elif is_none(owner) and self.summed and row.number > self.end and is_footer(row.cells):
            self.note(row.number, "left-out", N_("Row %(row)s stands below the last sum and names no programme"),
                       row=row.number)  # fmt: skip
        elif is_none(owner) and (section := section_of(row.cells, at, parts)):
            self.section = section
            self.programme = None
            self.note(row.number, "left-out", N_("Row %(row)s divides the list (“%(word)s”)"),
                       row=row.number, word=shown(section))  # fmt: skip
        elif is_none(title) and is_none(owner) and self.programme and self._says_more(row):
            self.programme.add(row)
        elif any(not is_none(self.cell(row, name)) for name in self.at):
            self.programme, self.summed = _Programme(self, row), False
        else:
            self.note(row.number, "left-out", N_("Row %(row)s says nothing in the columns that are read"),
                       row=row.number)  # fmt: skip

    def _says_more(self, row: tables.Row) -> bool:
        """Return whether a row continues the programme above, whose cells are merged downwards."""
        return any(not is_none(self.cell(row, name)) for name in ("target", "activity", "risk"))

    def note(self, number: int, code: str, sentence: str, /, **fields: Any) -> None:
        self.listed.notes.append(Told(number, "", Fault(code, sentence, fields)))


class _Programme:
    """One programme: the row that names it, and those that continue it."""

    def __init__(self, reader: _Reader, row: tables.Row) -> None:
        self.reader = reader
        self.code = self.title = ""
        self.years: tuple[int, int] | Fault | None = None
        self.fund: Any = None
        self.run: tuple[tuple[Quarter, Quarter] | Fault | None, str] = (None, "")
        self._head(row)
        self.add(row)

    def add(self, row: tables.Row) -> None:
        """Add indicator, money, activity and risk of a row."""
        cell = self.reader.cell
        if not is_none(cell(row, "year")):
            self.years = read_years(cell(row, "year"))
        self._target(row)
        self._budgets(row)
        self._activities(row)
        if not is_none(cell(row, "risk")):
            risk = {"text": ("risk", text), "response": ("response", text)}
            self._keep(Sheet.RISKS, row, self._plain(row, risk))

    def _head(self, row: tables.Row) -> None:
        cell = self.reader.cell
        head: dict[str, tuple[str, Any]] = {
            "title": ("title", self._title(cell(row, "title"))),
            "owner": ("owner", self._office(cell(row, "owner"))),
            "part": ("part", self._part(cell(row, "part"))),
            "quick_win": ("quick_win", read_yes(cell(row, "quick_win"))),
            "horizon": ("horizon", self._as_workbook("horizon", cell(row, "horizon"))),
        }
        head |= self._plain(row, {name: (name, text) for name in TEXTS})
        head |= of_programme(partial(cell, row), self.reader.known.readers["sipd_code"])
        self._name(row, head)
        partners, outside = self._partners(cell(row, "partners"))
        head["partners"] = ("partners", partners)
        if outside:
            named = [text for text in (head["outside_partners"][1], outside) if text]
            head["outside_partners"] = ("outside_partners", "; ".join(named))
        self._keep(Sheet.PROGRAMMES, row, head)

    def _name(self, row: tables.Row, head: dict[str, tuple[str, Any]]) -> None:
        """Name the programme by office and title, so that a later file has the same name."""
        title, office = head["title"][1], head["owner"][1]
        self.title = title if isinstance(title, str) else ""
        self.code = f"L{row.number}"
        if isinstance(title, str) and isinstance(office, int):
            code = code_of(office, title)
            first = self.reader.first.setdefault(code, row.number)
            if first == row.number:
                self.code = code
                return
            sentence = N_("Row %(row)s already names this programme of the same office")
            head["title"] = ("title", Fault("programme-twice", sentence, {"row": first}))

    def _title(self, cell: Cell) -> str | Fault:
        said = text(cell)
        title = " ".join(bare(said).split()) if said else ""
        return title or Fault("no-title", N_("The row names no programme: write its name in it, or delete the row"))

    def _office(self, cell: Cell) -> int | Fault:
        said = text(cell)
        if said is None:
            return Fault("no-value", N_("This is missing"))
        office = self.reader.known.offices.get(folded(said))
        self._tell_office(said, office)
        if isinstance(office, int):
            return office
        sentence = N_("“%(given)s” is no office that is known here: say above which one it is, or mend the cell")
        return Fault("unknown-office", sentence, {"given": shown(said)})

    def _tell_office(self, word: str, office: int | str | None) -> None:
        """Keep a word whose meaning the region has set, or must set, for its page."""
        if office is None or folded(word) in self.reader.known.said:
            self.reader.listed.offices.setdefault(folded(word), word)

    def _part(self, cell: Cell) -> str | Fault:
        said = text(cell)
        said = bare(said) if said else self.reader.section
        if not said:
            return Fault("no-part", N_("Neither the row nor a row above it names a sub-dimension"))
        part = self.reader.known.parts.get(folded(said), "")
        if not part or folded(said) in self.reader.known.said:
            self.reader.listed.parts.setdefault(folded(said), said)
        if part:
            return part
        sentence = N_("“%(given)s” is no sub-dimension: say above which one is meant, or mend the cell")
        return Fault("unknown-part", sentence, {"given": shown(said)})

    def _partners(self, cell: Cell) -> tuple[str | Fault | None, str]:
        """Return the keys of partner offices, separated as in the workbook, and partners that are no offices here."""
        said = text(cell)
        if said is None:
            return None, ""
        offices = self.reader.known.offices
        words = [said] if folded(said) in offices else [word.strip() for word in _PARTED.split(said)]
        known = {word: offices.get(folded(word)) for word in words if word and not is_none(word)}
        for word, office in known.items():
            self._tell_office(word, office)
        unknown = [word for word, office in known.items() if office is None]
        if unknown:
            sentence = N_("“%(given)s” is no office that is known here: say above which one it is, or mend the cell")
            return Fault("unknown-partner", sentence, {"given": shown(unknown[0])}), ""
        outside = "; ".join(word for word, office in known.items() if office == LEFT_OUT)
        return ";".join(f"#{office}" for office in known.values() if office != LEFT_OUT) or None, outside

    def _target(self, row: tables.Row) -> None:
        cell = self.reader.cell
        if is_none(cell(row, "target")):
            return
        unit = text(cell(row, "unit")) or ""
        target = self._plain(row, {"title": ("target", text), "source": ("source", text)})
        target["better"] = ("better", self._as_workbook("better", cell(row, "better")))
        target["base_year"] = ("base_year", self._as_workbook("base_year", cell(row, "base_year")))
        unit, target["base"] = self._with_unit(row, "base", unit)
        for name, year in self._yearly("value", row):
            unit, value = self._with_unit(row, name, unit)
            target[year if isinstance(year, str) else "year"] = value if isinstance(year, str) else (name, year)
        target["unit"] = ("unit", unit)
        self._keep(Sheet.TARGETS, row, target)

    def _with_unit(self, row: tables.Row, name: str, unit: str) -> tuple[str, tuple[str, Cell]]:
        """Return the figure in a cell, and the unit: that of the column, or the one after the figure."""
        cell = self.reader.cell(row, name)
        if isinstance(cell, Percent):
            return unit or "%", (name, cell)
        parted = _WITH_UNIT.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if parted and (not unit or folded(parted[2]) == folded(unit) or parted[2] == unit):
            return unit or parted[2].strip(), (name, cell if parted[2] == "%" else parted[1])
        return unit, (name, "" if is_none(cell) else cell)

    def _budgets(self, row: tables.Row) -> None:
        cell, power = self.reader.cell, self.reader.powers
        if not is_none(cell(row, "fund")):
            self.fund = self._as_workbook("fund", cell(row, "fund"))
        for name, year in self._yearly("budget", row):
            if is_none(cell(row, name)):
                continue
            fund = self.fund or (self.reader.known.fund and (self.reader.known.fund,))
            amount = scaled(cell(row, name), power.get(name, 0))
            self.reader.amounts += [(row.number, value) for value in amounts_in(amount)]
            missing = N_("The row names no source of funds: say above where such money comes from")
            self._keep(Sheet.BUDGETS, row, {
                "year": (name, int(year) if isinstance(year, str) else year),
                "fund": ("fund" if "fund" in self.reader.at else name, fund or Fault("no-fund", missing)),
                "amount": (name, amount),
            })  # fmt: skip

    def _yearly(self, start: str, row: tables.Row) -> Iterator[tuple[str, str | Fault]]:
        """Yield the columns of money or of targets that a row fills, with the year of each."""
        for name in self.reader.at:
            if name.startswith(f"{start}."):
                yield name, name.rpartition(".")[2]
        if is_none(self.reader.cell(row, start)):
            return
        years = self.years
        if isinstance(years, Fault):
            yield start, years
        elif years is None or years[0] != years[1]:
            missing = N_("Of which year is this? Write one year in the row, or choose the year of the column above")
            yield start, Fault("no-year", missing)
        else:
            yield start, str(years[0])

    def _activities(self, row: tables.Row) -> None:
        cell = self.reader.cell
        said = text(cell(row, "activity"))
        tells = any(not is_none(cell(row, name)) for name in TIMES)
        self.run = self._run(row) if tells else self.run  # a cell merged downwards is valid for the rows below
        run, name = self.run
        if said is None and not (tells and run):
            return
        titles = [bare(line) for line in said.splitlines() if bare(line)] if said else [self.title]
        missing = Fault("no-time", N_("The row does not say when: a quarter or year, or from when to when"))
        starts, ends = run if isinstance(run, tuple) else (run or missing, None)
        budgeted = of_activities(partial(cell, row), len(titles), self.reader.known.readers["sipd_code"])
        for title, further in zip(titles, budgeted, strict=True):
            self._keep(Sheet.ACTIVITIES, row, {
                "title": ("activity" if said else "title", title), "starts": (name, starts), "ends": (name, ends),
                **further,
            })  # fmt: skip

    def _run(self, row: tables.Row) -> tuple[tuple[Quarter, Quarter] | Fault | None, str]:
        """Return start and end, and the column they come from."""
        cell, years = self.reader.cell, self.years if isinstance(self.years, tuple) else None
        year = years[0] if years and years[0] == years[1] else None
        if not is_none(cell(row, "when")):
            return read_run(cell(row, "when"), year), "when"
        if not is_none(cell(row, "starts")):
            return self._begun(row, year)
        ticked = [number for number, name in enumerate(QUARTERS, start=1) if not is_none(cell(row, name))]
        if ticked:
            if len(ticked) <= ticked[-1] - ticked[0]:
                sentence = N_("Row %(row)s ticks quarters that are apart: what lies between them counts as well")
                self.reader.note(row.number, "ticked-apart", sentence, row=row.number)
            missing = Fault("no-year", N_("Of which year are these quarters? Write one year in the row, such as 2026"))
            run = (Quarter(year, ticked[0]), Quarter(year, ticked[-1])) if year is not None else missing
            return run, f"quarter.{ticked[0]}"
        return self._of_years()

    def _begun(self, row: tables.Row, year: int | None) -> tuple[tuple[Quarter, Quarter] | Fault, str]:
        """Return start and end from two columns."""
        cell = self.reader.cell
        first = read_run(cell(row, "starts"), year)
        last = first if is_none(cell(row, "ends")) else read_run(cell(row, "ends"), year)
        if isinstance(first, Fault):
            return first, "starts"
        return (last, "ends") if isinstance(last, Fault) else ((first[0], last[1]), "starts")

    def _of_years(self) -> tuple[tuple[Quarter, Quarter] | Fault | None, str]:
        """Return the whole years that the programme names."""
        years = self.years
        if isinstance(years, Fault):
            return years, "year"
        return ((Quarter(years[0], 1), Quarter(years[1], 4)), "year") if years else (None, "")

    def _as_workbook(self, name: str, cell: Cell) -> Any:
        return self.reader.known.readers[name](cell, None)

    def _plain(
        self, row: tables.Row, named: Mapping[str, tuple[str, Callable[[Cell], Any]]]
    ) -> dict[str, tuple[str, Any]]:
        return {name: (at, read(self.reader.cell(row, at))) for name, (at, read) in named.items()}

    def _keep(self, sheet: Sheet, row: tables.Row, cells: Mapping[str, tuple[str, Any]]) -> None:
        """Store a row of the workbook from values with their columns; a fault takes the place of its value."""
        listed = self.reader.listed
        values: dict[str, Any] = {"code": self.code}
        faults = []
        for name, (_at, value) in cells.items():
            if isinstance(value, Fault):
                faults.append(replace(value, place=name))
            values[name] = None if isinstance(value, Fault) else value
        made = Row(row.number, values, tuple(faults), sheet.value)
        listed.rows.append(made)
        listed.places[id(made)] = cells


def code_of(office: int, title: str) -> str:
    """Return the code that recognises a programme of a list: its office and its title."""
    code = f"{office}:{folded(title)}"
    return code if len(code) <= MAX_CODE else f"{code[: MAX_CODE - 13]} {sha256(code.encode()).hexdigest()[:12]}"
