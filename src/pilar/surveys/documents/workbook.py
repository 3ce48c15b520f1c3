"""The recap of a survey as XLSX: the same figures as on paper, as numbers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from pilar.design.sheets import add_sheet, new_workbook
from pilar.platform.language import translate
from pilar.surveys.documents.recap import AUTHOR, method_note, part_note, printed, statement
from pilar.surveys.documents.writing import figure
from pilar.surveys.drawings import changes, courses, district_estimates, district_pillars, service_name
from pilar.surveys.queries import Recap
from pilar.surveys.rules.answers import FLAG_NAMES
from pilar.surveys.rules.scores import rounded
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
