"""PDFs as their readers get them: structure by pypdf, drawing by PDFium, codes by ZXing; none of them writes ours."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdfium2
import zxingcpp
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject


@dataclass(frozen=True)
class Archived:
    """What PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) ask of a file's structure, as far as it is read here."""

    language: str
    title: str
    shows_title: bool
    marked: bool
    tags: frozenset[str]
    output_intent: str
    part: str
    conformance: str
    ua_part: str
    fonts_embedded: bool
    scripts: bool
    alternatives: tuple[str, ...]
    """The alternative texts of figures."""


def archived(content: bytes) -> Archived:
    reader = PdfReader(BytesIO(content))
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    (intent,) = root["/OutputIntents"]
    elements = list(_elements(root["/StructTreeRoot"]))
    return Archived(
        language=str(root.get("/Lang", "")),
        title=str((reader.metadata or {}).get("/Title", "")),
        shows_title=bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)),
        marked=bool(root["/MarkInfo"]["/Marked"]),
        tags=frozenset(str(one["/S"]) for one in elements if "/S" in one),
        output_intent=str(intent.get_object()["/S"]),
        part=_between(metadata, "pdfaid:part"),
        conformance=_between(metadata, "pdfaid:conformance"),
        ua_part=_between(metadata, "pdfuaid:part"),
        fonts_embedded=all(_embedded(font) for page in reader.pages for font in _fonts(page)),
        scripts="/JavaScript" in str(root.get("/Names", "")) or "/OpenAction" in root,
        alternatives=tuple(str(one["/Alt"]) for one in elements if one.get("/S") == "/Figure" and "/Alt" in one),
    )


def words(content: bytes) -> str:
    """All text of the pages, in order, with single blanks."""
    document = pypdfium2.PdfDocument(content)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


def pages(content: bytes) -> int:
    return len(PdfReader(BytesIO(content)).pages)


def codes(content: bytes) -> list[str]:
    """What the codes on the first page say to a camera."""
    document = pypdfium2.PdfDocument(content)
    document.init_forms()  # the field of a signature is drawn, too
    try:
        picture = document[0].render(scale=3, grayscale=True).to_numpy().squeeze()
    finally:
        document.close()
    return [found.text for found in zxingcpp.read_barcodes(picture.copy())]


def _between(metadata: str, name: str) -> str:
    _before, _sign, after = metadata.partition(f"<{name}>")
    return after.partition("<")[0]


def _elements(parent: Any) -> Any:
    kids = parent.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        found = kid.get_object() if isinstance(kid, IndirectObject) else kid
        if isinstance(found, DictionaryObject):
            yield found
            yield from _elements(found)


def _fonts(page: Any) -> Any:
    for font in page["/Resources"].get("/Font", {}).values():
        yield font.get_object()


def _embedded(font: Any) -> bool:
    if font["/Subtype"] == "/Type3":
        return True
    below = [one.get_object() for one in font.get("/DescendantFonts", [])] or [font]
    files = ("/FontFile", "/FontFile2", "/FontFile3")
    return all(any(name in one["/FontDescriptor"] for name in files) for one in below)
