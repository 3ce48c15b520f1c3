"""The files of a closed survey that are handed in with it, always in Indonesian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation

from pilar.people.rules import Standing
from pilar.platform.language import N_, translate
from pilar.reports.pdf import typeset
from pilar.surveys import queries
from pilar.surveys.documents.answers import answers_csv
from pilar.surveys.documents.recap import recap_document
from pilar.surveys.documents.workbook import recap_workbook
from pilar.surveys.queries import SurveyRow
from pilar.surveys.rules.files import FileKind


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file; ``single_answers``: only people with permission for single answers may read it."""

    kind: FileKind
    title: str
    name: str
    media_type: str
    content: bytes

    @property
    def single_answers(self) -> bool:
        return self.kind is FileKind.ANSWERS


_TITLES = {
    FileKind.RECAP: N_("Recap of the survey (PDF): %(title)s"),
    FileKind.WORKBOOK: N_("Recap of the survey (XLSX): %(title)s"),
    FileKind.ANSWERS: N_("Single answers, anonymised (CSV): %(title)s"),
}
_NAMES = {FileKind.RECAP: "rekap-survei", FileKind.WORKBOOK: "rekap-survei", FileKind.ANSWERS: "jawaban-survei"}
_TYPES = {
    FileKind.RECAP: ("pdf", "application/pdf"),
    FileKind.WORKBOOK: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    FileKind.ANSWERS: ("csv", "text/csv"),
}
MAX_TITLE = 200
LANGUAGE = "id"


def handed_in(row: SurveyRow, *, scope: Standing) -> tuple[HandedIn, ...]:
    """Make the recap as PDF and XLSX, and the single answers, anonymised; needs ``see-answers``. Equal surveys give
    equal bytes, so that a reader with another language does not make new evidence that must be verified again."""
    with translation.override(LANGUAGE):
        return tuple(_handed_in(row, scope))


def _handed_in(row: SurveyRow, scope: Standing) -> Iterator[HandedIn]:
    given = queries.answers(row, scope=scope)
    recap = queries.recap(row, scope=scope)
    contents = {
        FileKind.RECAP: typeset(recap_document(recap)),
        FileKind.WORKBOOK: recap_workbook(recap),
        FileKind.ANSWERS: answers_csv(row, queries.cells(row, scope=scope), given),
    }
    for kind, content in contents.items():
        ending, media_type = _TYPES[kind]
        title = translate(_TITLES[kind], title=row.title)[:MAX_TITLE]
        yield HandedIn(kind, title, f"{_NAMES[kind]}-{row.region}-{row.year}-{row.key}.{ending}", media_type, content)
