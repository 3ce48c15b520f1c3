"""A standard letter of the office as a document, in Indonesian as it was sent."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.permits.queries.letters import LetterOut
from pilar.platform.writing import in_words
from pilar.reports.document import Block, Bullets, Document, Paragraph

LANGUAGE = "id"


def letter_document(letter: LetterOut) -> Document:
    """Lay out the paragraphs of a letter, with a list where each line begins with a dash."""
    with translation.override(LANGUAGE):
        return Document(
            title=letter.title, language=LANGUAGE, author="Pilar", made_at=letter.at,
            blocks=tuple(_block(paragraph) for paragraph in letter.text.split("\n\n")),
            eyebrow=_("Investment and one-stop service office of %(region)s") % {"region": letter.region},
            lead=f"{letter.number}, {in_words(letter.day, LANGUAGE)}", running=f"{letter.number} · {letter.region}",
            stamp=_("SAMPLE DATA") if letter.synthetic else "",
        )  # fmt: skip


def _block(text: str) -> Block:
    lines = text.split("\n")
    if all(line.startswith("- ") for line in lines):
        return Bullets(tuple(line[2:] for line in lines))
    return Paragraph(text)
