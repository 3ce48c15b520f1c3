"""Sets documents in type as PDF/A-2a that also meets PDF/UA-1: tagged, with embedded fonts, readable in fifty years.

Typst does the work, from its wheel: no program, no font and no address outside is used. Equal documents give equal
bytes. Levels: ISO 19005-2 (PDF/A-2, conformance level A) and ISO 14289-1 (PDF/UA-1).
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import fields, is_dataclass
from datetime import UTC
from functools import lru_cache
from pathlib import Path
from typing import Any

from pilar.platform import press
from pilar.reports.document import Document
from pilar.reports.paper import Booklet

FOLDER = Path(__file__).parent / "typst"
TEMPLATES: dict[type, Path] = {Document: FOLDER / "document.typ", Booklet: FOLDER / "paper.typ"}
DRAWINGS = frozenset({"svg"})
"""Fields that hold a drawing, not words."""
PLAIN = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180)))) | set("–—‘’“”…•−×→≤≥·\n")
"""Characters that need no trial: Typst's own fonts have them."""
REPLACEMENT = "\N{WHITE SQUARE}"


def typeset(document: Document | Booklet) -> bytes:
    """Document or forms as PDF. Characters that no embedded font has become an empty square, controls a blank."""
    content = json.dumps(_plain(document), ensure_ascii=False)
    moment = document.made_at.astimezone(UTC).replace(microsecond=0)
    return press.typeset(folder=FOLDER, template=str(TEMPLATES[type(document)]), content=content, made_at=moment)


def writable(text: str) -> str:
    """``text`` with what cannot be set in type replaced."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(letter if letter in PLAIN else _settable(letter) for letter in composed)


def _plain(value: Any) -> Any:
    """Blocks as JSON: each says its kind."""
    if is_dataclass(value):
        kept = {
            field.name: getattr(value, field.name) if field.name in DRAWINGS else _plain(getattr(value, field.name))
            for field in fields(value)
            if field.name != "made_at"
        }
        if isinstance(value, Document | Booklet):
            moment = value.made_at
            kept["date"] = [moment.year, moment.month, moment.day]
        return {"kind": type(value).__name__.lower(), **kept}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return writable(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _settable(character: str) -> str:
    """The character itself if the fonts have it: PDF/A forbids a document with a glyph that is missing."""
    category = unicodedata.category(character)
    if category[0] == "Z" or category == "Cc":
        return " "
    if category[0] == "C":
        return ""
    source = f'#set document(title: "-")\n#set text(lang: "id")\n#("{character}")'
    try:
        press.typeset(folder=FOLDER, source=source)
    except press.Refused:
        return REPLACEMENT
    return character
