"""Number the questions of a sheet of paper, and read what stands on one, or in a row of a table.

A column is known by the code of its question or by its words in either language, with or without the number before
them; a cell by the code, the words or, as on paper, the place of an option."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from pilar.platform.errors import Fault
from pilar.platform.imports import Column, Row, cells, figure
from pilar.platform.language import N_, Bilingual, translate
from pilar.platform.reading import Notation, read_day, read_yes
from pilar.platform.tables import Cell, Percent, shown
from pilar.surveys.rules.answers import MAX_WORDS, Answered, faults_of
from pilar.surveys.rules.questionnaire import Item, ItemKind, Option, Questionnaire
from pilar.surveys.rules.surveys import GRACE

MAX_OPTIONS = 8
"""Longer lists are not ticked: the sheet has a line to write on, the page a list to choose from."""
MAX_NUMBER = 999_999
"""The largest number of a sheet: six boxes."""
GROUP = "group"
"""The code of the question about the kind of respondent."""
CELL, NUMBER, DAY = "cell", "sheet_number", "sheet_day"
"""Places of a sheet's faults that belong to no question."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An answer on paper or in a row of a file: its running ``number`` within a programme, and the day it was given."""

    cell: int
    number: int
    day: date
    given: Answered


def numbers_of(form: Questionnaire) -> dict[str, str]:
    """Return the label of each question on a sheet, by code: letters for questions about the respondent, then
    numbers."""
    asked = [*([GROUP] if form.groups else ()), *(field.code for field in form.profile)]
    letters = {code: _letters(place) for place, code in enumerate(asked)}
    return letters | {item.code: str(place) for place, item in enumerate(form.items(), start=1)}


def options_of(item: Item, form: Questionnaire) -> tuple[Option, ...]:
    """Return the options of an item, or the values of the scale; empty for free text and numbers."""
    if item.kind is ItemKind.SCALE:
        return tuple(Option(str(value), title) for value, title in form.scale.items())
    return item.options


def condition_of(item: Item, form: Questionnaire) -> str:
    """Return when an item is asked, in the reader's words; empty for always."""
    if item.when is None:
        return ""
    earlier = next(asked for asked in form.items() if asked.code == item.when.item)
    told = [str(option.title) for option in options_of(earlier, form) if option.code in item.when.values]
    words = told[0] if len(told) == 1 else translate("%(some)s or %(last)s", some=", ".join(told[:-1]), last=told[-1])
    number = numbers_of(form)[earlier.code]
    return translate("Only if question %(number)s is answered with: %(answers)s", number=number, answers=words)


def option_read(given: str, options: Sequence[Option]) -> str:
    """Return the code of the option that ``given`` names: by code, by its words in either language, or by its place on
    paper, counted from 1; ``given`` itself if it names none. Codes that are numbers themselves, as on a scale, take
    precedence."""
    known = {folded(option.code): option.code for option in options}
    for option in options:
        for words in _spoken(option.title):
            known.setdefault(folded(words), option.code)
    if not any(option.code.isdigit() for option in options):
        known |= {str(place): option.code for place, option in enumerate(options, start=1)}
    return known.get(folded(given), given)


def day_faults(day: date, *, opened: date, closed: date, today: date) -> list[Fault]:
    """Return the faults of the day on a sheet; ``opened`` and ``closed`` are the first and last day of the survey."""
    if day > today:
        return [Fault("day-to-come", N_("This day lies in the future"))]
    if not opened <= day <= closed:
        sentence = N_("The survey takes answers from %(opened)s until %(closed)s; those of another day do not count")
        return [Fault("day-outside", sentence, {"opened": opened, "closed": closed})]
    return []


def takes_now(*, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Return whether sheets may be entered now, if the survey is open."""
    return opens_at <= now <= closes_at + GRACE


def folded(words: str) -> str:
    """Return words in a form for comparing: single blanks, no capitals."""
    return " ".join(words.split()).casefold()


def _letters(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else f"A{place - 25}"


def _spoken(title: Bilingual) -> tuple[str, str]:
    return title.id, title.en


MAX_ROWS = 5_000
MAX_CELL = MAX_WORDS
CONSENT = "consent"
NAMES = {
    NUMBER: Bilingual("Nomor lembar", "Sheet number"),
    DAY: Bilingual("Tanggal", "Date"),
    CELL: Bilingual("Program atau layanan", "Programme or service"),
    CONSENT: Bilingual("Bersedia menjawab", "Agreed to answer"),
    GROUP: Bilingual("Responden adalah", "Respondent is"),
}
YES = Bilingual("ya", "yes")
_MAX_NAMED = 8
"""The most options that a fault lists."""


def columns_of(form: Questionnaire, programmes: Mapping[int, str]) -> tuple[Column, ...]:
    """Return the columns of a survey's table, in the order of the sheet on paper; ``programmes``: unique names by
    cell."""
    numbers = numbers_of(form)
    named = tuple(Option(str(key), Bilingual(name, name)) for key, name in programmes.items())

    def asked(code: str, title: Bilingual, options: Sequence[Option], *, required: bool = True) -> Column:
        number = numbers[code]
        numbered = Bilingual(f"{number}. {title.id}", f"{number}. {title.en}")
        told = "; ".join(f"{option.code} = {option.title}" for option in options)
        read = _chosen(options) if options else _written
        words = tuple(str(option.title) for option in options)
        return Column(code, numbered, (title.id, title.en), read, required, options=words, remark=told)

    made = [
        Column(NUMBER, NAMES[NUMBER], read=_number),
        Column(DAY, NAMES[DAY], read=_day),
        Column(CELL, NAMES[CELL], read=_chosen(named), options=tuple(programmes.values())),
        Column(CONSENT, NAMES[CONSENT], read=_consent, options=(str(YES),)),
    ]
    if form.groups:
        made.append(asked(GROUP, NAMES[GROUP], form.groups))
    made += [asked(field.code, field.title, field.options, required=field.required) for field in form.profile]
    for item in form.items():
        column = asked(item.code, item.title, options_of(item, form), required=item.required)
        remark = "; ".join(filter(None, (condition_of(item, form), column.remark)))
        if item.kind is ItemKind.NUMBER:
            made.append(replace(column, read=figure(), figures=True, remark=remark))
        else:
            made.append(replace(column, remark=remark))
    return tuple(made)


def sheet_of(row: Row, form: Questionnaire, programmes: Mapping[int, str]) -> tuple[Sheet, tuple[Fault, ...]]:
    """Read a row as a sheet, with all its faults, at the names of columns."""
    faults = {fault.place: fault for fault in row.faults}
    cell = row[CELL]
    if cell is None:
        faults.setdefault(CELL, Fault("no-programme", N_("Say which programme this is about"), {}, CELL))
    profile = {field.code: row[field.code] for field in form.profile if row[field.code]}
    answers: dict[str, str | int] = {}
    for item in form.items():
        if value := row[item.code]:
            answers[item.code] = f"{value:f}" if isinstance(value, Decimal) else value
    given = Answered(answers, profile, row[GROUP] or "" if form.groups else "", bool(row[CONSENT]))
    for fault in faults_of(given, form):
        faults.setdefault(fault.place, fault)
    key = int(cell) if cell in map(str, programmes) else 0
    return Sheet(key, row[NUMBER] or 0, row[DAY] or dt.date.min, given), tuple(faults.values())


def _number(cell: Cell, _notation: Notation | None) -> int | Fault:
    written = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    if written.isascii() and written.isdigit() and len(written) < 10:
        return int(written)
    return Fault("no-sheet-number", N_("Write the number of the sheet, a whole number"))


def _day(cell: Cell, _notation: Notation | None) -> dt.date | Fault:
    day = read_day(cell)
    if isinstance(day, dt.date):
        return day
    return Fault("no-day", N_("Write the day such as 20 October 2026, 20/10/2026 or 2026-10-20"))


def _consent(cell: Cell, _notation: Notation | None) -> bool | Fault:
    if read_yes(cell) is True:
        return True
    sentence = N_("Only answers of people who agreed are stored: write “%(yes)s”, or leave the row out")
    return Fault("no-consent", sentence, {"yes": str(YES)})


def _chosen(options: Sequence[Option]) -> cells.Read:
    """Make a reader of an option's code; None for a blank cell."""

    def read(cell: Cell, _notation: Notation | None) -> str | Fault | None:
        if cell == "":
            return None
        if isinstance(cell, bool | dt.date | dt.time | dt.timedelta | Percent):
            sentence = N_(
                "The spreadsheet has made a date, a time, a percentage or a yes/no of this. Write the answer as text"
            )
            return Fault("not-an-answer", sentence)
        written = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
        code = option_read(written, options)
        if code in {option.code for option in options}:
            return code
        named = "; ".join(str(option.title) for option in options[:_MAX_NAMED])
        named += "; …" if len(options) > _MAX_NAMED else ""
        sentence = N_("“%(given)s” is not one of the answers. There are: %(known)s")
        return Fault("no-option", sentence, {"given": shown(written), "known": named})

    return read


def _written(cell: Cell, _notation: Notation | None) -> str:
    """Return words unchanged, also a dash."""
    return str(cells.text(cell) or cell)
