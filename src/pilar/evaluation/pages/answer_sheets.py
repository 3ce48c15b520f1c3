"""The form as a file: out, in with a preview, and applied."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from pilar import index
from pilar.design.numbers import grouped
from pilar.evaluation import operations
from pilar.evaluation.pages.answers import frame
from pilar.evaluation.queries.answer_rows import Form
from pilar.evaluation.queries.answer_sheets import read_file
from pilar.evaluation.queries.answers import form as form_for
from pilar.evaluation.queries.answers import judged
from pilar.evaluation.queries.rows import Bilingual
from pilar.evaluation.rules.answer_sheets import (
    MOST_ROWS,
    Outcome,
    SheetAnswer,
    Verdict,
    read_answer,
)
from pilar.evaluation.rules.answers import FIELDS, NUMBERS, as_text
from pilar.evaluation.workbooks import XLSX, answer_form
from pilar.evidence.receiving import OversizedFile
from pilar.people.signin import standing_of
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import mark, spoken


@login_required
@require_safe
def export(request: HttpRequest, key: int) -> HttpResponse:
    """The form as a workbook; a contributor's holds the indicators of the office."""
    form = form_for(key, scope=standing_of(request), now=timezone.now())
    offices = {held.office for held in form.by.memberships if held.region == form.header.region_code}
    content = answer_form(form, only_own=None not in offices and bool(offices))
    name = f"penilaian-mandiri-{form.header.campaign}-{form.header.phase}-{form.header.region_code}.xlsx"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_required
def sheet_import(request: HttpRequest, key: int) -> HttpResponse:
    """A filled-in form: first what it would change, row by row; then, confirmed, all of it or nothing."""
    form = form_for(key, scope=standing_of(request), now=timezone.now())
    if request.method != "POST":
        return _page(request, form)
    try:
        if "answers" in request.POST:
            return _apply(request, form)
        answers = read_file(form, *_uploaded(request))
    except Faults as refused:
        return _page(request, form, faults=[fault.text() for fault in refused.faults], status=422)
    return _page(request, form, verdicts=judged(form, answers))


def _uploaded(request: HttpRequest) -> tuple[str, bytes]:
    """Name and content of the file; one that is too large was not kept (``evidence.receiving``)."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Faults([Fault("no-file", mark("Choose the file that you filled in"))])
    if isinstance(upload, OversizedFile):
        raise Faults([Fault("file-too-large", mark("The file is too large to be a form"))])
    return upload.name or "", upload.read()


def _apply(request: HttpRequest, form: Form) -> HttpResponse:
    """Keep what the preview showed. It came back through the browser, so it is checked as if it were new."""
    answers = _confirmed(request, form)
    changed = operations.save_answers(by=form.by, assessment=form.header.key, answers=answers, now=timezone.now())
    said = ngettext("%(count)s answer is taken over", "%(count)s answers are taken over", changed)
    messages.success(request, said % {"count": changed})
    return redirect("evaluation:assessment", form.header.key)


def _confirmed(request: HttpRequest, form: Form) -> list[SheetAnswer]:
    try:
        rows = json.loads(request.POST["answers"])
        found = [
            read_answer(
                form.instrument,
                str(row["code"]),
                {name: str(row.get(name, "")) for name in FIELDS},
                seen_version=int(row["version"]),
            )
            for row in rows[:MOST_ROWS]
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Faults([Fault("broken-preview", mark("The preview is no longer whole. Choose the file again"))]) from None
    return found


def _page(
    request: HttpRequest,
    form: Form,
    *,
    verdicts: tuple[Verdict, ...] | None = None,
    faults: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = verdicts or ()
    titles = {row.code: row.title for row in form.tree}
    changed = [verdict for verdict in found if verdict.outcome is Outcome.CHANGED]
    context = {
        **frame(form),
        "previewed": verdicts is not None,
        "faults": faults or [],
        "rows": [
            (titles.get(verdict.answer.node, verdict.answer.node), verdict, _changes(form, verdict))
            for verdict in found
            if verdict.outcome is not Outcome.UNCHANGED
        ],
        "count": Counter(verdict.outcome.value for verdict in found),
        "applicable": bool(changed) and len(changed) == len([v for v in found if v.outcome is not Outcome.UNCHANGED]),
        "answers": json.dumps([_row(verdict.answer) for verdict in changed], ensure_ascii=False),
    }
    return render(request, "evaluation/answers/import.html", context, status=status)


def _changes(form: Form, verdict: Verdict) -> list[tuple[str, str, str]]:
    """What changes: the field, and its value before and after as the reader writes it, a quantity with its unit."""
    node = form.instrument.by_code.get(verdict.answer.node)
    unit = str(Bilingual(**node.mark.unit)) if node and isinstance(node.mark, index.BandMark) else ""
    return [
        (one.label, _said(one.before, one.field, unit), _said(one.after, one.field, unit)) for one in verdict.changes
    ]


def _said(text: str, field: str, unit: str) -> str:
    if not text or field not in NUMBERS:
        return text
    figure = grouped(Decimal(text), spoken())
    return f"{figure} {unit}".strip() if field == "quantity" else figure


def _row(answer: SheetAnswer) -> dict[str, Any]:
    values = {name: as_text(answer.given, name) for name in FIELDS}
    return {"code": answer.node, "version": answer.seen_version, **values}
