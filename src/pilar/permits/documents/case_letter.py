"""A standard letter of the office as a document, in Indonesian as it was sent."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from pilar.permits.queries.letters import LetterOut
from pilar.platform.writing import in_words
from pilar.reports.document import Block, Bullets, Document, Paragraph

LANGUAGE = "id"


def letter_document(found: LetterOut) -> Document:
    """Lay out the paragraphs of a letter, with a list where each line begins with a dash."""
    with translation.override(LANGUAGE):
        return Document(
            title=found.title, language=LANGUAGE, author="Pilar", made_at=found.at,
            blocks=tuple(_block(one) for one in found.text.split("\n\n")),
            eyebrow=_("Investment and one-stop service office of %(region)s") % {"region": found.region},
            lead=f"{found.number}, {in_words(found.day, LANGUAGE)}", running=f"{found.number} · {found.region}",
            stamp=_("SAMPLE DATA") if found.synthetic else "",
        )  # fmt: skip


def _block(text: str) -> Block:
    lines = text.split("\n")
    if all(line.startswith("- ") for line in lines):
        return Bullets(tuple(line[2:] for line in lines))
    return Paragraph(text)
