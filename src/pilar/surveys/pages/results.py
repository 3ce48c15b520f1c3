"""What a closed survey says: scores on a page, and the recap as files."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.people.rules import Standing
from pilar.people.signin import standing_of
from pilar.platform import audit
from pilar.platform.language import translate
from pilar.reports.pdf import typeset
from pilar.surveys import queries
from pilar.surveys.documents import answers_csv, recap_document, recap_workbook
from pilar.surveys.documents.recap import method_note, part_note, printed
from pilar.surveys.pages.frame import framed
from pilar.surveys.queries import SurveyRow
from pilar.surveys.rules.answers import FLAG_NAMES
from pilar.surveys.rules.authority import Action, require_somewhere
from pilar.surveys.rules.scores import SMALLEST_SHOWN
from pilar.surveys.rules.surveys import CONTACT_DAYS
from pilar.surveys.wording import compared, group_lines, groups_caption, item_lines, items_of, pillar_radar

PDF, CSV = "application/pdf", "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def scores(request: HttpRequest, key: int) -> HttpResponse:
    """The scores of a closed survey; an office sees those of its own programmes."""
    row, by = _closed(request, key)
    found = queries.recap(row, scope=by)
    if not found.scores.cells:
        return framed(request, row, "scores", "surveys/nothing.html", {})
    index = found.scores.index
    groups = group_lines(found.scores, found.before)
    context = {
        "found": found,
        "index": index,
        "printed": printed(index) if index else "",
        "groups": groups,
        "groups_caption": groups_caption(found.scores),
        "group_first": translate("Pillar or programme") if found.scores.pillars else translate("Programme"),
        "groups_before": found.before.survey.year if found.before and compared(groups) else None,
        "items": item_lines(found.scores, found.before),
        "programmes": [(one.cell, items_of(found.scores, one)) for one in found.scores.cells if one.shown],
        "hidden": sum(not one.shown for one in found.scores.cells),
        "least": SMALLEST_SHOWN,
        "radar": pillar_radar(found.scores, found.before),
        "flags": [(translate(FLAG_NAMES[one.flag]), one) for one in found.doubts.flags],
        "method": method_note(),
        "part_note": part_note(found),
    }
    return framed(request, row, "scores", "surveys/scores.html", context)


@login_required
@require_safe
def recap_file(request: HttpRequest, key: int, kind: str) -> HttpResponse:
    """The recap as ``pdf`` or ``xlsx``."""
    row, by = _closed(request, key)
    found = queries.recap(row, scope=by)
    match kind:
        case "pdf":
            return _file(typeset(recap_document(found)), PDF, _name(row, "rekap", kind), inline=True)
        case "xlsx":
            return _file(recap_workbook(found), XLSX, _name(row, "rekap", kind))
    raise Http404


@login_required
@require_safe
def answers(request: HttpRequest, key: int) -> HttpResponse:
    """The single answers, anonymised, as CSV."""
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    given = queries.answers(row, scope=by)
    audit.read(by=by.actor, what="surveys.answers", key=row.key, area=row.region, rows=len(given))
    return _file(answers_csv(row, queries.cells(row, scope=by), given), CSV, _name(row, "jawaban", "csv"))


@login_required
@require_safe
def words(request: HttpRequest, key: int) -> HttpResponse:
    """What people wrote in their own words, by programme and question."""
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    found = queries.words(row, scope=by)
    audit.read(
        by=by.actor, what="surveys.words", key=row.key, area=row.region, rows=sum(len(one.texts) for one in found)
    )
    context = {"found": found, "least": SMALLEST_SHOWN}
    return framed(request, row, "words", "surveys/words.html", context)


@never_cache
@login_required
@require_safe
def contacts(request: HttpRequest, key: int) -> HttpResponse:
    """Where respondents want to be told the result; a page and no file, so that no copy outlives their erasure."""
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    found = queries.contacts(row, scope=by)
    audit.read(by=by.actor, what="surveys.contacts", key=row.key, area=row.region, rows=len(found))
    context = {"contacts": found, "days": CONTACT_DAYS}
    return framed(request, row, "contacts", "surveys/contacts.html", context)


def _closed(request: HttpRequest, key: int) -> tuple[SurveyRow, Standing]:
    by = standing_of(request)
    row = queries.survey(key, scope=by)
    require_somewhere(by, Action.SEE_SCORES, row.case)
    return row, by


def _name(row: SurveyRow, what: str, kind: str) -> str:
    return f"{what}-survei-{row.region}-{row.year}-{row.key}-{(get_language() or 'id')[:2]}.{kind}"


def _file(content: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    headers = {
        "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"',
        "Content-Length": str(len(content)),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)
