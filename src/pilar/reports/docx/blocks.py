"""The blocks of a document as the paragraphs and tables of Word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.parts.story import StoryPart

from pilar.reports.document import (
    Beside,
    Block,
    Bullets,
    Contents,
    Division,
    Fact,
    Facts,
    Heading,
    Notice,
    Numbered,
    PageBreak,
    Pair,
    Pairs,
    Paragraph,
    Picture,
    Table,
)
from pilar.reports.docx import tables
from pilar.reports.docx.elements import Element, bold, field, named, paragraph, run, w
from pilar.reports.docx.headings import Entry
from pilar.reports.docx.lists import BULLETS, Lists, counted
from pilar.reports.docx.pictures import Pictures
from pilar.reports.docx.styles import BRAND, FIXED_FONT, LINE, fonts, sized

ADDRESS = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)
IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%~"
GAP = 6
"""Millimetres between blocks side by side."""


class Writer:
    """Writes blocks into ``part``; ``headings`` are those of the whole document, ``height`` that of a page's text."""

    def __init__(self, part: StoryPart, headings: Sequence[Entry], height: float) -> None:
        self._part = part
        self._headings = headings
        self._next = iter(enumerate(headings))
        self._height = height
        self._pictures = Pictures(part)
        self._counting = any(entry.number for entry in headings)
        self.lists = Lists()

    def blocks(self, blocks: Sequence[Block], width: float) -> list[Element]:
        """The blocks one below the other, ``width`` millimetres wide."""
        return [made for block in blocks for made in self._block(block, width)]

    def beside(self, left: Sequence[Element], right: Sequence[Element], parts: tuple[float, float]) -> list[Element]:
        """Two stacks side by side, and the paragraph that Word wants below a table."""
        return [tables.beside([_closed(left), _closed(right)], parts, GAP), _gap()]

    def picture(self, one: Picture, width: float) -> list[Element]:
        drawn = self._pictures.drawn(one.svg, one.alt, min(one.width, width), self._height)
        centred = w("jc", val="center")
        found = [paragraph("Normal", drawn, look=((w("keepNext"), centred) if one.caption else (centred,)))]
        return [*found, paragraph("Caption", run(one.caption), look=(w("jc", val="center"),))] if one.caption else found

    def _block(self, one: Block, width: float) -> list[Element]:  # noqa: PLR0911, PLR0912 - one case a block
        match one:
            case Heading():
                return [self._heading(one.level, one.text, one.numbered)]
            case Division():
                return [self._heading(one.level, "\n".join(filter(None, (one.label, one.title))), None)]
            case Contents():
                return [self._contents(one)]
            case Paragraph():
                return [paragraph("Quiet" if one.quiet else "Normal", run(one.text))]
            case Notice():
                return [paragraph("Notice", run(one.text))]
            case Facts():
                return self._facts(one, width)
            case Table():
                return self._table(one, width)
            case Picture():
                return self.picture(one, width)
            case Bullets():
                return [paragraph("ListBullet", run(item), look=(counted(BULLETS),)) for item in one.items]
            case Numbered():
                return self._numbered(one, 0)
            case Pairs():
                return [self._pair(pair) for pair in one.items]
            case PageBreak():
                return [paragraph("Normal", w("r", w("br", type="page")), look=(w("spacing", before=0, after=0),))]
            case Beside():
                room = width - GAP
                parts = (room * one.left_share, room * (1 - one.left_share))
                return self.beside(self.blocks(one.left, parts[0]), self.blocks(one.right, parts[1]), parts)

    def _heading(self, level: int, text: str, numbered: bool | None) -> Element:
        """A division (``numbered`` is None) is centred."""
        place, entry = next(self._next)
        look = [] if numbered or not self._counting else [counted(0)]
        if numbered is None:
            look.append(w("jc", val="center"))
        start, end = w("bookmarkStart", id=place, name=entry.mark), w("bookmarkEnd", id=place)
        return paragraph(f"Heading{level}", start, run(text), end, look=tuple(look))

    def _contents(self, one: Contents) -> Element:
        """The field that Word renews, with the headings as they are now, each leading to its place."""
        lines = []
        for entry in self._headings:
            if entry.level <= one.depth:
                text = f"{entry.number} {entry.text}" if entry.number else entry.text
                page = field(f"PAGEREF {entry.mark} \\h", run(""))
                link = w("hyperlink", run(text), w("r", w("tab")), *page, anchor=entry.mark, history=1)
                lines.append(paragraph(f"TOC{entry.level}", link))
        lines = lines or [paragraph("TOC1")]
        *opening, end = field(f'TOC \\o "1-{one.depth}" \\h \\z \\u', stale=True)
        for place, part in enumerate(opening):
            lines[0].insert(1 + place, part)
        gallery = w("docPartObj", w("docPartGallery", val="Table of Contents"), w("docPartUnique"))
        content = w("sdtContent", paragraph("TOCHeading", run(one.title)), *lines, paragraph("Normal", end))
        return w("sdt", w("sdtPr", gallery), content)

    def _facts(self, one: Facts, width: float) -> list[Element]:
        if not one.items:
            return []
        parts = [(width + GAP) / len(one.items) - GAP] * len(one.items)
        cells = [_fact(fact, large=place == 0) for place, fact in enumerate(one.items)]
        above = w("top", val="single", sz=8, space=0, color=BRAND)
        below = w("bottom", val="single", sz=4, space=0, color=LINE)
        return [tables.beside(cells, parts, GAP, above, below), _gap()]

    def _table(self, one: Table, width: float) -> list[Element]:
        caption = [paragraph("Caption", run(one.caption), look=(w("keepNext"),))] if one.caption else []
        return [*caption, tables.figures(one, width, self._pictures), _gap()] if one.columns else caption

    def _numbered(self, one: Numbered, depth: int) -> list[Element]:
        number = self.lists.begin(one.sign, depth)
        found = []
        for item in one.items:
            found.append(paragraph("ListNumber", run(item.text), look=(counted(number, depth),)))
            found += self._numbered(item.below, depth + 1) if item.below else []
        return found

    def _pair(self, one: Pair) -> Element:
        look = (fonts(FIXED_FONT), *sized(8)) if one.code else ()
        said = run(one.text, *look)
        if one.link and ADDRESS.fullmatch(one.text):
            # Word refuses a file with an address that is not one.
            target = quote(one.text, safe=IN_ADDRESSES)
            key = self._part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            said = named("w:hyperlink", run(one.text, w("rStyle", val="Hyperlink")), **{"r:id": key})
        return paragraph("TableText", run(f"{one.term}: ", *bold()), said)


def _fact(one: Fact, *, large: bool) -> list[Element]:
    value = run(one.value, *(sized(26) if large else ()))
    note = [paragraph("FactLabel", run(one.note))] if one.note else []
    return [paragraph("FactLabel", run(one.label)), paragraph("FactValue", value), *note]


def _closed(stack: Sequence[Element]) -> list[Element]:
    """A cell ends with a paragraph."""
    return list(stack) if stack else [_gap()]


def _gap() -> Element:
    """Without it two tables would grow together, and a cell would end with a table."""
    return paragraph("Normal", look=(w("spacing", before=0, after=0, line=160, lineRule="exact"),))
