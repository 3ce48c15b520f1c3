"""The report of a satisfaction survey (laporan SKM) as a document, in the reader's language.

The law asks for a report; our sources do not have the order of chapters in its annex. The order here follows the making
of the figures, from respondents to follow-up, and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.areas import reference
from pilar.design import numbers
from pilar.platform.language import reader_language
from pilar.reports.document import Block, Column, Document, Fact, Facts, Heading, Notice, Paragraph, Row, Table
from pilar.surveys.documents.recap import AUTHOR, printed, statement
from pilar.surveys.documents.writing import NONE, figure
from pilar.surveys.queries import SatisfactionResult
from pilar.surveys.rules.questionnaire import Band
from pilar.surveys.rules.scores import MIN_SHOWN


def satisfaction_document(result: SatisfactionResult) -> Document:
    """Make the report: respondents, elements, the index with its grade, the lowest elements, and the follow-up."""
    row = result.survey
    return Document(
        title=_("Public satisfaction survey: %(title)s") % {"title": row.title},
        language=reader_language(),
        author=AUTHOR,
        made_at=row.closes_at,
        blocks=tuple(_blocks(result)),
        eyebrow=f"{row.region_name} · {row.year}",
        lead=str(row.questionnaire.title),
        stamp=_("synthetic") if row.synthetic else "",
        running=f"{row.title} · {row.region_name} · {row.year}",
    )


def _blocks(result: SatisfactionResult) -> Iterator[Block]:
    row = result.survey
    if row.synthetic:
        yield Notice(_("Synthetic data: made up for demonstration. Nothing here says anything about a real region."))
    yield Facts(
        (
            Fact(_("Public satisfaction index (IKM)"), figure(result.index.score), _graded(result.index.band)),
            Fact(_("Answers that count"), _count(result.count)),
        )
    )
    yield from _asked(result)
    yield from _measured(result)
    yield from _done(result)
    yield Heading(_("Statement"))
    yield Paragraph(statement(row))
    yield Paragraph(
        _(
            "How the annex of the law orders the chapters of a report is not in our sources. The order of this report"
            " is that in which its figures come about; that is our assumption."
        ),
        quiet=True,
    )


def _asked(result: SatisfactionResult) -> Iterator[Block]:
    row = result.survey
    yield Heading(_("How people were asked"))
    yield Paragraph(
        _("Answers were taken from %(begin)s until %(end)s.")
        % {
            "begin": reference.local_time(row.opens_at, row.region),
            "end": reference.local_end(row.closes_at, row.region),
        }
    )
    yield Table(
        (
            Column(_("Service"), share=3), Column(_("Office"), share=2), Column(_("People served"), number=True),
            Column(_("Sample"), number=True), Column(_("Answers that count"), number=True),
        ),
        tuple(
            Row(
                (
                    service.cell.programme,
                    service.cell.office_name,
                    _count(service.cell.population),
                    _count(service.cell.sample),
                    _count(service.cell.counting)
                    if service.index
                    else _("fewer than %(least)s") % {"least": MIN_SHOWN},
                )
            )
            for service in result.services
        ),
        _("Services with their samples"),
    )  # fmt: skip
    yield Paragraph(
        _(
            "A sample is that of Krejcie and Morgan (Educational and Psychological Measurement 30, 1970):"
            " s = χ²NP(1 - P) / (d²(N - 1) + χ²P(1 - P)) with χ² 3.841, P 0.5 and d 0.05, rounded to the nearest whole."
            " It stands where the number of people served is known."
        ),
        quiet=True,
    )
    yield Heading(_("Who answered"))
    for field in result.respondents:
        if not field.options:
            yield Paragraph(f"{field.title}: " + _("Too few people are alike here to be shown."))
            continue
        rows = [
            Row((str(option.title), _("not shown") if option.count is None else _count(option.count)))
            for option in field.options
        ]
        if field.hidden:
            rows.append(Row((_("Not shown, together"), _count(field.hidden))))
        yield Table(
            (Column(_("Answer"), share=3), Column(_("Respondents"), number=True)), tuple(rows), str(field.title)
        )
    yield Paragraph(
        _(
            "A number is not shown if fewer than %(least)s people could be derived from it, neither in the table nor by"
            " subtraction."
        )
        % {"least": MIN_SHOWN},
        quiet=True,
    )


def _measured(result: SatisfactionResult) -> Iterator[Block]:
    yield Heading(_("Elements of the service"))
    yield Table(
        (
            Column(_("Element"), share=3), Column(_("Mean (NRR)"), number=True),
            Column(_("Weighted mean"), number=True), Column(_("Converted"), number=True), Column(_("Grade"), share=2),
        ),
        tuple(
            Row(
                (
                    str(element.title),
                    figure(element.mean),
                    figure(element.weighted),
                    figure(element.converted),
                    _graded(element.band),
                )
            )
            for element in result.elements
        ),
        _("Elements of the service"),
    )  # fmt: skip
    yield Paragraph(
        _(
            "Each element weighs exactly one ninth; a weighted mean is the mean by its weight, and the sum of them"
            " before rounding, times %(factor)s, is the index."
        )
        % {"factor": result.rule.factor}
        + " "
        + printed(result.index),
        quiet=True,
    )
    rule = result.rule
    title = (
        _("Grades by %(law)s, since %(year)s") % {"law": rule.law, "year": str(rule.since)} if rule.law else _("Grades")
    )
    yield Table(
        (Column(_("Grade"), share=2), Column(_("Converted, from"), number=True)),
        tuple(Row((_graded(band), figure(band.least))) for band in rule.bands),
        title,
    )
    yield Paragraph(_("Source: %(source)s") % {"source": rule.source}, quiet=True)


def _done(result: SatisfactionResult) -> Iterator[Block]:
    yield Heading(_("The lowest elements"))
    yield Table(
        (Column(_("Element"), share=3), Column(_("Mean (NRR)"), number=True), Column(_("Grade"), share=2)),
        tuple(
            Row((str(element.title), figure(element.mean), _graded(element.band))) for element in result.lowest
        ),
        _("The lowest elements"),
    )  # fmt: skip
    yield Heading(_("What is done about the lowest elements"))
    if not result.steps:
        yield Paragraph(_("The region has not said yet what it does about them"))
        return
    yield Table(
        (
            Column(_("Element"), share=2), Column(_("What is done"), share=3), Column(_("Who does it"), share=2),
            Column(_("By when"), share=1),
        ),
        tuple(
            Row((str(step.title), step.act, step.who, date_format(step.due_on, "j F Y"))) for step in result.steps
        ),
        _("What is done about the lowest elements"),
    )  # fmt: skip


def _graded(band: Band | None) -> str:
    return NONE if band is None else f"{band.code}: {band.title}"


def _count(value: int | None) -> str:
    return NONE if value is None else numbers.grouped(Decimal(value), reader_language())
