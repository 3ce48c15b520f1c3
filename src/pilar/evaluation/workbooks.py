"""The self-assessment as a workbook to fill in offline: what may be filled in is open, all else is protected."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pilar import index
from pilar.design.numbers import plain
from pilar.design.sheets import new_workbook
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.answer_sheets import INFORMATION, MAX_CELL, form_tie, tie_of
from pilar.evaluation.rules.answers import FIELDS, LONGEST, SAID_YES, TEXTS, VALUES, trimmed
from pilar.evaluation.rules.authority import Action
from pilar.evaluation.rules.instrument_texts import told_of
from pilar.platform.language import reader_language, translate

COLUMNS = ("code", *INFORMATION, *FIELDS, "version")
WIDTHS = {"code": 24, "dimension": 20, "title": 34, "asked": 40, "rubric": 46, "office": 24, "previous": 12}
TEXT_WIDTH, NUMBER_WIDTH = 40, 14
MAX_DIGITS = 15
"""A spreadsheet keeps no more; longer numbers are written as text, which the import reads as well."""


def answer_form(form: Form, *, only_own: bool) -> bytes:
    """The form as XLSX: all indicators, or with ``only_own`` those that the reader answers.

    The first row holds the names of fields and is hidden, the second is the header for people; the column ``version``
    is hidden. A second sheet says how it is filled in.
    """
    stream = io.BytesIO()
    book = new_workbook(stream)
    _Form(book, form).write(
        [leaf for leaf in form.instrument.leaves if not only_own or form.may(Action.ANSWER, leaf.code)]
    )
    book.close()
    return stream.getvalue()


class _Form:
    """One workbook on its way."""

    def __init__(self, book: xlsxwriter.Workbook, form: Form) -> None:
        self.form = form
        text = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D5D9D4"}
        self.head = book.add_format({**text, "bold": True, "bg_color": "#0A5866", "font_color": "#FFFFFF"})
        self.fixed = book.add_format({**text, "bg_color": "#ECEEEA"})
        self.open_text = book.add_format({**text, "locked": False, "num_format": "@"})
        self.open_number = book.add_format({**text, "locked": False})
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.sheet = book.add_worksheet(_("Form"))
        self.guide = book.add_worksheet(_("Guide"))

    def write(self, leaves: list[index.Node]) -> None:
        for column, name in enumerate(COLUMNS):
            self.sheet.write_string(0, column, name)
            self.sheet.write_string(1, column, self._header(name), self.head)
            hidden = {"hidden": True} if name == "version" else {}
            width = WIDTHS.get(name, TEXT_WIDTH if name in TEXTS else NUMBER_WIDTH)
            self.sheet.set_column(column, column, width, None, hidden)
        self.sheet.set_row(0, None, None, {"hidden": True})
        for row, leaf in enumerate(leaves, start=2):
            self._leaf(row, leaf)
        self.sheet.freeze_panes(2, COLUMNS.index("title") + 1)
        self.sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": False})
        self.sheet.autofilter(1, 0, 1 + len(leaves), len(COLUMNS) - 1)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(1)
        self._guide()

    def _header(self, name: str) -> str:
        if name == "version":
            return form_tie(self.form.instrument, self.form.header.key)
        named = {
            "code": _("Code"),
            "dimension": _("Dimension"),
            "title": _("Indicator"),
            "asked": _("Evidence asked for"),
            "rubric": _("How it is marked"),
            "office": _("Office"),
            "previous": _("Last year"),
        }
        return named.get(name) or translate(FIELDS[name])

    def _leaf(self, row: int, leaf: index.Node) -> None:
        form, stored = self.form, self.form.answer(leaf.code)
        assert leaf.mark is not None
        mine = form.may(Action.ANSWER, leaf.code)
        dimension = [code for code in form.instrument.ancestors(leaf.code) if code != form.instrument.root.code]
        office, previous, told = form.offices.get(leaf.code), form.previous.get(leaf.code), told_of(leaf)
        known = {
            "code": leaf.code,
            "dimension": str(Bilingual(**form.instrument.node(dimension[-1]).title)) if dimension else "",
            "title": _fitting([Bilingual(**leaf.title), told.question, told.guidance, told.examples]),
            "asked": str(Bilingual(**leaf.evidence.text)) if leaf.evidence else "",
            "rubric": _fitting([*rubric(leaf.mark), *(f"{value}: {text}" for value, text in told.marks)]),
            "office": office.name if office else "",
            "previous": previous,
            "version": tie_of(stored.given, stored.version),
        }
        taken = {*VALUES[leaf.mark.kind], "explanation"} | ({"not_applicable"} if leaf.not_applicable else set())
        if leaf.mark.kind != "level":
            taken.add("source")
        for column, name in enumerate(COLUMNS):
            if name in FIELDS:
                value = getattr(stored.given, name)
                is_open = mine and name in taken
                self._answer(row, column, name, value, is_open)
                if is_open:
                    self._validate(row, column, name, leaf.mark)
            else:
                _put(self.sheet, row, column, known[name], self.fixed)

    def _answer(self, row: int, column: int, name: str, value: object, is_open: bool) -> None:
        cell = self.fixed if not is_open else self.open_text if name in TEXTS else self.open_number
        _put(self.sheet, row, column, SAID_YES if value is True else None if value is False else value, cell)

    def _validate(self, row: int, column: int, name: str, mark: index.MarkKind) -> None:
        """Drop-downs and limits. They help; what decides is the check when the form comes back."""
        rule: dict[str, Any] | None = None
        if name == "not_applicable":
            rule = {"validate": "list", "source": [SAID_YES]}
        elif name in TEXTS:
            rule = {"validate": "length", "criteria": "<=", "value": LONGEST[name]}
        elif isinstance(mark, index.LevelMark):
            rule = {"validate": "list", "source": [f"{level.value:f}" for level in mark.levels]}
        elif isinstance(mark, index.SurveyMark):
            edges = {"minimum": float(mark.minimum), "maximum": float(mark.maximum)}
            rule = {"validate": "decimal", "criteria": "between", **edges}
        elif name == "planned":
            rule = {"validate": "decimal", "criteria": ">", "value": 0}
        elif name == "realised":
            rule = {"validate": "decimal", "criteria": ">=", "value": 0}
        if rule is not None:
            self.sheet.data_validation(row, column, row, column, rule)

    def _guide(self) -> None:
        header = self.form.header
        self.guide.set_column(0, 0, 100)
        self.guide.write_string(0, 0, f"{header.title} – {header.region}", self.title)
        lines = [
            _("Fill in the white cells of the first sheet. Grey cells are protected."),
            _("Choose marks from the list in the cell; write numbers with the decimal sign of your spreadsheet."),
            _("Where an indicator may be not applicable, choose “ya” in that column and say why in the explanation."),
            _("Do not add, delete or copy rows or columns, and write no formulas."),
            _("Save the file as .xlsx and import it into the self-assessment. Nothing changes before you confirm."),
            _("A row that somebody has changed in Pilar since the export is refused and told; nothing is overwritten."),
            _("Evidence is attached in Pilar, not here."),
        ]
        for row, line in enumerate(lines, start=2):
            self.guide.write_string(row, 0, line, self.plain)


def _fitting(lines: Iterable[object]) -> str:
    """Return what is said, a line for each, as far as a cell that is read back may hold it."""
    text = "\n".join(str(line) for line in lines if line)
    return text if len(text) <= MAX_CELL else f"{text[: MAX_CELL - 1]}…"


def rubric(mark: index.MarkKind) -> Iterator[str]:
    """Return how an answer becomes a mark, a line for each level or band, in the reader's language."""
    match mark:
        case index.LevelMark(levels=levels):
            for level in levels:
                yield f"{_figure(level.value)}: {Bilingual(**level.title)}"
        case index.SurveyMark(minimum=minimum, maximum=maximum):
            edges = {"least": _figure(minimum), "most": _figure(maximum)}
            yield _("Mean of the survey, from %(least)s to %(most)s") % edges
        case index.BandMark(bands=bands, unit=unit):
            yield _("Quantity in %(unit)s") % {"unit": Bilingual(**unit)}
            yield from _bands(bands)
        case index.RatioMark(bands=bands):
            yield _("Realised as a percentage of what was planned")
            yield from _bands(bands)


def _bands(bands: tuple[index.Band, ...]) -> Iterator[str]:
    """A line for each band; only the last one includes its end."""
    for band in bands:
        edges = {"value": _figure(band.value), "start": _figure(band.start)}
        if band.end is None:
            yield _("%(value)s: from %(start)s") % edges
        elif band is bands[-1]:
            yield _("%(value)s: from %(start)s to %(end)s") % {**edges, "end": _figure(band.end)}
        else:
            yield _("%(value)s: from %(start)s to below %(end)s") % {**edges, "end": _figure(band.end)}


def _figure(value: Decimal) -> str:
    return plain(trimmed(value), reader_language())


def _put(sheet: Worksheet, row: int, column: int, value: object, cell: Format) -> None:
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= MAX_DIGITS:
        sheet.write_number(row, column, float(value), cell)
    elif value is not None and value != "":
        sheet.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else str(value), cell)
    else:
        sheet.write_blank(row, column, None, cell)
