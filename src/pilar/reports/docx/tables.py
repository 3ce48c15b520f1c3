"""Tables of figures, and tables without lines that set blocks side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from docx.oxml.ns import qn

from pilar.reports.document import Bar, Cell, Column, Row, Table
from pilar.reports.docx.elements import Element, paragraph, parsed, run, twips, w, writable, written
from pilar.reports.docx.pictures import Pictures, bar
from pilar.reports.docx.styles import CELL_PADDING

LETTER = 1.75
"""Millimetres that a letter of a table is wide, on average."""
MAX_WORD = 16
"""Letters; a longer word may be broken."""
BAR, BAR_HEIGHT = 18, 10
RIGHT = '<w:jc w:val="right"/>'
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
        *_rows(table, parts, pictures),
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


def _rows(table: Table, parts: Sequence[float], pictures: Pictures) -> Iterator[Element]:
    """The rows of figures: those of words alone are parsed together."""
    for drawn, rows in groupby(table.rows, lambda row: any(isinstance(cell, Bar) for cell in row.cells)):
        if drawn:
            yield from (_row(row, table.columns, parts, pictures) for row in rows)
        else:
            yield from parsed("".join(_written(row, table.columns, parts) for row in rows))


def _row(row: Row, columns: Sequence[Column], parts: Sequence[float], pictures: Pictures) -> Element:
    """A row with bars in it."""
    (made,) = parsed(_written(row, columns, parts))
    cells = made.findall(qn("w:tc"))
    for content, cell, part in zip(row.cells, cells, parts, strict=True):
        if isinstance(content, Bar):
            length = min(BAR, max(part - 2 * CELL_PADDING - LETTER * (len(content.text) + 1), BAR / 3))
            words = cell.find(qn("w:p")).find(qn("w:r"))
            words.addprevious(pictures.drawn(bar(content.share), "", length, BAR_HEIGHT))
            words.addprevious(run(" "))
    return made


def _written(row: Row, columns: Sequence[Column], parts: Sequence[float]) -> str:
    """A row of words as text."""
    look = "<w:b/><w:bCs/>" if row.strong else ""
    indent = f'<w:ind w:left="{twips(DEPTH * row.depth)}"/>' if row.depth else ""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(part)}" w:type="dxa"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{"" if place else indent}{RIGHT if column.number else ""}</w:pPr>'
        f"{written(_words(content), look)}</w:p></w:tc>"
        for place, (content, column, part) in enumerate(zip(row.cells, columns, parts, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


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
