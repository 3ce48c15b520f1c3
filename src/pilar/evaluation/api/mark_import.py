"""An assessor's marks from a file."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from pilar.evaluation import operations
from pilar.evaluation.api.marking import REFUSED, Key
from pilar.evaluation.api.published_schemas import FaultOut
from pilar.evaluation.queries.answer_sheets import read_marks_file
from pilar.evaluation.rules.mark_sheets import MarkVerdict
from pilar.evidence.receiving import OversizedFile
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark

router = Router(tags=["marking"])


class MarkChangeOut(Schema):
    field: Literal["value", "reason"]
    before: str
    after: str


class MarkRowOut(Schema):
    """What becomes, or became, of one row of a file."""

    row: int
    node: str
    outcome: Literal["unchanged", "changed", "refused"]
    changes: list[MarkChangeOut]
    faults: list[FaultOut]


class MarkReportOut(Schema):
    """The file row by row; ``applied`` says whether its marks were kept."""

    applied: bool
    rows: list[MarkRowOut]


@router.post("/marking/{key}/import", response={200: MarkReportOut, **REFUSED}, summary="My marks from a file")
def import_marks(
    request: HttpRequest, key: Key, file: Annotated[UploadedFile, File()], apply: bool = False
) -> MarkReportOut:
    """Look at a table of marks, XLSX or CSV with the columns ``code``, ``value``, ``reason`` and ``version``.

    ``version`` is the one seen, blank or 0 for a first mark; a row without a value says nothing. With ``apply=true``
    the marks are kept, all or none: while a row is refused, none is.
    """
    by = standing_of(request)
    if isinstance(file, OversizedFile):
        raise Faults([Fault("file-too-large", mark("The file is too large to be a table of marks"))])
    marks = read_marks_file(key, file.name or "", file.read(), scope=by)
    verdicts = operations.import_marks(by=by, assessment=key, marks=marks, apply=apply, now=timezone.now())
    return MarkReportOut(applied=apply, rows=[_row(verdict) for verdict in verdicts])


def _row(verdict: MarkVerdict) -> MarkRowOut:
    return MarkRowOut(
        row=verdict.mark.row,
        node=verdict.mark.node,
        outcome=verdict.outcome.value,
        changes=[
            MarkChangeOut(field=change.field, before=change.before, after=change.after) for change in verdict.changes
        ],
        faults=[FaultOut(code=fault.code, place=fault.place, text=fault.text()) for fault in verdict.faults],
    )
