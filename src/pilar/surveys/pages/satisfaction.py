"""The public result of a satisfaction survey, and its follow-up plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import reference
from pilar.design.conditional import everybody
from pilar.design.forms import shown_on
from pilar.design.views import done
from pilar.evidence.documents import document
from pilar.people.rules import Standing, existing
from pilar.people.views import Shown, knowing, page
from pilar.platform.language import reader_language
from pilar.platform.versions import Outdated
from pilar.reports.pdf import typeset
from pilar.surveys import operations, queries
from pilar.surveys.documents.satisfaction import satisfaction_document
from pilar.surveys.forms.following import StepRows
from pilar.surveys.pages.frame import survey_page
from pilar.surveys.queries.results import result_of
from pilar.surveys.rules.authority import Action, require
from pilar.surveys.rules.satisfaction import LOWEST, NoIndex
from pilar.surveys.rules.scores import MIN_SHOWN


@everybody
@page("surveys/result.html", public=True)
def result(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The index with its elements, the respondents, and the follow-up of the lowest."""
    index = queries.satisfaction_result(key, scope=by)
    row = index.survey
    return {
        "row": row,
        "found": index,
        "lowest": {element.code for element in index.lowest},
        "least": MIN_SHOWN,
        "opens": reference.local_time(row.opens_at, row.region),
        "closes": reference.local_end(row.closes_at, row.region),
    }


@require_safe
@knowing
def report(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """The same as a report on paper."""
    index = queries.satisfaction_result(key, scope=by)
    language = reader_language()
    return document(
        request, "satisfaction", language, index,
        by=by, make=lambda: typeset(satisfaction_document(index)),
        name=f"laporan-skm-{index.survey.region}-{index.survey.year}-{key}-{language}.pdf",
        media_type="application/pdf", inline=True,
    )  # fmt: skip


@survey_page("surveys/follow_up.html", tab="follow-up", sends=True)
def follow_up(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show and edit the follow-up plan of the lowest elements."""
    row = queries.survey(key, scope=by)
    require(by, Action.FOLLOW_UP, row.case, known=True)
    index = result_of(row)
    if index is None:
        raise NoIndex
    rows = StepRows(index)
    sent, seen = request.POST.dict(), index.seen
    if request.method == "POST":
        seen = _number(sent.get("seen", ""))
        if sent.get("do", "save") != "save":
            rows.read(sent)
        elif rows.judge(sent):
            with shown_on(rows, passing=()):
                steps = [form.new_step() for form in rows.forms]
                operations.plan_follow_up(by=by, survey=key, steps=steps, seen=seen)
                return done(request, _("The plan is kept. Everybody reads it with the result"), "surveys:result", key)
    outdated = isinstance(rows.refused, Outdated)
    if outdated:
        # A reader who is shown the present plan has seen it: sending the form again replaces it.
        index = existing(result_of(row))
        seen = index.seen
    return {"row": row, "found": index, "rows": rows, "count": LOWEST, "seen": seen, "outdated": outdated}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
