"""Tables of figures, and tables without lines that set blocks side by side."""

from __future__ import annotations

from collections.abc import Sequence

from pilar.reports.document import Bar, Cell, Column, Row, Table
from pilar.reports.docx.elements import Element, bold, paragraph, run, twips, w, writable
from pilar.reports.docx.pictures import Pictures, bar
from pilar.reports.docx.styles import CELL_PADDING

LETTER = 1.75
"""Millimetres that a letter of a table is wide, on average."""
MAX_WORD = 16
"""Letters; a longer word may be broken."""
BAR, BAR_HEIGHT = 18, 10
DEPTH = 3.5
"""Millimetres that a row's first cell is indented for each depth."""


def figures(table: Table, width: float, pictures: Pictures) -> Element:
    """A table whose first row is repeated on every page; rows are never broken. ``width`` in millimetres."""
    parts = widths(table, width)
    described = [w("tblCaption", val=writable(table.caption))] if table.caption else []
    head = w(
        "tr",
        w("trPr", w("cantSplit"), w("tblHeader")),
        *(
            _cell(part, paragraph("TableHead", run(column.title), look=_side(column)))
            for part, column in zip(parts, table.columns, strict=True)
        ),
    )
    return w(
        "tbl",
        w(
            "tblPr", w("tblStyle", val="Figures"), w("tblW", w=sum(map(twips, parts)), type="dxa"),
            w("tblLayout", type="fixed"), w("tblLook", val="0020", firstRow=1, noVBand=1), *described,
        ),
        _grid(parts),
        head,
        *(_row(row, table.columns, parts, pictures) for row in table.rows),
    )  # fmt: skip


def beside(cells: Sequence[Sequence[Element]], parts: Sequence[float], gap: float, *lines: Element) -> Element:
    """Blocks side by side, ``parts`` millimetres wide, the ``gap`` after all but the last not counted.

    ``lines`` are borders of the whole.
    """
    wide = [part + (gap if place < len(parts) - 1 else 0) for place, part in enumerate(parts)]
    none = {"w": 0, "type": "dxa"}
    return w(
        "tbl",
        w(
            "tblPr", w("tblStyle", val="TableNormal"), w("tblW", w=sum(map(twips, wide)), type="dxa"),
            *([w("tblBorders", *lines)] if lines else []), w("tblLayout", type="fixed"),
            w("tblCellMar", w("left", **none), w("right", **none)), w("tblLook", val="0000"),
        ),
        _grid(wide),
        w("tr", *(_cell(all_, *cell, gap=all_ - part) for all_, part, cell in zip(wide, parts, cells, strict=True))),
    )  # fmt: skip


def widths(table: Table, whole: float) -> list[float]:
    """Millimetres for each column: what its texts need, or its share of what the others leave."""
    texts = [
        [column.title, *(_words(row.cells[place]) for row in table.rows)] for place, column in enumerate(table.columns)
    ]
    barred = [any(isinstance(row.cells[place], Bar) for row in table.rows) for place in range(len(table.columns))]
    extra = [2 * CELL_PADDING + (BAR + LETTER if bar else 0) for bar in barred]
    if texts:
        extra[0] += DEPTH * max((row.depth for row in table.rows), default=0)
    wanted = [more + LETTER * max(map(len, column)) for more, column in zip(extra, texts, strict=True)]
    least = [
        min(
            want,
            more + LETTER * min(MAX_WORD, max((len(word) for text in column for word in text.split()), default=0)),
        )
        for want, more, column in zip(wanted, extra, texts, strict=True)
    ]
    shares = [column.share for column in table.columns]
    free = [0.0 if share else want - less for share, want, less in zip(shares, wanted, least, strict=True)]
    spare = whole - sum(least)
    if spare < 0:
        return [width * whole / sum(least) for width in least]
    stretched = [less + more * min(1, spare / (sum(free) or 1)) for less, more in zip(least, free, strict=True)]
    if not any(shares):
        return stretched
    left = whole - sum(part for part, share in zip(stretched, shares, strict=True) if not share)
    return [left * share / sum(shares) if share else part for part, share in zip(stretched, shares, strict=True)]


def _row(row: Row, columns: Sequence[Column], parts: Sequence[float], pictures: Pictures) -> Element:
    cells = []
    for place, (content, column, part) in enumerate(zip(row.cells, columns, parts, strict=True)):
        indent = (w("ind", left=twips(DEPTH * row.depth)),) if place == 0 and row.depth else ()
        look = bold() if row.strong else ()
        words = [run(_words(content), *look)]
        if isinstance(content, Bar):
            length = min(BAR, max(part - 2 * CELL_PADDING - LETTER * (len(content.text) + 1), BAR / 3))
            words = [pictures.drawn(bar(content.share), "", length, BAR_HEIGHT), run(" "), *words]
        cells.append(_cell(part, paragraph("TableText", *words, look=(*indent, *_side(column)))))
    return w("tr", w("trPr", w("cantSplit")), *cells)


def _cell(width: float, *content: Element, gap: float = 0) -> Element:
    """A cell, ``gap`` millimetres of it left free on the right."""
    free = [w("tcMar", w("right", w=twips(gap), type="dxa"))] if gap else []
    return w("tc", w("tcPr", w("tcW", w=twips(width), type="dxa"), *free), *content)


def _grid(parts: Sequence[float]) -> Element:
    return w("tblGrid", *(w("gridCol", w=twips(part)) for part in parts))


def _side(column: Column) -> tuple[Element, ...]:
    return (w("jc", val="right"),) if column.number else ()


def _words(content: Cell) -> str:
    return content.text if isinstance(content, Bar) else content
