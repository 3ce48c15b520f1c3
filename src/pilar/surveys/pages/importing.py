"""Answers from a file: first what it would store, with the faults of each row; confirmed, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.evidence.receiving import OversizedFile
from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark, translate
from pilar.platform.tables import inspect_content
from pilar.surveys import operations, queries
from pilar.surveys.documents import answers_template
from pilar.surveys.operations import SheetsStored
from pilar.surveys.pages.frame import framed
from pilar.surveys.pages.results import XLSX
from pilar.surveys.queries import CellRow, SurveyRow
from pilar.surveys.rules.answers import Answered, Mode
from pilar.surveys.rules.authority import Action, Case, may, require_somewhere
from pilar.surveys.rules.paper import Sheet, answers_said
from pilar.surveys.rules.questionnaire import Questionnaire
from pilar.surveys.rules.sheets import LONGEST_CELL, MOST_ROWS, RowFault, read_sheets
from pilar.surveys.rules.surveys import SurveyClosed
from pilar.surveys.wording import programme_names

SHOWN = 200
"""Faults that the page lists; it says how many more there are."""
SHOWN_ROWS = 50
"""Rows whose answers the page shows; it says how many more there are."""
SALT = "surveys.import"
LONGEST_PREVIEW = dt.timedelta(hours=12)
"""After that a preview is not confirmed any more: the file is looked at again."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Preview:
    """What was read of a file: sheets with the numbers of their rows, and columns as the spreadsheet shows them."""

    sheets: tuple[tuple[int, Sheet], ...]
    columns: Mapping[str, str]
    left_out: int


@never_cache
@login_required
def sheet(request: HttpRequest, key: int) -> HttpResponse:
    """A file of answers, in two steps."""
    row, cells, by = _found(request, key)
    if request.method != "POST":
        return _page(request, row)
    try:
        if "rows" in request.POST:
            return _store(request, row, by)
        preview = _read(request, row, cells)
        stored = _enter(by, row, preview, rehearsal=True)
    except _Refused as refused:
        return _page(request, row, faults=refused.faults, status=422)
    except Faults as error:
        return _page(request, row, said=[one.text() for one in error.faults], status=422)
    return _page(request, row, preview=preview, stored=stored, names=programme_names(cells))


@login_required
@require_safe
def template(request: HttpRequest, key: int) -> HttpResponse:
    """An empty table of the programmes that the reader enters answers of."""
    row, cells, _by = _found(request, key)
    name = f"jawaban-survei-{key}-{(get_language() or 'id')[:2]}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(answers_template(row, programme_names(cells)), content_type=XLSX, headers=headers)


class _Refused(Exception):
    """Rows cannot be stored as they are."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


def _found(request: HttpRequest, key: int) -> tuple[SurveyRow, list[CellRow], Standing]:
    """The survey, and its programmes of which the reader enters answers."""
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    require_somewhere(by, Action.ENTER, row.case)
    cells = queries.cells(row, scope=by)
    return row, [one for one in cells if may(by, Action.ENTER, Case(row.region, one.office, row.state))], by


def _read(request: HttpRequest, row: SurveyRow, cells: Sequence[CellRow]) -> Preview:
    """The sheets of the file that was sent; one that is too large was not kept (``evidence.receiving``)."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Faults([Fault("no-file", mark("Choose the file with the answers"))])
    if isinstance(upload, OversizedFile):
        raise Faults([Fault("file-too-large", mark("The file is too large; send it in several parts"))])
    name = (upload.name or "")[-LONGEST_NAME:]
    table = inspect_content(name, upload.read(), most_rows=MOST_ROWS, longest_cell=LONGEST_CELL)
    if table.faults:
        raise Faults(table.faults)
    reading = read_sheets(table, row.questionnaire, programme_names(cells))
    if reading.faults:
        raise _Refused(reading.faults)
    return Preview(reading.sheets, reading.columns, reading.left_out)


def _enter(by: Standing, row: SurveyRow, preview: Preview, *, rehearsal: bool) -> SheetsStored:
    """Store the sheets, or see whether they could be; raises :class:`_Refused` with their rows."""
    sheets = [one for _row, one in preview.sheets]
    try:
        return operations.enter_sheets(
            by=by, survey=row.key, mode=Mode.IMPORT, sheets=sheets, now=timezone.now(), rehearsal=rehearsal
        )
    except Faults as error:
        raise _Refused([_located(one, preview) for one in error.faults]) from None
    except SurveyClosed as closed:
        raise Faults([Fault(closed.code, closed.sentence)]) from None


def _located(fault: Fault, preview: Preview) -> RowFault:
    place, _point, code = fault.place.partition(".")
    return RowFault(preview.sheets[int(place)][0], preview.columns.get(code, ""), fault)


def _store(request: HttpRequest, row: SurveyRow, by: Standing) -> HttpResponse:
    """Store what the preview showed; it is judged as if it were new."""
    stored = _enter(by, row, _confirmed(request, row), rehearsal=False)
    said = ngettext("%(count)s answer is stored", "%(count)s answers are stored", stored.new) % {"count": stored.new}
    messages.success(request, said)
    if stored.known:
        known = ngettext(
            "%(count)s was stored before and counts once", "%(count)s were stored before and count once", stored.known
        )
        messages.info(request, known % {"count": stored.known})
    return redirect("surveys:survey", row.key)


def _packed(request: HttpRequest, row: SurveyRow, preview: Preview) -> str:
    """What comes back when it is confirmed, signed: it holds for this survey and this account."""
    sheets = [
        [number, one.cell, one.number, one.day.isoformat(), one.given.group, one.given.profile, one.given.answers]
        for number, one in preview.sheets
    ]
    content = {"survey": row.key, "person": request.user.pk, "columns": preview.columns, "sheets": sheets}
    return signing.dumps(content, salt=SALT, compress=True)


def _confirmed(request: HttpRequest, row: SurveyRow) -> Preview:
    try:
        content: dict[str, Any] = signing.loads(request.POST["rows"], salt=SALT, max_age=LONGEST_PREVIEW)
    except signing.BadSignature:
        content = {}
    if (content.get("survey"), content.get("person")) != (row.key, request.user.pk):
        raise Faults([Fault("broken-preview", mark("The preview is no longer whole. Choose the file again"))])
    sheets = tuple(
        (number, Sheet(cell, sheet, dt.date.fromisoformat(day), Answered(answers, profile, group, consent=True)))
        for number, cell, sheet, day, group, profile, answers in content["sheets"]
    )
    return Preview(sheets, content["columns"], 0)


def _values(
    form: Questionnaire, preview: Preview, names: Mapping[int, str]
) -> list[tuple[int, str, Sheet, list[tuple[str, str]]]]:
    """What would be stored of the first rows: number of the row, programme, sheet, and the answers in words."""
    return [
        (number, names.get(one.cell, ""), one, list(answers_said(one.given, form)))
        for number, one in preview.sheets[:SHOWN_ROWS]
    ]


def _page(
    request: HttpRequest,
    row: SurveyRow,
    *,
    preview: Preview | None = None,
    stored: SheetsStored | None = None,
    names: Mapping[int, str] | None = None,
    faults: Sequence[RowFault] = (),
    said: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    counts = Counter(one.cell for _row, one in preview.sheets) if preview else Counter[int]()
    context = {
        "said": said,
        "faults": [(one, translate(one.fault.sentence, **one.fault.fields)) for one in faults[:SHOWN]],
        "fault_count": len(faults),
        "more": max(len(faults) - SHOWN, 0),
        "preview": preview,
        "stored": stored,
        "rows": _values(row.questionnaire, preview, names or {}) if preview else [],
        "more_rows": max(len(preview.sheets) - SHOWN_ROWS, 0) if preview else 0,
        "programmes": [(title, counts[key]) for key, title in (names or {}).items() if counts[key]],
        "packed": _packed(request, row, preview) if preview and stored and stored.new else "",
        "most": MOST_ROWS,
    }
    return framed(request, row, "papers", "surveys/paper/import.html", context, status=status)
