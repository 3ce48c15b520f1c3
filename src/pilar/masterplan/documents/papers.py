"""The papers of a plan, and each of them as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils import translation

from pilar.masterplan.documents.analysis import TITLE as ANALYSIS
from pilar.masterplan.documents.analysis import analysis
from pilar.masterplan.documents.plan_book import TITLE as PLAN
from pilar.masterplan.documents.plan_book import plan_book_document
from pilar.masterplan.documents.regulation import TITLE as REGULATION
from pilar.masterplan.documents.regulation import draft_regulation
from pilar.masterplan.documents.road_map import TITLE as ROAD_MAP
from pilar.masterplan.documents.road_map import road_map
from pilar.masterplan.documents.summary import TITLE as SUMMARY
from pilar.masterplan.documents.summary import summary
from pilar.masterplan.documents.writing import file_name, for_word
from pilar.masterplan.queries.books import PlanBook
from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.reports.document import Document
from pilar.reports.pdf import typeset


class Format(StrEnum):
    PDF = "pdf"
    DOCX = "docx"


MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
WRITERS: dict[Format, Callable[[Document], bytes]] = {Format.PDF: typeset, Format.DOCX: for_word}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: the name in its address and file name, its title, a sentence about its content, and the function that
    makes it."""

    name: str
    title: str
    says: str
    make: Callable[[PlanBook], Document]


PAPERS = (
    Paper("buku-1", ANALYSIS, N_("Link to the RPJMD, readiness, SWOT, gaps"), analysis),
    Paper("buku-2", PLAN, N_("Vision, missions, strategies, bodies, and every programme"), plan_book_document),
    Paper("buku-3", ROAD_MAP, N_("Quick wins with their criteria, road map, yearly plans"), road_map),
    Paper("ringkasan", SUMMARY, N_("The plan on a few pages, for leaders"), summary),
    Paper("rancangan-peraturan", REGULATION, N_("Our own draft, for the legal office to complete"), draft_regulation),
)


class UnknownPaper(PilarError):
    """The plan has no such paper, or not in this format."""

    code = "unknown-paper"
    status = 404
    sentence = N_("There is no such document")


def paper_of(name: str) -> Paper:
    """Return a paper by its name; raises UnknownPaper."""
    for paper in PAPERS:
        if paper.name == name:
            return paper
    raise UnknownPaper


def document_of(paper: Paper, book: PlanBook) -> Document:
    """Make the document of the paper."""
    with translation.override("id"):
        return paper.make(book)


def written(paper: Paper, form: Format, book: PlanBook) -> bytes:
    """Write the paper to a file's content."""
    return WRITERS[form](document_of(paper, book))


def papers_archive(book: PlanBook) -> Iterator[tuple[str, bytes]]:
    """Yield all papers in all formats, one after the other: file name and content."""
    for paper in PAPERS:
        document = document_of(paper, book)
        for form, writer in WRITERS.items():
            yield file_name(book.row, paper.name, form.value), writer(document)
