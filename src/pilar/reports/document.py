"""What a report consists of: frozen blocks without layout; :mod:`pilar.reports.pdf` sets them in type.

Texts come in the reader's language and are set as they stand: nothing in them is read as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; ``level`` 1 or 2."""

    text: str
    level: int = 1


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
    """A table whose head is repeated on every page. Raises ValueError if a row does not fit the columns."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

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


Block = Heading | Paragraph | Notice | Facts | Table | Picture | Bullets | Pairs | PageBreak | Beside


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    ``eyebrow`` stands above the title and ``lead`` below it; ``corner`` beside it, such as a code that leads to a page.
    ``stamp``: words across every page (“synthetic”, “draft”), empty for none. ``running`` stands at the foot of every
    page. ``made_at``: the moment of the content, not of the typesetting, so that equal content gives equal bytes.
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
