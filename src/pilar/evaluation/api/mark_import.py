"""An assessor's marks from a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import File, Schema
from ninja.files import UploadedFile

from pilar.evaluation import operations
from pilar.evaluation.api.published import REFUSED
from pilar.evaluation.queries.answer_sheets import read_marks_file
from pilar.evaluation.rules.mark_sheets import MarkChange, MarkVerdict
from pilar.evidence.receiving import OversizedFile
from pilar.people.routes import Routes
from pilar.people.rules import Standing
from pilar.platform.api import FaultOut, Key, RowSchema
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

router = Routes(tags=["marking"])


class MarkChangeOut(RowSchema, of=MarkChange, fields="field before after"):
    field: Literal["value", "reason"]


class MarkRowOut(RowSchema, of=MarkVerdict, fields="row=mark.row node=mark.node outcome changes faults"):
    """The result of one row of a file, before or after storing."""

    faults: list[FaultOut]


class MarkReportOut(Schema):
    """The file row by row; ``applied`` says whether its marks were kept."""

    applied: bool
    rows: list[MarkRowOut]


@router.post("/marking/{key}/import", response={200: MarkReportOut, **REFUSED}, summary="My marks from a file")
def import_marks(
    by: Standing, now: datetime, key: Key, file: Annotated[UploadedFile, File()], apply: bool = False
) -> dict[str, object]:
    """Look at a table of marks, XLSX or CSV with the columns ``code``, ``value``, ``reason`` and ``version``.

    ``version`` is the one seen, blank or 0 for a first mark; a row without a value says nothing. With ``apply=true``
    the marks are kept, all or none: while a row is refused, none is.
    """
    if isinstance(file, OversizedFile):
        raise Faults([Fault("file-too-large", N_("The file is too large to be a table of marks"))])
    marks = read_marks_file(key, file.name or "", file.read(), scope=by)
    verdicts = operations.import_marks(by=by, assessment=key, marks=marks, apply=apply, now=now)
    return {"applied": apply, "rows": verdicts}
