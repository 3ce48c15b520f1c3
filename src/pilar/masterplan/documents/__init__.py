"""The papers of a plan, as PDF and for Word: three books, the summary for leaders, the draft regulation.

They exist in Indonesian only, because they are handed in and become the annex of a regulation. All their content comes
from queries.
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
