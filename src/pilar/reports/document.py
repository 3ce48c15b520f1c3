"""Content of a report: frozen blocks without layout.

:mod:`pilar.reports.pdf` sets them in type, :mod:`pilar.reports.docx` writes them for Word. Texts come in the reader's
language and are set as they stand: nothing in them is read as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MAX_LEVELS = 3
"""Of headings."""
MAX_DEPTH = 5
"""Of lists in lists: (1), a., 1., a), 1), as legal texts have them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; ``level`` 1 to 3. ``numbered`` ones get 1, 1.1, 1.1.1, counted over the document.

    Raises ValueError for another level. No level may be skipped, and no heading be empty: PDF/UA-1 refuses both.
    """

    text: str
    level: int = 1
    numbered: bool = False

    def __post_init__(self) -> None:
        _check_level(self.level)


@dataclass(frozen=True, slots=True)
class Division:
    """A part of a legal text, centred and a heading of its ``level``: ``label`` (BAB I, Pasal 3) above ``title``.

    Raises ValueError for a level that is not 1 to 3.
    """

    label: str
    title: str = ""
    level: int = 1

    def __post_init__(self) -> None:
        _check_level(self.level)


@dataclass(frozen=True, slots=True)
class Contents:
    """The headings and divisions down to level ``depth``, with their pages, below ``title``."""

    title: str
    depth: int = MAX_LEVELS


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``quiet`` ones are small and grey."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence in a frame that must not be overlooked."""

    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its name and what it is measured on."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Figures side by side, the first one larger."""

    items: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A table cell with a bar: ``share`` from 0 to 1, and the figure in words."""

    share: float
    text: str


Cell = str | Bar


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``number`` aligns to the right, ``share`` is its part of the width left by the others."""

    title: str
    number: bool = False
    share: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``depth`` indents its first cell, ``strong`` sets it bold."""

    cells: tuple[Cell, ...]
    depth: int = 0
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head is repeated on every page, below its ``caption``.

    Raises ValueError if a row does not fit the columns.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("a row has as many cells as the table has columns")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing in SVG; ``alt`` says in words what it shows. ``width`` in millimetres."""

    svg: str
    alt: str
    width: float
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


Sign = Literal["1.", "(1)", "a.", "1)", "a)"]
"""How an item of a list is counted, by its first item."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a numbered list, with the list below it."""

    text: str
    below: Numbered | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A list that counts from its ``sign`` on; lists in lists are at most five deep, or ValueError is raised.

    The paragraphs of an article (ayat) count (1), below them letters a. (huruf), numbers 1. (angka), then a) and 1):
    annex II of Law 12/2011 on the making of legislation.
    """

    items: tuple[Item, ...]
    sign: Sign = "1."

    def __post_init__(self) -> None:
        if self.depth > MAX_DEPTH:
            raise ValueError(f"lists are at most {MAX_DEPTH} deep")

    @property
    def depth(self) -> int:
        return 1 + max((item.below.depth for item in self.items if item.below), default=0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A term and what is said of it; ``code`` sets the latter in a fixed width, ``link`` makes an address a link."""

    term: str
    text: str
    code: bool = False
    link: bool = False


@dataclass(frozen=True, slots=True)
class Pairs:
    items: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


@dataclass(frozen=True, slots=True)
class Beside:
    """Two stacks of blocks side by side; ``left_share`` of the width goes to the left one."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    left_share: float = 0.5


Block = (
    Heading
    | Division
    | Contents
    | Paragraph
    | Notice
    | Facts
    | Table
    | Picture
    | Bullets
    | Numbered
    | Pairs
    | PageBreak
    | Beside
)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    ``eyebrow`` stands above the title and ``lead`` below it; ``corner`` next to it, such as a code that leads to a
    page. ``stamp``: words across every page (“synthetic”, “draft”), empty for none. ``running`` stands at the foot of
    every page. ``made_at``: the moment of the content, not of the typesetting, so that equal content gives equal bytes.
    """

    title: str
    language: str
    author: str
    made_at: datetime
    blocks: tuple[Block, ...]
    eyebrow: str = ""
    lead: str = ""
    corner: Picture | None = None
    stamp: str = ""
    running: str = ""
    landscape: bool = False


def _check_level(level: int) -> None:
    if not 1 <= level <= MAX_LEVELS:
        raise ValueError(f"a heading has level 1 to {MAX_LEVELS}")
