"""Write the files of a closed survey: workbook, anonymised answers as CSV, and what is handed in, in Indonesian."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.design.sheets import add_sheet, new_workbook
from pilar.people.rules import Standing
from pilar.platform.language import N_, translate
from pilar.platform.tables import inert
from pilar.reports.pdf import typeset
from pilar.surveys import queries
from pilar.surveys.documents.recap import AUTHOR, method_note, part_note, printed, recap_document, statement
from pilar.surveys.documents.writing import figure
from pilar.surveys.drawings import changes, courses, district_estimates, district_pillars, service_name
from pilar.surveys.queries import CellRow, Recap, SurveyRow
from pilar.surveys.rules.anonymous import Single
from pilar.surveys.rules.answers import FLAG_NAMES
from pilar.surveys.rules.questionnaire import ItemKind
from pilar.surveys.rules.scores import rounded
from pilar.surveys.rules.surveys import FileKind
from pilar.surveys.wording import Line, group_lines, item_lines, items_of


def recap_workbook(recap: Recap) -> bytes:
    """Write the sheets: about, scores, questions, questions by programme, distributions, comparisons
    (``beside_sheets``), doubtful answers."""
    stream = io.BytesIO()
    made = new_workbook(stream)
    scores, row = recap.scores, recap.scores.survey
    made.set_properties({"title": row.title, "author": AUTHOR, "created": row.closes_at.replace(tzinfo=None)})
    figures = [_("Mean"), _("Lower end"), _("Upper end"), _("Answers"), _("Year before"), _("Difference")]

    sheet = partial(add_sheet, made)
    sheet(_("About"), [row.title], ([line] for line in _about(recap)))
    sheet(
        _("Scores"),
        [_("What"), *figures, _("Wanted")],
        ([_indented(line), *_figures(line), line.cell.quota if line.cell else None]
         for line in group_lines(scores, recap.before)),
    )  # fmt: skip
    sheet(
        _("Questions"), [_("Question"), *figures],
        ([item_line.title, *_figures(item_line)] for item_line in item_lines(scores, recap.before)),
    )  # fmt: skip
    sheet(
        _("By programme"), [_("Programme"), _("Question"), *figures[:4]],
        ([cell.cell.programme, line.title, *_figures(line)[:4]]
         for cell in scores.cells for line in items_of(scores, cell)),
    )  # fmt: skip
    form = row.questionnaire
    sheet(
        _("Spread"), [_("Question"), *(f"{value}: {title}" for value, title in form.scale.items())],
        (
            [str(item.title), *distribution.counts]
            for item, distribution in zip(form.scale_items, recap.distributions, strict=True)
        ),
    )  # fmt: skip
    for title, heads, rows in beside_sheets(recap):
        sheet(title, heads, rows)
    sheet(
        _("Doubted answers"), [_("Flag"), _("Answers"), _("Counts, per cent")],
        ([translate(FLAG_NAMES[flag.flag]), flag.count, flag.weight] for flag in recap.doubts.flags),
    )  # fmt: skip
    made.close()
    return stream.getvalue()


def _about(recap: Recap) -> Iterable[str]:
    row = recap.scores.survey
    if row.synthetic:
        yield _("Synthetic data: made up for demonstration. Nothing here says anything about a real region.")
    if note := part_note(recap):
        yield note
    yield f"{row.region_name}, {row.year}"
    yield str(row.questionnaire.title)
    index = recap.scores.index
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


Cell = str | int | Decimal | None
Sheet = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]
"""Title, headings, rows."""


def beside_sheets(recap: Recap) -> Iterator[Sheet]:
    """Yield the comparison sheets that have a row."""
    for title, heads, rows in _sheets(recap):
        if rows:
            yield title, heads, rows


def _sheets(recap: Recap) -> Iterator[tuple[str, list[str], list[list[Cell]]]]:
    names, inner = district_pillars(recap)
    means = {title: [mean for mean, _count in row] for title, row in inner}
    yield (
        _("Districts"),
        [_("District"), _("Mean"), _("Lower end"), _("Upper end"), _("Answers"), *names],
        [
            [
                estimate.label,
                estimate.value,
                estimate.lower,
                estimate.upper,
                estimate.count,
                *means.get(estimate.label, ()),
            ]
            for estimate in district_estimates(recap)
        ],
    )
    year = recap.scores.survey.year
    yield (
        _("Compared"),
        [_("What"), str(year - 1), str(year), _("Difference"), _("Lower end"), _("Upper end"), _("More than chance?")],
        [
            [change.title, change.before, change.now, change.change, change.lower, change.upper, change.told]
            for change in changes(recap)
        ],
    )  # fmt: skip
    yield (
        _("Years"),
        [_("What"), _("Year"), _("Mean"), _("Lower end"), _("Upper end"), _("Survey")],
        [
            [year.what, year.year, year.value, year.lower, year.upper, year.survey]
            for course in courses(recap)
            for year in course.years
        ],
    )
    yield (
        _("Services"),
        [_("Service"), _("Index (IKM)"), _("Lower end"), _("Upper end"), _("Answers"), _("Band")],
        [
            [service_name(service, recap), service.index.score, *map(rounded, service.interval or (None, None)),
             service.scores.cell.counting, service.index.band.code if service.index.band else ""]
            for service in recap.years.services
        ],
    )  # fmt: skip


def answers_csv(row: SurveyRow, cells: Sequence[CellRow], given: Sequence[Single]) -> bytes:
    """Write UTF-8 with a byte order mark for spreadsheets; several flags of an answer are in one cell, separated by
    spaces."""
    form = row.questionnaire
    items = [item.code for item in form.items() if item.kind in (ItemKind.SCALE, ItemKind.CHOICE)]
    programmes = {cell_row.key: cell_row for cell_row in cells}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    fields = ["group", *(field.code for field in form.told_profile)]
    writer.writerow(["pillar", "part", "programme", "mode", *fields, *items, "flags", "weight"])
    for single in given:
        cell = programmes[single.cell]
        answers = [single.answers.get(code, "") for code in items]
        flags = " ".join(single.flags)
        writer.writerow(
            [
                cell.pillar,
                cell.part,
                inert(cell.programme),
                single.mode or "",
                *single.about,
                *answers,
                flags,
                single.weight,
            ]
        )
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file; ``single_answers``: only people with permission for single answers may read it."""

    kind: FileKind
    title: str
    name: str
    media_type: str
    content: bytes

    @property
    def single_answers(self) -> bool:
        return self.kind is FileKind.ANSWERS


_TITLES = {
    FileKind.RECAP: N_("Recap of the survey (PDF): %(title)s"),
    FileKind.WORKBOOK: N_("Recap of the survey (XLSX): %(title)s"),
    FileKind.ANSWERS: N_("Single answers, anonymised (CSV): %(title)s"),
}
_NAMES = {FileKind.RECAP: "rekap-survei", FileKind.WORKBOOK: "rekap-survei", FileKind.ANSWERS: "jawaban-survei"}
_TYPES = {
    FileKind.RECAP: ("pdf", "application/pdf"),
    FileKind.WORKBOOK: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    FileKind.ANSWERS: ("csv", "text/csv"),
}
MAX_TITLE = 200
LANGUAGE = "id"


def handed_in(row: SurveyRow, *, scope: Standing) -> tuple[HandedIn, ...]:
    """Make the recap as PDF and XLSX, and the single answers, anonymised; needs ``see-answers``. Equal surveys give
    equal bytes, so that a reader with another language does not make new evidence that must be verified again."""
    with translation.override(LANGUAGE):
        return tuple(_handed_in(row, scope))


def _handed_in(row: SurveyRow, scope: Standing) -> Iterator[HandedIn]:
    given = queries.answers(row, scope=scope)
    recap = queries.recap(row, scope=scope)
    contents = {
        FileKind.RECAP: typeset(recap_document(recap)),
        FileKind.WORKBOOK: recap_workbook(recap),
        FileKind.ANSWERS: answers_csv(row, queries.cells(row, scope=scope), given),
    }
    for kind, content in contents.items():
        ending, media_type = _TYPES[kind]
        title = translate(_TITLES[kind], title=row.title)[:MAX_TITLE]
        yield HandedIn(kind, title, f"{_NAMES[kind]}-{row.region}-{row.year}-{row.key}.{ending}", media_type, content)
