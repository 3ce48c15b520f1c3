"""The results of a phase as a workbook with live formulas: change a weight or a score, and watch finals and ranks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pilar import index
from pilar.design.sheets import new_workbook
from pilar.evaluation.documents import writing
from pilar.evaluation.documents.method import method
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.queries.sheets import Book
from pilar.evaluation.queries.snapshots import ResultLine
from pilar.evaluation.rules.reports import lowest_shown, shown_nodes
from pilar.reports.formulas import Part, Rule, compared_formula, mean_formula, rank_formula, rounded_formula

CODES, WEIGHTS, TITLES, FIRST = 1, 2, 3, 4
"""Rows of the sheet of results, counted from 0: node codes, weights, titles, the first region. Titles stand right
above the regions, so that sorting and filtering leave the weights where formulas look for them."""
A4 = 9
FIXED = 4
"""Columns before the scores: code, region, province, group."""


def results_workbook(book: Book) -> bytes:
    """The version as XLSX. The cells of scores and weights are numbers, all above them is computed by formulas.

    A spreadsheet computes in binary with 15 digits where Pilar computes exactly; finals agree, being rounded.
    """
    stream = io.BytesIO()
    made = new_workbook(stream)
    made.set_properties(
        {
            "title": str(book.header.title),
            "author": writing.AUTHOR,
            "created": (book.snapshot.published_at or book.snapshot.computed_at).replace(tzinfo=None),
        }
    )
    _Results(made, book).write()
    made.close()
    return stream.getvalue()


class _Results:
    """One workbook on its way."""

    def __init__(self, made: xlsxwriter.Workbook, book: Book) -> None:
        self.book, self.instrument = book, book.instrument
        self.lines = book.ranked
        decimals = "0." + "0" * self.instrument.decimals if self.instrument.decimals else "0"
        edge = {"border": 1, "border_color": "#D5D9D4"}
        self.title = made.add_format({"bold": True, "font_size": 14})
        self.warning = made.add_format({"bold": True, "font_color": "#7F4C00", "bg_color": "#FCF0D6"})
        self.head = made.add_format({
            **edge, "bold": True, "bg_color": "#0A5866", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top",
        })  # fmt: skip
        self.code = made.add_format({**edge, "font_color": "#52605C", "font_size": 8})
        self.text = made.add_format(edge)
        self.given = made.add_format({**edge, "num_format": "0.0000", "font_color": "#0B4FD0"})
        self.weight = made.add_format({**edge, "font_color": "#0B4FD0", "bg_color": "#E0EFF0", "num_format": "General"})
        self.computed = made.add_format({**edge, "num_format": "0.0000", "bg_color": "#ECEEEA"})
        self.final = made.add_format({**edge, "num_format": decimals, "bold": True, "bg_color": "#ECEEEA"})
        self.stored = made.add_format({**edge, "num_format": decimals})
        self.place = made.add_format({**edge, "num_format": "0"})
        self.whole = made.add_format({**edge, "num_format": "0", "bg_color": "#ECEEEA"})
        self.wrapped = made.add_format({"text_wrap": True, "valign": "top"})
        self.sheet: Worksheet = made.add_worksheet(_("Results"))
        self.about: Worksheet = made.add_worksheet(_("About"))
        self._place()

    def _place(self) -> None:
        """Assign the columns: the nodes in the order of the tree, then the final and the comparisons."""
        self.nodes = shown_nodes(self.instrument)
        self.inputs = {node.code for node in lowest_shown(self.instrument)}
        self.columns = {node.code: FIXED + place for place, node in enumerate(self.nodes)}
        after = FIXED + len(self.nodes)
        named = (
            "final", "rounded", "published", "difference", "compared",
            "group", "group_published", "nation", "nation_published",
        )  # fmt: skip
        self.after = {name: after + place for place, name in enumerate(named)}

    def write(self) -> None:
        sheet, book = self.sheet, self.book
        named = {
            "title": book.header.title,
            "number": book.header.number,
            "phases": book.header.phase_count,
            "version": book.snapshot.version,
        }
        sheet.write_string(
            0, 0, _("%(title)s · phase %(number)s of %(phases)s · version %(version)s") % named, self.title
        )
        for place, text in enumerate(writing.notices(book.header, book.snapshot)):
            sheet.write_string(0, 6 + 8 * place, text, self.warning)
        self._head()
        for place, line in enumerate(self.lines):
            self._line(FIRST + place, line)
        last = FIRST + len(self.lines) - 1
        sheet.freeze_panes(FIRST, 2)
        sheet.autofilter(TITLES, 0, max(last, TITLES), self.after["nation_published"])
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 2, 30)
        sheet.set_column(3, 3, 12)
        sheet.set_column(FIXED, self.after["nation_published"], 12)
        sheet.set_row(TITLES, 45)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_paper(A4)
        sheet.repeat_rows(CODES, TITLES)
        self._about(last)

    def _head(self) -> None:
        sheet = self.sheet
        for column, text in enumerate((_("Code"), _("Regency or city"), _("Province"), _("Group"))):
            sheet.write_string(TITLES, column, text, self.head)
        sheet.write_string(WEIGHTS, 1, _("Weight among its siblings"), self.code)
        for node in self.nodes:
            column = self.columns[node.code]
            sheet.write_string(CODES, column, node.code, self.code)
            sheet.write_string(TITLES, column, str(Bilingual(**node.title)), self.head)
            sheet.write_number(WEIGHTS, column, 1.0 if node.weight is None else float(node.weight), self.weight)
        titles = {
            "final": _("Final, unrounded"),
            "rounded": _("Final"),
            "published": _("Final as published"),
            "difference": _("Difference"),
            "compared": _("Final, as ranks compare it"),
            "group": _("Rank in its group"),
            "group_published": _("Rank in its group, as published"),
            "nation": _("Rank in the nation"),
            "nation_published": _("Rank in the nation, as published"),
        }
        for name, text in titles.items():
            sheet.write_string(TITLES, self.after[name], text, self.head)

    def _line(self, row: int, line: ResultLine) -> None:
        sheet, region = self.sheet, line.region
        for column, text in enumerate((region.code, region.name, region.province.name, str(line.group))):
            sheet.write_string(row, column, text, self.text)
        scores = self.book.scores(region.code)
        for node in self.nodes:
            column, known = self.columns[node.code], scores.get(node.code)
            if node.code in self.inputs:
                self._number(row, column, known, self.given)
            else:
                self._formula(row, column, self._mean(node, row), known, self.computed)
        self._final(row, line)

    def _final(self, row: int, line: ResultLine) -> None:
        instrument, after = self.instrument, self.after
        exact = self.book.final(line.region.code)
        self._formula(row, after["final"], self._mean(instrument.root, row), exact, self.computed)
        final, rounded, published = (self._cell(after[name], row) for name in ("final", "rounded", "published"))
        half_even = instrument.rounding is index.Rounding.HALF_EVEN
        published_final = None if line.final is None else Fraction(line.final)
        formula = rounded_formula(final, instrument.decimals, half_even=half_even)
        self._formula(row, after["rounded"], formula, published_final, self.final)
        self._number(row, after["published"], published_final, self.stored)
        agree = (
            f'=IF(AND(ISNUMBER({rounded}),ISNUMBER({published})),ROUND({rounded}-{published},{instrument.decimals}),"")'
        )
        self._formula(row, after["difference"], agree, None if published_final is None else Fraction(0), self.stored)
        self._formula(row, after["compared"], compared_formula(final), exact, self.computed)
        self._ranks(row, line)

    def _ranks(self, row: int, line: ResultLine) -> None:
        """Live where ties share a rank; dense ranks are given as published."""
        after = self.after
        own, everybody = self._cell(after["compared"], row), self._range(after["compared"])
        groups, group = self._range(3), self._cell(3, row)
        formulas = {"group": rank_formula(own, everybody, groups, group), "nation": rank_formula(own, everybody)}
        stored = {"group": line.rank_in_group, "nation": line.rank_in_nation}
        for name, formula in formulas.items():
            value = None if stored[name] is None else Fraction(stored[name] or 0)
            if self.instrument.ties is index.Ties.SHARED:
                self._formula(row, after[name], formula, value, self.whole)
            else:
                self._number(row, after[name], value, self.whole)
            self._number(row, after[f"{name}_published"], value, self.place)

    def _mean(self, node: index.Node, row: int) -> str:
        parts = [
            Part(f"{xl_col_to_name(self.columns[child.code])}${WEIGHTS + 1}", self._cell(self.columns[child.code], row))
            for child in node.children
            if child.weight is None or child.weight != 0
        ]
        rule = Rule(
            mean=node.aggregation.value,
            missing=node.missing.value,
            lowest=self.instrument.scale.minimum,
            power=node.power,
            minimum_share=node.minimum_share,
        )
        return mean_formula(parts, rule)

    def _cell(self, column: int, row: int) -> str:
        return f"{xl_col_to_name(column)}{row + 1}"

    def _range(self, column: int) -> str:
        name = xl_col_to_name(column)
        return f"${name}${FIRST + 1}:${name}${FIRST + len(self.lines)}"

    def _number(self, row: int, column: int, value: Fraction | None, look: Format) -> None:
        if value is None:
            self.sheet.write_blank(row, column, None, look)
        else:
            self.sheet.write_number(row, column, float(value), look)

    def _formula(self, row: int, column: int, formula: str, value: Fraction | None, look: Format) -> None:
        """With the value that the formula gives, for programs that do not compute."""
        known: Any = "" if value is None else float(value)
        self.sheet.write_formula(row, column, formula, look, known)

    def _about(self, last: int) -> None:
        sheet, book = self.about, self.book
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 100)
        for row, (term, text) in enumerate(self._facts()):
            sheet.write_string(row, 0, term, self.wrapped)
            sheet.write_string(row, 1, text, self.wrapped)
        row += 1
        sheet.write_string(row, 0, _("Finals that differ from the published ones"), self.wrapped)
        name, sheet_name = xl_col_to_name(self.after["difference"]), self.sheet.get_name()
        cells = f"'{sheet_name}'!{name}{FIRST + 1}:{name}{last + 1}"
        differing = f'=COUNTIF({cells},">0")+COUNTIF({cells},"<0")'
        sheet.write_formula(row, 1, differing, self.wrapped, 0 if book.lines else "")

    def _facts(self) -> Iterator[tuple[str, str]]:
        snapshot = self.book.snapshot
        yield _("Letter"), writing.letter(snapshot)
        yield _("Version"), str(snapshot.version)
        for text in writing.notices(self.book.header, snapshot):
            yield _("Note"), text
        yield (
            _("How to use it"),
            _(
                "Blue cells are given: weights, and the scores of the lowest published parts. Grey cells are formulas. "
                "Change a blue cell and everything above it is computed again."
            ),
        )
        yield _("Method"), method(self.instrument)
        yield (
            _("Digits"),
            _(
                "A spreadsheet computes with 15 digits, Pilar with exact fractions; the finals are rounded and agree. "
                "The exact scores stand in the open data."
            ),
        )
        yield _("Instrument"), writing.instrument_line(snapshot, self.book.header)
        yield _("SHA-256 of the instrument"), snapshot.instrument_sha256
        yield _("SHA-256 of the input"), snapshot.input_sha256
        yield _("SHA-256 of the results"), snapshot.result_sha256
