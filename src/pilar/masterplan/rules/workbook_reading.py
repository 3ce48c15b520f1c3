"""From the sheets of a workbook to contents of programmes, or all that is wrong with them, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pilar.masterplan.rules.checking import Frame, faults_of, missing_of
from pilar.masterplan.rules.content import (
    Activity,
    Better,
    Budget,
    Content,
    Fund,
    Horizon,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.masterplan.rules.framework import Group
from pilar.masterplan.rules.quarters import Quarter
from pilar.masterplan.rules.workbook import (
    FUND_WORDS,
    FURTHER_FUNDS,
    HEADERS,
    HORIZONS,
    LIST_SHEETS,
    LONGEST_CODE,
    WAYS,
    Sheet,
    Told,
)
from pilar.masterplan.rules.workbook_cells import Line, notations_of
from pilar.masterplan.rules.workbook_notes import far_from_base
from pilar.platform.errors import Fault
from pilar.platform.language import mark
from pilar.platform.reading import Words, several
from pilar.platform.tables import Table, shown


@dataclass(frozen=True, slots=True)
class BookFrame:
    """What a workbook is read against: ``offices`` are keys by name and abbreviation in small letters; ``above`` the
    highest numbers that a programme's rows ever had, by code and list."""

    frame: Frame
    offices: Mapping[str, int]
    above: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """A programme of a workbook: the row of its sheet, and what it says; None where it cannot be read.

    ``rows`` counts all its rows in all sheets. ``notes`` keep nothing from being stored, but are to be looked at.
    """

    code: str
    row: int
    title: str
    content: Content | None
    told: tuple[Told, ...]
    rows: int
    notes: tuple[Told, ...] = ()


def read_workbook(
    sheets: Mapping[str, Table], book: BookFrame, *, progress: Callable[[int], None] = lambda _rows: None
) -> tuple[tuple[Imported, ...], tuple[Told, ...]]:
    """The programmes of a workbook in the order of its rows, and what is wrong with the workbook as a whole.

    ``sheets`` by name. ``progress`` is told how many rows are looked at so far.
    """
    whole: list[Told] = []
    if Sheet.PROGRAMMES not in sheets:
        sentence = mark("The workbook has no sheet “%(sheet)s” with rows")
        return (), (Told(Sheet.PROGRAMMES, 0, "", Fault("no-sheet", sentence, {"sheet": Sheet.PROGRAMMES.value})),)
    lines = {sheet: _lines(sheets[sheet], sheet, book, whole) for sheet in Sheet if sheet in sheets}
    if whole:
        return (), tuple(whole)
    below: dict[str, dict[Sheet, list[Line]]] = defaultdict(lambda: defaultdict(list))
    codes: dict[str, int] = {}
    programmes = []
    for line in lines[Sheet.PROGRAMMES]:
        code = line.text("code")
        _check_code(line, code, codes)
        programmes.append((code, line))
    for sheet, some in lines.items():
        for line in some if sheet is not Sheet.PROGRAMMES else ():
            code = line.text("code")
            if code in codes:
                below[code][sheet].append(line)
            else:
                sentence = mark("“%(given)s” is not a code of the sheet Program")
                line.tell("code", Fault("unknown-code", sentence, {"given": shown(code)}))
                whole += line.told
    names = _Names(book)
    found, seen = [], 0
    for code, line in programmes:
        own = below.get(code, {}) if codes.get(code) == line.number else {}
        made = _programme(code, line, own, book, names)
        seen += made.rows
        found.append(made)
        progress(seen)
    return tuple(found), tuple(whole)


def count_rows(sheets: Mapping[str, Table]) -> int:
    """The rows of all sheets that are read."""
    return sum(len(sheets[sheet].rows) for sheet in Sheet if sheet in sheets)


def _lines(table: Table, sheet: Sheet, book: BookFrame, whole: list[Told]) -> list[Line]:
    """The rows of a sheet; what is wrong with its columns, or with its form, goes to ``whole``."""
    whole += [Told(sheet, 0, "", one) for one in table.faults]
    wanted = {name.casefold(): key for key, name in HEADERS[sheet].items()}
    if sheet is Sheet.TARGETS:
        years = range(book.frame.first_year, book.frame.last_year + 1)
        wanted |= {str(year): str(year) for year in years}
    columns: dict[str, int] = {}
    for column in table.columns:
        key = wanted.get(column.name.casefold())
        if column.name and key is None:
            sentence = mark("The sheet has no column “%(given)s”: take the columns of the exported workbook")
            whole.append(Told(sheet, table.header_row, column.name, _named("unknown-column", sentence, column.name)))
        elif key in columns:
            whole.append(
                Told(sheet, table.header_row, column.name, _named("column-twice", mark("This column stands twice"), ""))
            )
        elif key is not None:
            columns[key] = column.index
    for key, name in HEADERS[sheet].items():
        if key not in columns and (key == "code" or sheet is Sheet.PROGRAMMES):
            whole.append(Told(sheet, table.header_row, name, _named("no-column", mark("This column is missing"), "")))
    notations = notations_of(table, sheet, columns)
    return [
        Line(sheet, row.number, {key: row.cells[index] for key, index in columns.items()}, [], notations)
        for row in table.rows
    ]


def _named(code: str, sentence: str, given: str) -> Fault:
    return Fault(code, sentence, {"given": shown(given)} if given else {})


def _check_code(line: Line, code: str, codes: dict[str, int]) -> None:
    if not code or len(code) > LONGEST_CODE:
        line.tell("code", Fault("no-code", mark("A code of 1 to %(most)s characters"), {"most": LONGEST_CODE}))
    elif code in codes:
        sentence = mark("This code stands in row %(row)s already")
        line.tell("code", Fault("code-twice", sentence, {"row": codes[code]}))
    else:
        codes[code] = line.number


class _Names:
    """What the words of drop-downs stand for, in small letters."""

    def __init__(self, book: BookFrame) -> None:
        rules = book.frame.framework
        self.parts = _titles(Group("", tuple(rules.pillars.parts())))
        self.groups = _titles(rules.monitored)
        self.criteria = _titles(rules.criteria)
        self.offices = book.offices
        words = {fund: [FUND_WORDS[fund], *FURTHER_FUNDS[fund]] for fund in Fund}
        for word, fund in rules.fund_words.items():
            words[Fund(fund)].append(word)
        self.funds = Words(words)


def _titles(group: Group) -> dict[str, str]:
    found = {}
    for one in group.entries:
        for name in (one.title.en, one.title.id, one.code):
            found[name.casefold()] = one.code
    return found


def _programme(code: str, line: Line, below: Mapping[Sheet, list[Line]], book: BookFrame, names: _Names) -> Imported:
    """A programme with its rows; faults of the rules stand where the spreadsheet shows the cell."""
    lines = [line, *(one for some in below.values() for one in some)]
    made = {
        name: _rows(name, below.get(sheet, []), book.above.get(code, {}).get(name, 0), book, names)
        for name, sheet in LIST_SHEETS.items()
    }
    head = _head(line, names)
    told = [one for some in lines for one in some.told]
    content = None
    if not told:
        content = Content(**head, **{name: tuple(one for one, _row in rows) for name, rows in made.items()})
        places = {name: [row for _one, row in rows] for name, rows in made.items()}
        faults = [*faults_of(content, book.frame), *missing_of(content)]
        told = [_placed(fault, line.number, places, content) for fault in faults]
    if told or content is None:
        return Imported(code, line.number, head["title"], None, tuple(told), len(lines))
    notes = [one for some in lines for one in some.notes]
    for target, row in made["targets"]:
        notes += [Told(Sheet.TARGETS, row, str(year), fault) for year, fault in far_from_base(target)]
    return Imported(code, line.number, head["title"], content, (), len(lines), tuple(notes))


def _head(line: Line, names: _Names) -> dict[str, Any]:
    partners = []
    for one in filter(None, (word.strip() for word in line.text("partners").split(";"))):
        key = names.offices.get(one.casefold())
        if key is None:
            sentence = mark("There is no open office “%(given)s”; several are separated by semicolons")
            line.tell("partners", Fault("unknown-partner", sentence, {"given": shown(one)}))
        else:
            partners.append(key)
    texts = ("title", "description", "need", "outside_partners", "link")
    return {
        **{name: line.text(name) for name in texts},
        "part": line.chosen("part", names.parts),
        "owner": line.chosen("owner", names.offices),
        "horizon": line.worded("horizon", HORIZONS, default=Horizon.SHORT),
        "quick_win": line.yes("quick_win"),
        "partners": tuple(dict.fromkeys(partners)),
    }


def _rows(name: str, lines: Sequence[Line], above: int, book: BookFrame, names: _Names) -> list[tuple[Any, int]]:
    """The rows of a list, each with the row of the sheet that says it."""
    if name == "budgets":
        return [(one, line.number) for line in lines for one in _budgets(line, names)]
    numbers = _numbers(lines, above) if name in ("targets", "activities", "monitored") else [0] * len(lines)
    make: Callable[[Line, int], Any] = {
        "targets": lambda line, number: _target(line, number, book),
        "activities": _activity,
        "risks": lambda line, _number: Risk(line.text("text"), line.text("response")),
        "monitored": lambda line, number: _monitored(line, number, names),
        "judged": lambda line, _number: _judged(line, names),
    }[name]
    return [(make(line, number), line.number) for line, number in zip(lines, numbers, strict=True)]


def _numbers(lines: Sequence[Line], above: int) -> list[int]:
    """The numbers of rows: those given stay, the others follow after all that there ever were."""
    given = [line.whole("number", needed=False) for line in lines]
    following = max([above, *(number or 0 for number in given)]) + 1
    found: list[int] = []
    for line, number in zip(lines, given, strict=True):
        if number is None:
            found.append(following)
            following += 1
            continue
        if number in found or number < 1:
            line.tell("number", Fault("number-twice", mark("Rows of a programme have different numbers from 1 on")))
        found.append(number)
    return found


def _target(line: Line, number: int, book: BookFrame) -> Target:
    years = range(book.frame.first_year, book.frame.last_year + 1)
    unit = line.text("unit")
    figures = [(year, line.figure(str(year), unit)) for year in years]
    return Target(
        number,
        line.text("title"),
        unit,
        line.worded("better", WAYS, default=Better.UP),
        line.figure("base", unit),
        line.whole("base_year", needed=False),
        line.text("source"),
        line.text("measure"),
        tuple((year, figure) for year, figure in figures if figure is not None),
    )


def _budgets(line: Line, names: _Names) -> list[Budget]:
    """The money of a row: none where a dash stands for the amount, several where it names several sources.

    ``APBD/CSR`` with ``500 juta/250 juta`` is divided so; one amount alone counts for the source named first, which is
    told as a note.
    """
    year, funds, amounts = line.whole("year"), _funds(line, names), line.amounts("amount")
    if not amounts and line.blank("amount"):
        line.tell("amount", Fault("no-value", mark("This is missing")))
    if year is None or not funds or not amounts:
        return []
    if len(amounts) == len(funds):
        return [Budget(year, fund, amount) for fund, amount in zip(funds, amounts, strict=True)]
    if len(amounts) > 1:
        sentence = mark(
            "There are %(amounts)s amounts for %(funds)s sources of funds: write as many, in the same order, such as "
            "500 juta/250 juta"
        )
        line.tell("amount", Fault("funds-and-amounts", sentence, {"amounts": len(amounts), "funds": len(funds)}))
        return []
    sentence = mark(
        "The whole amount counts for %(fund)s, the source named first. To divide it, write the amounts in the same "
        "order, such as 500 juta/250 juta, or a row for each source"
    )
    line.note("fund", Fault("undivided-amount", sentence, {"fund": FUND_WORDS[funds[0]]}))
    return [Budget(year, funds[0], amounts[0])]


def _funds(line: Line, names: _Names) -> list[Fund]:
    said = line.text("fund")
    whole = names.funds.find(said)
    if whole is not None:
        return [whole]
    found: list[Fund] = []
    for word in several(said) or ("",):
        one = names.funds.read(word)
        if isinstance(one, Fault):
            line.tell("fund", one)
        elif one not in found:
            found.append(one)
    return found


def _activity(line: Line, number: int) -> Activity:
    starts, ends = line.quarter("starts"), line.quarter("ends")
    unknown = Quarter(1, 1)
    return Activity(
        number, line.text("title"), starts or unknown, ends or unknown, line.whole("parent", needed=False) or None
    )


def _monitored(line: Line, number: int, names: _Names) -> Monitored:
    return Monitored(number, line.chosen("group", names.groups) or "", line.text("title"), line.whole("year") or 0)


def _judged(line: Line, names: _Names) -> Judged:
    return Judged(line.chosen("criterion", names.criteria) or "", line.whole("mark") or 0, line.text("reason"))


def _placed(fault: Fault, row: int, rows: Mapping[str, Sequence[int]], content: Content) -> Told:
    """A fault of the rules at the cell of the spreadsheet: ``targets.2.yearly.2027`` in the sheet of indicators."""
    name, _dot, rest = fault.place.partition(".")
    index, _dot, key = rest.partition(".")
    sheet = LIST_SHEETS.get(name)
    if sheet is None:
        return Told(Sheet.PROGRAMMES, row, HEADERS[Sheet.PROGRAMMES].get(name, ""), fault)
    if index.isdecimal():
        column = HEADERS[sheet].get(key.partition(".")[0], key.partition(".")[2])
        return Told(sheet, rows[name][int(index)], column, fault)
    if name == "judged" and index:
        place = max(at for at, one in enumerate(content.judged) if one.criterion == index)
        return Told(sheet, rows[name][place], HEADERS[sheet]["criterion"], fault)
    return Told(Sheet.PROGRAMMES, row, "", fault)
