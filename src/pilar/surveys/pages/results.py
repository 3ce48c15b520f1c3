"""Results of a closed survey: scores on a page, and the recap as files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilar.design.sheets import XLSX
from pilar.design.views import file
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer
from pilar.platform import audit
from pilar.platform.language import reader_language, translate
from pilar.reports.pdf import typeset
from pilar.surveys import queries
from pilar.surveys.documents import answers_csv, recap_document, recap_workbook
from pilar.surveys.documents.recap import method_note, part_note, printed
from pilar.surveys.pages.frame import survey_page
from pilar.surveys.queries import SurveyRow
from pilar.surveys.rules.answers import FLAG_NAMES
from pilar.surveys.rules.authority import Action, require_somewhere
from pilar.surveys.rules.scores import MIN_SHOWN
from pilar.surveys.rules.surveys import CONTACT_DAYS
from pilar.surveys.wording import compared, group_lines, groups_caption, item_lines, items_of, pillar_radar

PDF, CSV = "application/pdf", "text/csv; charset=utf-8"


@survey_page("surveys/scores.html", tab="scores")
def scores(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The scores of a closed survey; an office sees those of its own programmes."""
    row = _closed(by, key)
    recap = queries.recap(row, scope=by)
    if not recap.scores.cells:
        return {"row": row}, "surveys/nothing.html"
    index = recap.scores.index
    groups = group_lines(recap.scores, recap.before)
    return {
        "row": row,
        "found": recap,
        "index": index,
        "printed": printed(index) if index else "",
        "told": index is not None and recap.whole,
        "groups": groups,
        "groups_caption": groups_caption(recap.scores),
        "group_first": translate("Pillar or programme") if recap.scores.pillars else translate("Programme"),
        "groups_before": recap.before.survey.year if recap.before and compared(groups) else None,
        "items": item_lines(recap.scores, recap.before),
        "programmes": [(cell.cell, items_of(recap.scores, cell)) for cell in recap.scores.cells if cell.shown],
        "hidden": sum(not cell.shown for cell in recap.scores.cells),
        "least": MIN_SHOWN,
        "radar": pillar_radar(recap.scores, recap.before),
        "flags": [(translate(FLAG_NAMES[flag.flag]), flag) for flag in recap.doubts.flags],
        "method": method_note(),
        "part_note": part_note(recap),
    }


@answer
@require_safe
def recap_file(request: HttpRequest, key: int, kind: str, *, by: Standing) -> HttpResponse:
    """The recap as ``pdf`` or ``xlsx``."""
    row = _closed(by, key)
    recap = queries.recap(row, scope=by)
    match kind:
        case "pdf":
            return file(typeset(recap_document(recap)), _name(row, "rekap", kind), PDF, inline=True)
        case "xlsx":
            return file(recap_workbook(recap), _name(row, "rekap", kind), XLSX)
    raise Http404


@answer
@require_safe
def answers(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """The single answers, anonymised, as CSV."""
    row = queries.survey(key, scope=by)
    given = queries.answers(row, scope=by)
    audit.read(by, "surveys.answers", row.key, area=row.region, rows=len(given))
    return file(answers_csv(row, queries.cells(row, scope=by), given), _name(row, "jawaban", "csv"), CSV)


@survey_page("surveys/words.html", tab="words")
def words(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show free-text answers, by programme and question."""
    row = queries.survey(key, scope=by)
    wordses = queries.words(row, scope=by)
    audit.read(by, "surveys.words", row.key, area=row.region, rows=sum(len(wordse.texts) for wordse in wordses))
    return {"row": row, "found": wordses, "least": MIN_SHOWN}


@never_cache
@survey_page("surveys/contacts.html", tab="contacts")
def contacts(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show the respondents' addresses for the result; a page and no file, so that no copy outlives their erasure."""
    row = queries.survey(key, scope=by)
    contacts = queries.contacts(row, scope=by)
    audit.read(by, "surveys.contacts", row.key, area=row.region, rows=len(contacts))
    return {"row": row, "contacts": contacts, "days": CONTACT_DAYS}


def _closed(by: Standing, key: int) -> SurveyRow:
    row = queries.survey(key, scope=by)
    require_somewhere(by, Action.SEE_SCORES, row.case)
    return row


def _name(row: SurveyRow, what: str, kind: str) -> str:
    return f"{what}-survei-{row.region}-{row.year}-{row.key}-{reader_language()}.{kind}"
