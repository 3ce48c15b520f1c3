"""The recap of a survey as XLSX: the same figures as on paper, as numbers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format

from pilar.platform.language import translate
from pilar.surveys.documents.beside_sheets import Cell, beside_sheets
from pilar.surveys.documents.recap import AUTHOR, method_note, part_note, printed, statement
from pilar.surveys.documents.writing import figure
from pilar.surveys.queries import Recap
from pilar.surveys.rules.answers import FLAG_NAMES
from pilar.surveys.wording import Line, group_lines, item_lines, items_of


def recap_workbook(found: Recap) -> bytes:
    """Sheets: about, scores, questions, questions by programme, how answers are spread, what stands beside them
    (``beside_sheets``), doubted answers."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    scores, row = found.scores, found.scores.survey
    made.set_properties({"title": row.title, "author": AUTHOR, "created": row.closes_at.replace(tzinfo=None)})
    head = made.add_format({"bold": True, "bg_color": "#0A5866", "font_color": "#FFFFFF", "text_wrap": True})
    figures = [_("Mean"), _("Lower end"), _("Upper end"), _("Answers"), _("Year before"), _("Difference")]

    def sheet(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        _sheet(made, head, title, heads, rows)

    sheet(_("About"), [row.title], ([one] for one in _about(found)))
    sheet(
        _("Scores"),
        [_("What"), *figures, _("Wanted")],
        ([_indented(one), *_figures(one), one.cell.quota if one.cell else None]
         for one in group_lines(scores, found.before)),
    )  # fmt: skip
    sheet(
        _("Questions"), [_("Question"), *figures],
        ([one.title, *_figures(one)] for one in item_lines(scores, found.before)),
    )  # fmt: skip
    sheet(
        _("By programme"), [_("Programme"), _("Question"), *figures[:4]],
        ([cell.cell.programme, one.title, *_figures(one)[:4]]
         for cell in scores.cells for one in items_of(scores, cell)),
    )  # fmt: skip
    form = row.questionnaire
    sheet(
        _("Spread"), [_("Question"), *(f"{value}: {title}" for value, title in form.scale.items())],
        ([str(item.title), *one.counts] for item, one in zip(form.scale_items, found.distributions, strict=True)),
    )  # fmt: skip
    for title, heads, rows in beside_sheets(found):
        sheet(title, heads, rows)
    sheet(
        _("Doubted answers"), [_("Flag"), _("Answers"), _("Counts, per cent")],
        ([translate(FLAG_NAMES[one.flag]), one.count, one.weight] for one in found.doubts.flags),
    )  # fmt: skip
    made.close()
    return stream.getvalue()


def _about(found: Recap) -> Iterable[str]:
    row = found.scores.survey
    if row.synthetic:
        yield _("Synthetic data: made up for demonstration. Nothing here says anything about a real region.")
    if note := part_note(found):
        yield note
    yield f"{row.region_name}, {row.year}"
    yield str(row.questionnaire.title)
    index = found.scores.index
    if index is not None:
        band = index.band.code if index.band else ""
        name = _("Public satisfaction index (IKM)")
        yield f"{name}: {figure(index.score)} {band}"
        yield printed(index)
    yield statement(row)
    yield method_note()


def _figures(line: Line) -> list[Cell]:
    count = line.count if line.mean is not None else None
    return [line.mean, line.lower, line.upper, count, line.before, line.change]


def _indented(line: Line) -> str:
    return "  " * line.depth + line.title


def _sheet(
    made: xlsxwriter.Workbook, head: Format, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    sheet = made.add_worksheet(title)
    sheet.write_row(0, 0, heads, head)
    for place, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(place, column, value)
            elif value is not None:
                sheet.write_number(place, column, float(value))
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, len(heads), 16)
    sheet.freeze_panes(1, 1)
