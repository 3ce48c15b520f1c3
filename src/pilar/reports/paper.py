"""Forms to be filled in with a pen: boxes to tick and lines to write on, black on white, so that copies stay readable.

:mod:`pilar.reports.pdf` sets them in type. Texts come in the reader's language and are set as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.reports.document import Heading, Paragraph, Picture


@dataclass(frozen=True, slots=True)
class Tick:
    """A box with the sentence that ticking it says."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A question answered by ticking one of ``options``, which are counted from 1; ``note`` says when it is asked."""

    number: str
    text: str
    options: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A question answered in writing, on so many ``lines``."""

    number: str
    text: str
    lines: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of a :class:`Scale`."""

    number: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """Questions answered on one scale: ``values`` are its figures with their words; ``first`` heads the questions."""

    first: str
    values: tuple[tuple[str, str], ...]
    rows: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to choose from where a form has no room for it: words in columns, below ``title``."""

    title: str
    items: tuple[str, ...]


Part = Heading | Paragraph | Tick | Choice | Lines | Scale | Listing


@dataclass(frozen=True, slots=True)
class Form:
    """One form, on pages of its own that are counted from 1.

    ``number`` and ``day`` name the boxes at the head of every page; ``lead`` stands below the title, ``corner`` next to
    it; ``running`` at the foot of every page.
    """

    title: str
    number: str
    day: str
    parts: tuple[Part, ...]
    eyebrow: str = ""
    lead: str = ""
    running: str = ""
    corner: Picture | None = None


@dataclass(frozen=True, slots=True)
class Booklet:
    """Forms in one file. ``stamp``: words across every page, empty for none; ``page``: how pages are told, with the
    places ``{page}`` and ``{pages}``. ``made_at``: the moment of the content, so that equal forms give equal bytes."""

    title: str
    language: str
    author: str
    made_at: datetime
    page: str
    forms: tuple[Form, ...]
    stamp: str = ""
