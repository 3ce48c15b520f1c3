"""Answers on paper: the numbering of questions on a sheet, and reading its entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pilar.platform.errors import Fault
from pilar.platform.language import N_, Bilingual, translate
from pilar.surveys.rules.answers import Answered
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
