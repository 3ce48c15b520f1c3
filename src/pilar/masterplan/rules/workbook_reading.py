"""Convert the rows of a workbook to contents of programmes, or to all their faults, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from pilar.masterplan.rules.checking import Frame, faults_of, missing_of
from pilar.masterplan.rules.content import (
    BUDGETED,
    Activity,
    Better,
    Budget,
    Content,
    Horizon,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.workbook import FUND_WORDS, HEADERS, LIST_SHEETS, MAX_CODE, Sheet
from pilar.platform.errors import Fault, Faults
from pilar.platform.imports import Row
from pilar.platform.language import N_
from pilar.platform.reading import Notation, column_notation, is_percent, read_amounts, read_figure
from pilar.platform.tables import shown

Placed = tuple[Row, Fault]
"""A fault or note at a row of any sheet and the name of a column."""
NO_QUARTER = Quarter(1, 1)


@dataclass(frozen=True, slots=True)
class BookFrame:
    """The frame for reading a workbook: ``offices`` are keys by name and abbreviation in small letters; ``above`` the
    highest numbers that a programme's rows ever had, by code and list."""

    frame: Frame
    offices: Mapping[str, int]
    above: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def years(self) -> range:
        return range(self.frame.first_year, self.frame.last_year + 1)


@dataclass(frozen=True, slots=True)
class Imported:
    """A programme of a workbook: the row that names it, and its content; None where it cannot be read.

    ``notes`` do not prevent storing, but should be reviewed. ``missing``: what a draft still lacks.
    """

    row: Row
    content: Content | None
    faults: tuple[Placed, ...]
    notes: tuple[Placed, ...] = ()
    missing: tuple[Fault, ...] = ()
    silent: frozenset[tuple[str, str]] = frozenset()
    """Values that the workbook has no column for, by sheet and name: a file from before these columns existed."""

    @property
    def code(self) -> str:
        return self.row["code"] or ""


def read_programmes(
    rows: Sequence[Row],
    book: BookFrame,
    *,
    progress: Callable[[int], None] = lambda _rows: None,
    drafts: bool = False,
) -> tuple[tuple[Imported, ...], tuple[Placed, ...]]:
    """Read the programmes of a workbook in the order of its rows, and the faults of rows that belong to none.

    ``progress`` is called with the number of rows read so far. ``drafts``: content missing for being handed in is no
    fault. Raises Faults for a workbook without programmes.
    """
    heads = [row for row in rows if row.sheet == Sheet.PROGRAMMES]
    if not heads:
        sentence = N_("The workbook has no sheet “%(sheet)s” with rows")
        raise Faults([Fault("no-sheet", sentence, {"sheet": Sheet.PROGRAMMES.value})])
    first = {row["code"]: row for row in reversed(heads) if row["code"] and len(row["code"]) <= MAX_CODE}
    below: dict[str, list[Row]] = defaultdict(list)
    lost: list[Placed] = []
    for row in rows:
        if row.sheet == Sheet.PROGRAMMES:
            continue
        if row["code"] in first:
            below[row["code"]].append(row)
            continue
        lost += [(row, fault) for fault in row.faults]
        if row["code"]:
            sentence = N_("“%(given)s” is not a code of the sheet Program")
            lost.append((row, Fault("unknown-code", sentence, {"given": shown(row["code"])}, "code")))
    notations = _notations(rows, book)
    programmes, seen = [], len(lost)
    for head in heads:
        code = head["code"]
        own = below.get(code, []) if first.get(code) is head else []
        programme = _Programme(head, own, book, notations, drafts=drafts)
        programme.check_code(first)
        programmes.append(programme.imported())
        seen += 1 + len(own)
        progress(seen)
    weights = ((imported.row, imported.content.weight) for imported in programmes if imported.content is not None)
    odd = {row.number: (row, fault) for row, fault in far_weights(weights)}
    told = (
        replace(imported, notes=(*imported.notes, odd[imported.row.number])) if imported.row.number in odd else imported
        for imported in programmes
    )
    return tuple(told), tuple(lost)


Notations = Mapping[tuple[str, str], Notation | Fault | None]
"""The notation of numbers in a column of figures, by sheet and column."""


def _notations(rows: Iterable[Row], book: BookFrame) -> Notations:
    figures = {
        Sheet.TARGETS.value: ["base", *map(str, book.years)], Sheet.BUDGETS.value: ["amount"],
        Sheet.PROGRAMMES.value: ["weight"], Sheet.ACTIVITIES.value: ["weight"],
    }  # fmt: skip
    cells = defaultdict(list)
    for row in rows:
        for name in figures.get(row.sheet, ()):
            cells[row.sheet, name].append(row[name])
    return {column: column_notation(said) for column, said in cells.items()}


class _Programme:
    """A programme while it is read: the row that names it, and its rows in the other sheets."""

    def __init__(self, head: Row, below: Sequence[Row], book: BookFrame, notations: Notations, *, drafts: bool) -> None:
        self.head, self.book, self.notations, self.drafts = head, book, notations, drafts
        self.faults: list[Placed] = [(row, fault) for row in (head, *below) for fault in row.faults]
        self.notes: list[Placed] = []
        self.lists = {name: [row for row in below if row.sheet == sheet] for name, sheet in LIST_SHEETS.items()}

    def tell(self, row: Row, place: str, code: str, sentence: str, /, **fields: Any) -> None:
        """Record a fault in a cell."""
        self.faults.append((row, Fault(code, sentence, fields, place)))

    def check_code(self, first: Mapping[str, Row]) -> None:
        """Record a fault if the code is too long, or was used before."""
        code = self.head["code"]
        if code and code not in first:
            self.tell(self.head, "code", "no-code", N_("A code of 1 to %(most)s characters"), most=MAX_CODE)
        elif code and first[code] is not self.head:
            sentence = N_("This code stands in row %(row)s already")
            self.tell(self.head, "code", "code-twice", sentence, row=first[code].number)

    def imported(self) -> Imported:
        """Return the programme, or all its faults."""
        head, made = self._head(), self._lists()
        content = None
        missing: list[Fault] = []
        if not self.faults:
            content = Content(**head, **{name: tuple(value for value, _row in rows) for name, rows in made.items()})
            places = {name: [row for _one, row in rows] for name, rows in made.items()}
            missing = missing_of(content)
            faults = [*faults_of(content, self.book.frame), *(() if self.drafts else missing)]
            self.faults = [_placed(fault, self.head, places, content) for fault in faults]
        if self.faults:
            return Imported(self.head, None, tuple(self.faults))
        for target, row in made["targets"]:
            self.notes += [(row, replace(fault, place=str(year))) for year, fault in far_from_base(target)]
        self.notes += far_weights((row, activity.weight) for activity, row in made["activities"])
        silent = frozenset(
            (row.sheet, name)
            for row in (self.head, *self.lists["activities"])
            for name in BUDGETED
            if name not in row.values
        )
        return Imported(self.head, content, (), tuple(self.notes), tuple(missing), silent)

    def _head(self) -> dict[str, Any]:
        row = self.head
        partners = []
        for name in filter(None, (word.strip() for word in (row["partners"] or "").split(";"))):
            key = self.book.offices.get(name.casefold())
            if key is None:
                sentence = N_("There is no open office “%(given)s”; several are separated by semicolons")
                self.tell(row, "partners", "unknown-partner", sentence, given=shown(name))
            else:
                partners.append(key)
        texts = ("title", "description", "need", "outside_partners", "link")
        return {
            **{name: row[name] or "" for name in texts},
            "part": row["part"],
            "owner": row["owner"],
            "horizon": row["horizon"] or Horizon.SHORT,
            "quick_win": row["quick_win"] is True,
            "partners": tuple(dict.fromkeys(partners)),
            **self._budgeted(row),
        }

    def _budgeted(self, row: Row) -> dict[str, Any]:
        """Return code in SIPD, objective of the RPJMD and weight of a programme or an activity."""
        weight = self._figure(row, "weight", "%")
        return {"sipd_code": row["sipd_code"] or "", "objective": row["objective"] or "", "weight": weight}

    def _activity(self, row: Row, number: int) -> Activity:
        starts, ends = row["starts"] or NO_QUARTER, row["ends"] or NO_QUARTER
        budgeted = self._budgeted(row)
        return Activity(number, row["title"] or "", starts, ends, row["parent"] or None, **budgeted)

    def _lists(self) -> dict[str, list[tuple[Any, Row]]]:
        """Return the rows of each list, each with the sheet's row that it comes from."""
        rows = self.lists
        return {
            "targets": [(self._target(row, number), row) for row, number in self._numbered("targets")],
            "budgets": [(budget, row) for row in rows["budgets"] for budget in self._budgets(row)],
            "activities": [(self._activity(row, number), row) for row, number in self._numbered("activities")],
            "risks": [(Risk(row["text"] or "", row["response"] or ""), row) for row in rows["risks"]],
            "monitored": [(_monitored(row, number), row) for row, number in self._numbered("monitored")],
            "judged": [(_judged(row), row) for row in rows["judged"]],
        }

    def _numbered(self, name: str) -> Iterator[tuple[Row, int]]:
        """Yield rows with their numbers: given ones stay, the others follow after all numbers ever used."""
        rows = self.lists[name]
        above = self.book.above.get(self.head["code"], {}).get(name, 0)
        following = max([above, *(row["number"] or 0 for row in rows)]) + 1
        used: set[int] = set()
        for row in rows:
            number = row["number"]
            if number is None:
                number, following = following, following + 1
            elif number < 1 or number in used:
                sentence = N_("Rows of a programme have different numbers from 1 on")
                self.tell(row, "number", "number-twice", sentence)
            used.add(number)
            yield row, number

    def _target(self, row: Row, number: int) -> Target:
        unit = row["unit"] or ""
        figures = [(year, self._figure(row, str(year), unit)) for year in self.book.years]
        return Target(
            number, row["title"] or "", unit, row["better"] or Better.UP, self._figure(row, "base", unit),
            row["base_year"], row["source"] or "", row["measure"] or "",
            tuple((year, figure) for year, figure in figures if figure is not None),
        )  # fmt: skip

    def _figure(self, row: Row, name: str, unit: str) -> Decimal | None:
        """Return the number in a cell of a row that counts in ``unit``."""
        notation = self.notations.get((row.sheet, name))
        cell = "" if row[name] is None else row[name]
        figure = read_figure(cell, unit, notation if isinstance(notation, Notation) else None)
        if not isinstance(figure, Fault):
            return figure
        if figure.code == "two-ways" and isinstance(notation, Fault):
            figure = Fault(figure.code, notation.sentence, {**notation.fields, **figure.fields})
        self.faults.append((row, replace(figure, place=name)))
        return None

    def _budgets(self, row: Row) -> list[Budget]:
        """Return the money of a row: none where the amount is a dash, several where it names several sources.

        ``APBD/CSR`` with ``500 juta/250 juta`` is divided in that order; one amount alone counts for the first source,
        with a note.
        """
        year, funds, amounts = row["year"], row["fund"], self._amounts(row)
        if year is None or not funds or not amounts:
            return []
        if len(amounts) == len(funds):
            return [Budget(year, fund, amount) for fund, amount in zip(funds, amounts, strict=True)]
        if len(amounts) > 1:
            sentence = N_(
                "There are %(amounts)s amounts for %(funds)s sources of funds: write as many, in the same order, such "
                "as 500 juta/250 juta"
            )
            self.tell(row, "amount", "funds-and-amounts", sentence, amounts=len(amounts), funds=len(funds))
            return []
        sentence = N_(
            "The whole amount counts for %(fund)s, the source named first. To divide it, write the amounts in the same "
            "order, such as 500 juta/250 juta, or a row for each source"
        )
        self.notes.append((row, Fault("undivided-amount", sentence, {"fund": FUND_WORDS[funds[0]]}, "fund")))
        return [Budget(year, funds[0], amounts[0])]

    def _amounts(self, row: Row) -> list[Decimal]:
        """Return the amounts of rupiah in a cell, several separated by slashes; a dash is none."""
        if row["amount"] in (None, ""):
            if not any(fault.place == "amount" for fault in row.faults):
                self.tell(row, "amount", "no-value", N_("This is missing"))
            return []
        notation = self.notations.get((row.sheet, "amount"))
        amounts = read_amounts(row["amount"], notation if notation is Notation.POINT else None)
        self.faults += [(row, replace(amount, place="amount")) for amount in amounts if isinstance(amount, Fault)]
        return [amount for amount in amounts if isinstance(amount, Decimal)]


def _monitored(row: Row, number: int) -> Monitored:
    return Monitored(number, row["group"] or "", row["title"] or "", row["year"] or 0)


def _judged(row: Row) -> Judged:
    return Judged(row["criterion"] or "", row["mark"] or 0, row["reason"] or "")


def _placed(fault: Fault, head: Row, rows: Mapping[str, Sequence[Row]], content: Content) -> Placed:
    """Move a fault of the rules to its row and column: ``targets.2.yearly.2027`` in the sheet of indicators."""
    name, _dot, rest = fault.place.partition(".")
    index, _dot, key = rest.partition(".")
    if name not in LIST_SHEETS:
        return head, fault
    if index.isdecimal():
        first, _dot, last = key.partition(".")
        return rows[name][int(index)], replace(fault, place=first if first in HEADERS[LIST_SHEETS[name]] else last)
    if name == "judged" and index:
        place = max(at for at, mark in enumerate(content.judged) if mark.criterion == index)
        return rows[name][place], replace(fault, place="criterion")
    return head, replace(fault, place="")


FAR = 50
"""From this factor on, a target is suspiciously far from its base (assumption): a slip by a hundred is found if the
target was up to twice the base, while a doubling or growth by ten is not reported. The same factor applies to a weight
and the largest one next to it."""


def far_weights(weights: Iterable[tuple[Row, Decimal | None]]) -> Iterator[Placed]:
    """Yield the rows whose weight is two orders of magnitude below the largest in its group."""
    known = [(row, weight) for row, weight in weights if weight is not None]
    most = max((weight for _row, weight in known), default=Decimal(0))
    for row, weight in known:
        if most >= weight * FAR:
            sentence = N_(
                "The weight is %(value)s, the largest beside it %(most)s. Is %(meant)s meant? A cell that shows 25%% "
                "is read as 25, a plain 0.25 as 0.25"
            )
            fields = {"value": weight.normalize(), "most": most.normalize(), "meant": (weight * 100).normalize()}
            yield row, Fault("far-weight", sentence, fields, "weight")


def far_from_base(target: Target) -> Iterator[tuple[int, Fault]]:
    """Yield years whose target is two orders of magnitude from the base or, without one, from the first target."""
    known = [figure for figure in (target.base, *(value for _year, value in target.yearly)) if figure]
    for year, value in target.yearly if known else ():
        least, most = sorted((abs(known[0]), abs(value)))
        if not value or most < least * FAR:
            continue
        fields = {"value": value.normalize(), "base": known[0].normalize(), "unit": target.unit, "far": FAR}
        if most == abs(value):
            sentence = N_(
                "The target of %(value)s %(unit)s is at least %(far)s times the base of %(base)s %(unit)s. Is it right?"
            )
            yield year, Fault("far-above-base", sentence, fields)
        elif is_percent(target.unit):
            sentence = N_(
                "The target is %(value)s %(unit)s, the base %(base)s %(unit)s. Is %(meant)s %(unit)s meant? "
                "A cell that shows 60%% is read as 60, a plain 0.6 as 0.6"
            )
            yield year, Fault("far-below-base", sentence, {**fields, "meant": (value * 100).normalize()})
        else:
            sentence = N_(
                "The base of %(base)s %(unit)s is at least %(far)s times the target of %(value)s %(unit)s. Is it right?"
            )
            yield year, Fault("far-below-base", sentence, fields)
