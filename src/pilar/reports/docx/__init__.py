"""Writes documents for Word (ISO/IEC 29500, transitional), to be edited further in an office.

Pages are A4 with the margins of official letters, at least 2 cm above, 2.5 cm below, 3 cm left and 2 cm right: rules of
tata naskah dinas, Regulation of the Minister of Law and Human Rights 31/2020, section on ruang tepi. That a region's
books keep the same margins is an assumption. Equal documents give equal bytes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC

import docx
from docx.document import Document as Package
from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from pilar.reports.archives import archive
from pilar.reports.document import Document
from pilar.reports.docx.blocks import GAP, Writer
from pilar.reports.docx.elements import Element, field, paragraph, run, twips, w, writable
from pilar.reports.docx.headings import entries
from pilar.reports.docx.styles import LANGUAGES, settings, styles

PAGE = (210, 297)
ABOVE, BELOW, LEFT, RIGHT = 20, 25, 30, 20
"""Margins in millimetres."""
CORNER = 34
"""Millimetres for the picture next to the title."""
MAX_PROPERTY = 255
UNUSED = frozenset({
    "stylesWithEffects", "webSettings", "fontTable", "theme", "customXml", "extended-properties", "thumbnail",
})  # fmt: skip
"""Parts of python-docx's own template that say nothing of a document."""


def write_docx(document: Document) -> bytes:
    """The document as DOCX. Characters that XML forbids become a blank or nothing.

    Word asks anybody who opens a document with a table of contents whether to renew its fields: the pages of the
    headings are not known before.
    """
    package = docx.Document()
    headings = entries(document.blocks)
    across, down = reversed(PAGE) if document.landscape else PAGE
    width, height = across - LEFT - RIGHT, down - ABOVE - BELOW
    writer = Writer(package.part, headings, height - 20)
    content = [*_opening(document, writer, width), *writer.blocks(document.blocks, width)]
    numbered = any(entry.number for entry in headings)
    _fill(package.styles.element, styles(document.language, width, numbered=numbered))
    _fill(package.settings.element, settings(document.language))
    _fill(package.part.numbering_part.element, writer.lists.elements())
    body = package.element.body
    last = body[-1]
    _fill(body, [*content, last])
    _set_page(package, document, across, down)
    _describe(package, document)
    return _packed(package, document)


def _opening(document: Document, writer: Writer, width: float) -> list[Element]:
    """Return what stands above the blocks: eyebrow, title, lead, and the picture next to them."""
    above = [paragraph("Subtitle", run(document.eyebrow))] if document.eyebrow else []
    below = [paragraph("Normal", run(document.lead))] if document.lead else []
    title = [*above, paragraph("Title", run(document.title)), *below]
    if document.corner is None:
        return title
    return writer.beside(title, writer.picture(document.corner, CORNER), (width - GAP - CORNER, CORNER))


def _set_page(package: Package, document: Document, across: float, down: float) -> None:
    section = package.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if document.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(across), Mm(down)
    section.top_margin, section.bottom_margin = Mm(ABOVE), Mm(BELOW)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance, section.footer_distance = Mm(8), Mm(12)
    page, pages = field("PAGE", run("1")), field("NUMPAGES", run("1"))
    stop = w("tabs", w("tab", val="right", pos=twips(across - LEFT - RIGHT)))
    foot = paragraph("Footer", run(document.running), w("r", w("tab")), *page, run(" / "), *pages, look=(stop,))
    section.footer.is_linked_to_previous = False
    _fill(section.footer._element, [foot])
    if document.stamp:
        section.header.is_linked_to_previous = False
        _fill(section.header._element, [paragraph("Header", run(document.stamp))])


def _describe(package: Package, document: Document) -> None:
    """Properties of the file; nothing of the machine that made it."""
    moment = document.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    known = package.core_properties
    known.title = writable(document.title).replace("\n", " ")[:MAX_PROPERTY]
    known.author = known.last_modified_by = writable(document.author)[:MAX_PROPERTY]
    known.language = LANGUAGES[document.language]
    known.created = known.modified = moment
    known.comments = known.keywords = known.subject = known.category = ""
    known.revision = 1


def _packed(package: Package, document: Document) -> bytes:
    """Without the parts of python-docx's template that say nothing here, and dated by the document."""
    for part in (package.part, package.part.package):
        for key in [key for key, relation in part.rels.items() if relation.reltype.rpartition("/")[2] in UNUSED]:
            del part.rels[key]
    written = io.BytesIO()
    package.save(written)
    with zipfile.ZipFile(written) as made:
        files = {name: made.read(name) for name in made.namelist()}
    return archive(files, moment=document.made_at.astimezone(UTC))


def _fill(parent: Element, children: list[Element]) -> None:
    for child in list(parent):
        parent.remove(child)
    parent.extend(children)
