"""Files of the demonstration: each says that it is made up."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from pilar.reports.document import Document, Notice
from pilar.reports.pdf import typeset


def notice(*, title: str, text: str, now: datetime) -> BytesIO:
    """A page with a title and what is to be known of it, stamped as an example."""
    said = Document(
        title=title, language="id", author="Pilar", made_at=now, blocks=(Notice(text),), stamp="DATA CONTOH"
    )
    return BytesIO(typeset(said))
