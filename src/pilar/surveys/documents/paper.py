"""Forms of a survey on paper (formulir kertas), one for each programme, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pilar.areas.reference import today_in
from pilar.platform.language import reader_language
from pilar.reports.codes import qr_svg
from pilar.reports.document import Heading, Paragraph, Picture
from pilar.reports.paper import Asked, Booklet, Choice, Form, Lines, Listing, Part, Scale, Tick
from pilar.surveys.documents.recap import AUTHOR
from pilar.surveys.queries import CellRow, SurveyRow
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.paper import GROUP, MAX_OPTIONS, condition_of, numbers_of
from pilar.surveys.rules.questionnaire import Field, Item, ItemKind, Option, Questionnaire
from pilar.surveys.wording import part_name, public_address

CODE_WIDTH = 26
WRITTEN_LINES = 3


def paper_forms(row: SurveyRow, cells: Sequence[CellRow]) -> Booklet:
    """Make the forms of these programmes, each on its own pages. Forms of a survey that is not open are drafts: its
    links may still change."""
    made = tuple(_form(row, cell) for cell in cells)
    stamps = [_("synthetic")] if row.synthetic else []
    if row.state is SurveyState.DRAFT:
        stamps.insert(0, _("draft"))
    return Booklet(
        title=_("Paper form: %(title)s") % {"title": row.title},
        language=reader_language(),
        author=AUTHOR,
        made_at=row.opens_at,
        page=_("Page {page} of {pages}"),
        forms=made,
        stamp=stamps[0] if stamps else "",
    )


def _form(row: SurveyRow, cell: CellRow) -> Form:
    form = row.questionnaire
    version = _("questionnaire %(code)s, version %(version)s") % {"code": form.code, "version": form.version}
    address = public_address(cell.token)
    place = part_name(cell.part or cell.pillar) if cell.pillar else ""
    return Form(
        title=str(form.title),
        number=_("Sheet no."),
        day=_("Date"),
        parts=tuple(_parts(row, form)),
        eyebrow=f"{row.title} · {row.region_name} · {row.year}",
        lead=_("Programme or service: %(name)s") % {"name": " · ".join(filter(None, (cell.programme, place)))},
        running=f"{cell.programme} · {version}",
        corner=Picture(
            qr_svg(address), _("QR code that leads to %(address)s") % {"address": address}, CODE_WIDTH,
            _("Rather by phone? %(address)s") % {"address": address.partition("://")[2]},
        ),
    )  # fmt: skip


def _parts(row: SurveyRow, form: Questionnaire) -> Iterator[Part]:
    numbers = numbers_of(form)
    if row.synthetic:
        yield Paragraph(_("Synthetic data: made up for demonstration. Nothing here says anything about a real region."))
    yield Paragraph(str(form.purpose))
    yield Paragraph(
        _("Fill in with a dark pen and tick one box for each question. Give the sheet back by %(day)s.")
        % {"day": date_format(today_in(row.region, row.closes_at), "j F Y")}
    )
    yield Tick(str(form.consent))
    yield Heading(_("About you"))
    if form.groups:
        yield Choice(numbers[GROUP], _("You are"), _titles(form.groups))
    long = [field for field in form.profile if len(field.options) > MAX_OPTIONS]
    for field in form.profile:
        title = _told(field)
        if field in long:
            yield Lines(numbers[field.code], title, 1, _("Write one of the names listed at the end"))
        else:
            yield Choice(numbers[field.code], title, _titles(field.options))
    for section in form.sections:
        yield Heading(str(section.title))
        yield from _questions(section.items, form, numbers)
    for question in long:
        yield Listing(f"{numbers[question.code]}. {question.title}", _titles(question.options))


def _questions(items: Sequence[Item], form: Questionnaire, numbers: dict[str, str]) -> Iterator[Part]:
    """Yield the questions; neighbouring ones on the scale share a table."""
    values = tuple((str(value), str(title)) for value, title in form.scale.items())
    for scaled, members in groupby(items, key=lambda item: item.kind is ItemKind.SCALE):
        if scaled:
            rows = (Asked(numbers[member.code], _told(member), condition_of(member, form)) for member in members)
            yield Scale(_("Tick one box in each row"), values, tuple(rows))
        else:
            for member in members:
                yield _question(member, form, numbers[member.code])


def _question(item: Item, form: Questionnaire, number: str) -> Part:
    note = condition_of(item, form)
    title = _told(item)
    if item.kind is ItemKind.CHOICE:
        return Choice(number, title, _titles(item.options), note)
    return Lines(number, title, WRITTEN_LINES if item.kind is ItemKind.TEXT else 1, note)


def _told(asked: Item | Field) -> str:
    return str(asked.title) if asked.required else _("%(question)s (if you like)") % {"question": asked.title}


def _titles(options: Sequence[Option]) -> tuple[str, ...]:
    return tuple(str(option.title) for option in options)
