"""The report of a quarter to the governor, as PDF and XLSX, in the reader's language."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.areas.reference import midnight_in
from pilar.design.sheets import add_sheet, new_workbook
from pilar.permits.rules.quarterly import LAW, SOURCE, Counts, Figure, Quarterly, days_of
from pilar.platform.language import reader_language
from pilar.platform.reading import rupiah_text
from pilar.reports.document import Block, Column, Document, Heading, Notice, Paragraph, Row, Table


def quarterly_document(quarterly: Quarterly) -> Document:
    """Each heading of the article in order; if nothing was recorded, it says so."""
    title = _("Report of the one-stop office, quarter %(quarter)s of %(year)s") % _of(quarterly)
    return Document(
        title=title, language=reader_language(), author="Pilar", made_at=_made_at(quarterly),
        blocks=tuple(_blocks(quarterly)), eyebrow=quarterly.region_name, lead=LAW,
        stamp=_("synthetic") if quarterly.synthetic else "", running=f"{title} · {quarterly.region_name}",
    )  # fmt: skip


def quarterly_workbook(quarterly: Quarterly) -> bytes:
    """A sheet with every heading, and one for each table."""
    stream = io.BytesIO()
    made = new_workbook(stream)
    rows = [
        (number, section.title, section.note or ("" if section.recorded else _("not recorded")))
        for number, section in enumerate(quarterly.sections, start=1)
    ]
    add_sheet(made, _("Report"), [_("No."), _("Heading"), quarterly.region_name], rows)
    for number, section in enumerate(quarterly.sections, start=1):
        if section.counts:
            add_sheet(made, f"{number} {section.title}", section.counts.heads, section.counts.rows)
    made.close()
    return stream.getvalue()


def _blocks(quarterly: Quarterly) -> Iterator[Block]:
    if quarterly.synthetic:
        yield Notice(_("Synthetic data, made up for the demonstration."))
    for section in quarterly.sections:
        yield Heading(section.title, numbered=True)
        if section.note:
            yield Paragraph(section.note)
        if section.counts and section.counts.rows:
            yield _table(section.counts)
        if not section.recorded:
            yield Paragraph(_("not recorded"), quiet=True)
    told = _("The list of headings is that of %(law)s as %(source)s retells it; the official form was not seen.")
    yield Paragraph(told % {"law": LAW, "source": SOURCE}, quiet=True)


def _table(counts: Counts) -> Table:
    numbers = [isinstance(cell, int | Decimal) for cell in counts.rows[0]]
    columns = tuple(Column(head, number) for head, number in zip(counts.heads, numbers, strict=True))
    return Table(columns, tuple(Row(tuple(map(_cell, row))) for row in counts.rows))


def _cell(value: Figure) -> str:
    match value:
        case None:
            return "–"
        case Decimal():
            return rupiah_text(value)
        case date():
            return date_format(value, "j F Y")
        case _:
            return str(value)


def _of(quarterly: Quarterly) -> dict[str, int]:
    return {"quarter": quarterly.quarter, "year": quarterly.year}


def _made_at(quarterly: Quarterly) -> datetime:
    """The end of the quarter, used as the date of the file, so that equal content gives equal bytes."""
    return midnight_in(quarterly.region, days_of(quarterly.year, quarterly.quarter)[1])
