"""Elements of WordprocessingML (ISO/IEC 29500-1), made one inside the other.

An element stands in one place only: put into another, it leaves the first.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from xml.sax.saxutils import escape

from docx.oxml.ns import NamespacePrefixedTag, nsdecls, qn
from docx.oxml.parser import oxml_parser, parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

Element = BaseOxmlElement

TWIPS = 1440 / 25.4
"""A millimetre in twentieths of a point, in which Word measures."""


def twips(millimetres: float) -> int:
    return round(millimetres * TWIPS)


def w(tag: str, /, *children: Element, **attributes: object) -> Element:
    """``<w:tag w:attribute="…">children</w:tag>``."""
    return named(f"w:{tag}", *children, **{f"w:{key}": value for key, value in attributes.items()})


def named(tag: str, /, *children: Element, **attributes: object) -> Element:
    """The same with a prefix of any namespace that python-docx knows."""
    name, spaces = _tag(tag)
    made: Element = oxml_parser.makeelement(name, nsmap=spaces)
    for key, value in attributes.items():
        made.set(_attribute(key), str(value))
    made.extend(children)
    return made


@cache
def _tag(tag: str) -> tuple[str, dict[str, str]]:
    """Return the whole name of a tag and the namespace that it declares: a book has half a million of few tags."""
    named = NamespacePrefixedTag(tag)
    return named.clark_name, named.nsmap


@cache
def _attribute(key: str) -> str:
    return qn(key) if ":" in key else key


def writable(text: str) -> str:
    """``text`` without what XML forbids: controls become a blank, halves of characters nothing; lines stay apart."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(_allowed(letter) for letter in composed)


def run(text: str, *properties: Element) -> Element:
    """Words with their look; a new line in them is one in the document."""
    made = w("r", *([w("rPr", *properties)] if properties else []))
    for number, line in enumerate(writable(text).split("\n")):
        if number:
            made.append(w("br"))
        made.append(_text("w:t", line))
    return made


def written(text: str, properties: str = "") -> str:
    """The same as text, for what a book has by the ten thousand: parsing takes a tenth of making each element."""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in writable(text).split("\n"))
    return f"<w:r>{properties and f'<w:rPr>{properties}</w:rPr>'}{lines}</w:r>"


def parsed(elements: str) -> list[Element]:
    """Elements of the namespace ``w`` that are written one after the other."""
    return list(parse_xml(f"<w:body {nsdecls('w')}>{elements}</w:body>"))


def paragraph(style: str, *content: Element, look: tuple[Element, ...] = ()) -> Element:
    """``look``: what differs from the style, in the order of the schema."""
    return w("p", w("pPr", w("pStyle", val=style), *look), *content)


def bold() -> tuple[Element, Element]:
    return w("b"), w("bCs")


def field(instruction: str, *result: Element, stale: bool = False) -> list[Element]:
    """A field that Word computes; ``result`` is shown until then. Word asks the reader whether to renew a stale one."""
    begin = w("fldChar", fldCharType="begin", **({"dirty": "true"} if stale else {}))
    return [
        w("r", begin),
        w("r", _text("w:instrText", f" {instruction} ")),
        w("r", w("fldChar", fldCharType="separate")),
        *result,
        w("r", w("fldChar", fldCharType="end")),
    ]


def _text(name: str, text: str) -> Element:
    made = named(name, **{"xml:space": "preserve"})
    made.text = text
    return made


def _allowed(character: str) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category == "Cs" or ord(character) & 0xFFFE == 0xFFFE else character
