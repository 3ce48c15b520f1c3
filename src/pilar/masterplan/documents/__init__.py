"""The papers of a plan, as PDF and for Word: three books, the summary for leaders, the draft regulation.

They are in Indonesian only: they are handed in, and become the annex of a regulation; there is no edition in another
language. Everything in them comes from what queries read.
"""

from pilar.masterplan.documents.papers import (
    MEDIA_TYPES,
    PAPERS,
    Format,
    UnknownPaper,
    document_of,
    paper_of,
    papers_archive,
    written,
)
