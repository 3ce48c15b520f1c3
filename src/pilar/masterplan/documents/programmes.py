"""Programmes as a workbook, which can be changed and imported again (``rules.workbook``)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import override
from xlsxwriter.worksheet import Worksheet

from pilar.design.sheets import new_workbook
from pilar.masterplan.queries.choices import Choices
from pilar.masterplan.reference import framework
from pilar.masterplan.rules.content import LONGEST_TITLE, Content
from pilar.masterplan.rules.quarters import Quarter, quarters
from pilar.masterplan.rules.workbook import (
    BETTER_WORDS,
    FUND_WORDS,
    GUIDE,
    HEADERS,
    HORIZON_WORDS,
    LISTS,
    YES,
    Sheet,
)
from pilar.platform.language import mark, translate

BLANK_ROWS = 2_000
"""Below the rows there are so many with drop-downs."""
MOST_DIGITS = 15
"""A spreadsheet keeps no more; longer numbers are written as text, which the import reads as well."""
LONGEST_HINT = 250
WIDTHS = {"title": 44, "description": 60, "need": 50, "owner": 36, "partners": 36, "part": 28, "text": 50,
          "response": 50, "reason": 50, "source": 36, "outside_partners": 30, "link": 30, "criterion": 26,
          "group": 20, "amount": 20}  # fmt: skip
HINTS = {
    (Sheet.PROGRAMMES, "code"): mark("Keep the code of what is there. A new programme gets any word, such as B1"),
    (Sheet.PROGRAMMES, "partners"): mark("Names or abbreviations of offices, separated by semicolons"),
    (Sheet.PROGRAMMES, "link"): mark("An address on the web, beginning with https://"),
    (Sheet.PROGRAMMES, "description"): mark("What the programme does"),
    (Sheet.PROGRAMMES, "need"): mark("Which need it answers"),
    (Sheet.TARGETS, "number"): mark("Keep the number of what is there; leave it empty for a new row"),
    (Sheet.TARGETS, "measure"): mark("The code of a measure of the region, if the figure is measured already"),
    (Sheet.BUDGETS, "amount"): mark("Whole rupiah"),
    (Sheet.ACTIVITIES, "parent"): mark("Only for a sub-activity: the number of its activity"),
    (Sheet.ACTIVITIES, "number"): mark("Keep the number of what is there; leave it empty for a new row"),
    (Sheet.MONITORED, "number"): mark("Keep the number of what is there; leave it empty for a new row"),
    (Sheet.JUDGED, "mark"): mark("A mark is a whole number from %(lowest)s to %(highest)s"),
}
GUIDE_LINES = (
    mark("Each row of the sheet Program is a programme. The other sheets name it by its code."),
    mark("Codes such as P001 are programmes of the plan, codes such as U7 are proposals. Do not change them."),
    mark("A new programme gets a code of your own, such as B1, and rows in the other sheets with the same code."),
    mark("Choose from the lists in the cells. Write numbers as numbers, quarters like quarter III 2026."),
    mark("Add no columns, merge no cells, write no formulas. Rows that are left empty do no harm."),
    mark("A programme that is not in the file stays as it is: the file ends nothing."),
    mark("When it is imported you see first what becomes of each row. Nothing changes before you confirm."),
)


def programmes_workbook(rows: Iterable[tuple[str, Content]], *, title: str, years: range, choices: Choices) -> bytes:
    """Contents with their codes as XLSX; with no rows it is a form to begin with. Always Indonesian."""
    stream = io.BytesIO()
    with override("id"):
        book = new_workbook(stream)
        _Book(book, years, choices).write(list(rows), title)
        book.close()
    return stream.getvalue()


class _Book:
    """One workbook on its way."""

    def __init__(self, book: xlsxwriter.Workbook, years: range, choices: Choices) -> None:
        self.book, self.years, self.choices = book, years, choices
        text = {"valign": "top", "text_wrap": True}
        self.head = book.add_format({**text, "bold": True, "bg_color": "#0A5866", "font_color": "#FFFFFF"})
        self.text = book.add_format({**text, "num_format": "@"})
        self.number = book.add_format({"valign": "top"})
        self.money = book.add_format({"valign": "top", "num_format": "#,##0"})
        self.strong = book.add_format({"bold": True, "font_size": 14})
        self.lists: dict[str, str] = {}

    def write(self, rows: Sequence[tuple[str, Content]], title: str) -> None:
        sheets = {sheet: self.book.add_worksheet(sheet.value) for sheet in Sheet}
        guide, lists = self.book.add_worksheet(GUIDE), self.book.add_worksheet(LISTS)
        lists.hide()
        self._lists(lists)
        for sheet, made in self._rows(rows).items():
            self._sheet(sheets[sheet], sheet, made)
        guide.set_column(0, 0, 110)
        guide.write_string(0, 0, title, self.strong)
        for row, line in enumerate(GUIDE_LINES, start=2):
            guide.write_string(row, 0, translate(line), self.text)

    def _lists(self, sheet: Worksheet) -> None:
        """What drop-downs choose from: a list in a cell may only have 255 characters, a range any number."""
        rules = framework()
        span = quarters(Quarter(self.years[0], 1), Quarter(self.years[-1], 4))
        columns = {
            "part": [str(one.title) for one in rules.pillars.parts()],
            "owner": [one.name for one in self.choices.offices],
            "horizon": list(HORIZON_WORDS.values()),
            "quick_win": [YES],
            "better": list(BETTER_WORDS.values()),
            "fund": list(FUND_WORDS.values()),
            "year": [str(year) for year in self.years],
            "quarter": [one.name for one in span],
            "group": [str(one.title) for one in rules.monitored.entries],
            "criterion": [str(one.title) for one in rules.criteria.entries],
            "mark": [str(level) for level in rules.criteria_levels],
            "measure": [one.code for one in self.choices.measures],
        }
        for column, (name, words) in enumerate(columns.items()):
            for row, word in enumerate(words):
                if name in ("year", "mark"):
                    sheet.write_number(row, column, int(word))
                else:
                    sheet.write_string(row, column, word)
            if words:
                letter = chr(ord("A") + column)
                self.lists[name] = f"={LISTS}!${letter}$1:${letter}${len(words)}"
        self.lists["starts"] = self.lists["ends"] = self.lists["quarter"]

    def _rows(self, rows: Sequence[tuple[str, Content]]) -> dict[Sheet, list[Mapping[str, object]]]:
        rules = framework()
        titles = {one.code: str(one.title) for one in rules.pillars.parts()}
        titles |= {one.code: str(one.title) for one in (*rules.monitored.entries, *rules.criteria.entries)}
        made: dict[Sheet, list[Mapping[str, object]]] = {sheet: [] for sheet in Sheet}
        for code, one in rows:
            made[Sheet.PROGRAMMES].append(self._programme(code, one, titles))
            made[Sheet.TARGETS] += [
                {
                    "code": code, "number": row.number, "title": row.title, "unit": row.unit,
                    "better": BETTER_WORDS[row.better], "base": row.base, "base_year": row.base_year,
                    "source": row.source, "measure": row.measure,
                    **{str(year): value for year, value in row.yearly},
                }
                for row in one.targets
            ]  # fmt: skip
            made[Sheet.BUDGETS] += [
                {"code": code, "year": row.year, "fund": FUND_WORDS[row.fund], "amount": row.amount}
                for row in one.budgets
            ]
            made[Sheet.ACTIVITIES] += [
                {
                    "code": code, "number": row.number, "title": row.title, "starts": row.starts.name,
                    "ends": row.ends.name, "parent": row.parent,
                }
                for row in one.activities
            ]  # fmt: skip
            made[Sheet.RISKS] += [{"code": code, "text": row.text, "response": row.response} for row in one.risks]
            made[Sheet.MONITORED] += [
                {"code": code, "number": row.number, "group": titles[row.group], "title": row.title, "year": row.year}
                for row in one.monitored
            ]
            made[Sheet.JUDGED] += [
                {"code": code, "criterion": titles[row.criterion], "mark": row.mark, "reason": row.reason}
                for row in one.judged
            ]
        return made

    def _programme(self, code: str, one: Content, titles: Mapping[str, str]) -> dict[str, object]:
        names = self.choices.names
        return {
            "code": code, "title": one.title, "part": titles[one.part], "owner": names.get(one.owner, ""),
            "description": one.description, "need": one.need, "horizon": HORIZON_WORDS[one.horizon],
            "quick_win": YES if one.quick_win else "",
            "partners": "; ".join(names.get(key, "") for key in one.partners),
            "outside_partners": one.outside_partners, "link": one.link,
        }  # fmt: skip

    def _sheet(self, sheet: Worksheet, name: Sheet, rows: Sequence[Mapping[str, object]]) -> None:
        columns = {**HEADERS[name]}
        if name is Sheet.TARGETS:
            columns |= {str(year): str(year) for year in self.years}
        last = len(rows) + BLANK_ROWS
        for column, (key, header) in enumerate(columns.items()):
            sheet.write_string(0, column, header, self.head)
            money = self.money if key == "amount" else None
            textual = key in WIDTHS and key != "amount"
            sheet.set_column(column, column, WIDTHS.get(key, 13), money or (self.text if textual else None))
            self._help(sheet, name, key, column, last)
        for row, said in enumerate(rows, start=1):
            for column, key in enumerate(columns):
                self._cell(sheet, row, column, said.get(key), key)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)

    def _help(self, sheet: Worksheet, name: Sheet, key: str, column: int, last: int) -> None:
        """Drop-downs and hints. They help; what decides is the check when the file comes back."""
        rule: dict[str, Any] = {"validate": "any"}
        if key in self.lists and not (name is Sheet.PROGRAMMES and key == "title"):
            rule = {"validate": "list", "source": self.lists[key], "error_type": "warning"}
        elif key == "amount":
            rule = {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "warning"}
        elif key == "title":
            rule = {"validate": "length", "criteria": "<=", "value": LONGEST_TITLE, "error_type": "warning"}
        hint = HINTS.get((name, key))
        if hint:
            levels = framework().criteria_levels
            said = translate(hint, lowest=levels[0], highest=levels[-1])
            rule |= {"input_message": said[:LONGEST_HINT]}
        if len(rule) > 1:
            sheet.data_validation(1, column, last, column, rule)

    def _cell(self, sheet: Worksheet, row: int, column: int, value: object, key: str) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Decimal) and len(value.as_tuple().digits) <= MOST_DIGITS:
            sheet.write_number(row, column, float(value), self.money if key == "amount" else self.number)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.number)
        elif isinstance(value, Decimal):
            sheet.write_string(row, column, f"{value:f}".replace(".", ","), self.text)
        else:
            sheet.write_string(row, column, str(value).replace("\r\n", "\n"), self.text)
