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

    def picture(self, picture: Picture, width: float) -> list[Element]:
        drawn = self._pictures.drawn(picture.svg, picture.alt, min(picture.width, width), self._height)
        centred = w("jc", val="center")
        elements = [paragraph("Normal", drawn, look=((w("keepNext"), centred) if picture.caption else (centred,)))]
        return (
            [*elements, paragraph("Caption", run(picture.caption), look=(w("jc", val="center"),))]
            if picture.caption
            else elements
        )

    def _block(self, block: Block, width: float) -> list[Element]:  # noqa: PLR0911, PLR0912 - one case a block
        match block:
            case Heading():
                return [self._heading(block.level, block.text, block.numbered)]
            case Division():
                return [self._heading(block.level, "\n".join(filter(None, (block.label, block.title))), None)]
            case Contents():
                return [self._contents(block)]
            case Paragraph():
                return [paragraph("Quiet" if block.quiet else "Normal", run(block.text))]
            case Notice():
                return [paragraph("Notice", run(block.text))]
            case Facts():
                return self._facts(block, width)
            case Table():
                return self._table(block, width)
            case Picture():
                return self.picture(block, width)
            case Bullets():
                return [paragraph("ListBullet", run(item), look=(counted(BULLETS),)) for item in block.items]
            case Numbered():
                return self._numbered(block, 0)
            case Pairs():
                return [self._pair(pair) for pair in block.items]
            case PageBreak():
                return [paragraph("Normal", w("r", w("br", type="page")), look=(w("spacing", before=0, after=0),))]
            case Beside():
                room = width - GAP
                parts = (room * block.left_share, room * (1 - block.left_share))
                return self.beside(self.blocks(block.left, parts[0]), self.blocks(block.right, parts[1]), parts)

    def _heading(self, level: int, text: str, numbered: bool | None) -> Element:
        """A division (``numbered`` is None) is centred."""
        place, entry = next(self._next)
        look = [] if numbered or not self._counting else [counted(0)]
        if numbered is None:
            look.append(w("jc", val="center"))
        start, end = w("bookmarkStart", id=place, name=entry.mark), w("bookmarkEnd", id=place)
        return paragraph(f"Heading{level}", start, run(text), end, look=tuple(look))

    def _contents(self, contents: Contents) -> Element:
        """The field that Word renews, with the headings as they are now, each leading to its place."""
        lines = []
        for entry in self._headings:
            if entry.level <= contents.depth:
                text = f"{entry.number} {entry.text}" if entry.number else entry.text
                page = field(f"PAGEREF {entry.mark} \\h", run(""))
                link = w("hyperlink", run(text), w("r", w("tab")), *page, anchor=entry.mark, history=1)
                lines.append(paragraph(f"TOC{entry.level}", link))
        lines = lines or [paragraph("TOC1")]
        *opening, end = field(f'TOC \\o "1-{contents.depth}" \\h \\z \\u', stale=True)
        for place, part in enumerate(opening):
            lines[0].insert(1 + place, part)
        gallery = w("docPartObj", w("docPartGallery", val="Table of Contents"), w("docPartUnique"))
        content = w("sdtContent", paragraph("TOCHeading", run(contents.title)), *lines, paragraph("Normal", end))
        return w("sdt", w("sdtPr", gallery), content)

    def _facts(self, facts: Facts, width: float) -> list[Element]:
        if not facts.items:
            return []
        parts = [(width + GAP) / len(facts.items) - GAP] * len(facts.items)
        cells = [_fact(fact, large=place == 0) for place, fact in enumerate(facts.items)]
        above = w("top", val="single", sz=8, space=0, color=BRAND)
        below = w("bottom", val="single", sz=4, space=0, color=LINE)
        return [tables.beside(cells, parts, GAP, above, below), _gap()]

    def _table(self, table: Table, width: float) -> list[Element]:
        caption = [paragraph("Caption", run(table.caption), look=(w("keepNext"),))] if table.caption else []
        return [*caption, tables.figures(table, width, self._pictures), _gap()] if table.columns else caption

    def _numbered(self, numbered: Numbered, depth: int) -> list[Element]:
        number = self.lists.begin(numbered.sign, depth)
        paragraphs = []
        for item in numbered.items:
            paragraphs.append(paragraph("ListNumber", run(item.text), look=(counted(number, depth),)))
            paragraphs += self._numbered(item.below, depth + 1) if item.below else []
        return paragraphs

    def _pair(self, pair: Pair) -> Element:
        look = (fonts(FIXED_FONT), *sized(8)) if pair.code else ()
        said = run(pair.text, *look)
        if pair.link and ADDRESS.fullmatch(pair.text):
            # Word refuses a file with an address that is not one.
            target = quote(pair.text, safe=IN_ADDRESSES)
            key = self._part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            said = named("w:hyperlink", run(pair.text, w("rStyle", val="Hyperlink")), **{"r:id": key})
        return paragraph("TableText", run(f"{pair.term}: ", *bold()), said)


def _fact(fact: Fact, *, large: bool) -> list[Element]:
    value = run(fact.value, *(sized(26) if large else ()))
    note = [paragraph("FactLabel", run(fact.note))] if fact.note else []
    return [paragraph("FactLabel", run(fact.label)), paragraph("FactValue", value), *note]


def _closed(stack: Sequence[Element]) -> list[Element]:
    """A cell ends with a paragraph."""
    return list(stack) if stack else [_gap()]


def _gap() -> Element:
    """Without it two tables would grow together, and a cell would end with a table."""
    return paragraph("Normal", look=(w("spacing", before=0, after=0, line=160, lineRule="exact"),))
