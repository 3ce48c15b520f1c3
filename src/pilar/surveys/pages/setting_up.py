"""Set up a survey: its programmes, opening, closing, and the statement that it is valid."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.areas import reference
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted, shown_on, stored
from pilar.design.views import done
from pilar.evidence import queries as evidence
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer
from pilar.surveys import operations, queries
from pilar.surveys.forms.setting_up import CellRows, StatementForm
from pilar.surveys.pages.frame import survey_page
from pilar.surveys.queries import SurveyRow
from pilar.surveys.reference import pillars
from pilar.surveys.rules.authority import Action, SurveyState, holds, require
from pilar.surveys.rules.questionnaire import Kind
from pilar.surveys.rules.surveys import GRACE, gaps_of, quotas_of
from pilar.surveys.wording import part_name

MAX_FILES = 200
"""The number of newest files of the evidence room to choose a statement from."""


@survey_page("surveys/cells.html", tab="cells", sends=True)
def cells(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """Show and edit the programmes of a survey, the respondents, and the number of them that each needs."""
    row = queries.survey(key, scope=by)
    require(by, Action.SET_UP, row.case, known=True)
    offices = [office for office in areas.offices(row.region, scope=by) if not office.closed]
    rows = CellRows(
        queries.cells(row, scope=by), offices=offices, pillars=pillars(), needs_part=_by_pillar(row)
    )  # fmt: skip
    planned = queries.planned_programmes(row, scope=by)
    sent = request.POST.dict()
    if request.method == "POST":
        match sent.get("do", "save"):
            case "save":
                if rows.judge(sent):
                    with shown_on(rows):
                        operations.set_cells(by=by, survey=key, cells=[form.new_cell() for form in rows.forms])
                        return done(request, _("The programmes are kept"), "surveys:survey", key)
            case "fill":
                quotas = quotas_of(rows.given(sent), row.questionnaire.quota, split=row.split)
                rows.fill(sent, quotas)
            case "pick":
                chosen = set(request.POST.getlist("picked"))
                rows.pick(
                    sent,
                    [programme for programme in planned if programme.code in chosen],
                    lambda cells: quotas_of(cells, row.questionnaire.quota, split=row.split),
                )
            case _:
                rows.read(sent)
    quota = row.questionnaire.quota
    there = {str(form["programme"].value() or "").casefold() for form in rows.forms}
    return {
        "row": row,
        "planned": [
            (programme, part_name(programme.part or programme.pillar))
            for programme in planned if programme.programme.casefold() not in there
        ],
        "has_plan": bool(planned),
        "rows": rows, "offices": offices, "by_pillar": _by_pillar(row), "quota": quota,
        "respondents": quota.split_respondents if row.split else quota.respondents,
    }  # fmt: skip


@answer
def open_(request: HttpRequest, key: int, *, by: Standing) -> HttpResponse:
    """Open the survey for answers."""
    return confirm(request, lambda: _open_check(key, by), lambda: operations.open_survey(by=by, survey=key))


@answer
def close(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Close the survey."""
    return confirm(request, lambda: _close_check(key, by), lambda: operations.close_survey(by=by, survey=key, now=now))


def _open_check(key: int, by: Standing) -> Check | Done:
    row = queries.survey(key, scope=by)
    here = reverse("surveys:survey", args=[key])
    if row.state is SurveyState.OPEN and holds(by, Action.OPEN, row.case):
        said = _("The survey is open. It takes answers from its opening time on")
        return Done(said, here, _("The links by which people answer"), reverse("surveys:links", args=[key]))
    require(by, Action.OPEN, row.case, known=True)
    cells = queries.cells(row, scope=by)
    setting_up = reverse("surveys:cells", args=[key])
    return Check(
        title=_("Check before you open the survey"),
        act=_("Open the survey"),
        about=row.title,
        will=(
            _("Everybody who has a link answers from %(opens)s until %(closes)s.")
            % {
                "opens": reference.local_time(row.opens_at, row.region),
                "closes": reference.local_end(row.closes_at, row.region),
            },
            _("Its programmes, quotas and questions stay as they are; nobody brings it back to being drawn up."),
        ),
        counts=(
            (_("Programmes"), str(len(cells))),
            (_("Respondents wanted"), str(sum(cell.quota for cell in cells))),
        ),
        blocked=() if cells else (Remark(_("Name at least one programme to ask about"), setting_up),),
        unready=tuple(
            Remark(
                _("%(pillar)s: %(count)s programmes, another number than the method has")
                % {"pillar": part_name(gap.pillar), "count": gap.programmes},
                setting_up,
            )
            for gap in gaps_of([cell.pillar for cell in cells], row.questionnaire.quota, pillars())
        ),
        trail=((row.title, here),),
        state=str([(cell.key, cell.quota) for cell in cells]),
    )


def _close_check(key: int, by: Standing) -> Check | Done:
    row = queries.survey(key, scope=by)
    here = reverse("surveys:survey", args=[key])
    if row.state is SurveyState.CLOSED and holds(by, Action.CLOSE, row.case):
        said = _("The survey is closed. Its scores stand")
        return Done(said, here, _("See its scores"), reverse("surveys:scores", args=[key]))
    require(by, Action.CLOSE, row.case, known=True)
    cells = queries.cells(row, scope=by)
    closable = row.closes_at + GRACE
    late = _("Answers that were given in time may arrive until %(moment)s: close it then")
    will = [
        _("No answer is taken any more, neither from links nor from tablets, paper or files. It is not opened again."),
        _("Its scores stand, and show to those who may see them."),
    ]
    if row.questionnaire.kind is Kind.SATISFACTION:
        will.append(_("Its indices become values of measures."))
    short = [cell for cell in cells if cell.missing]
    return Check(
        title=_("Check before you close the survey"),
        act=_("Close the survey"),
        about=row.title,
        will=tuple(will),
        counts=(
            (_("Answers"), str(sum(cell.count for cell in cells))),
            (_("Answers that count"), str(sum(cell.counting for cell in cells))),
            (_("Respondents wanted"), str(sum(cell.quota for cell in cells))),
        ),
        blocked=()
        if timezone.now() >= closable
        else (Remark(late % {"moment": reference.local_time(closable, row.region)}),),
        unready=tuple(
            Remark(
                _("%(programme)s: %(missing)s of %(quota)s respondents are missing")
                % {"programme": cell.programme, "missing": cell.missing, "quota": cell.quota},
                here,
            )
            for cell in short
        ),
        trail=((row.title, here),),
        state=row.state,
    )


@survey_page("surveys/statement.html", tab="statement", sends=True)
def statement(request: HttpRequest, key: int, *, by: Standing) -> Shown:
    """The statement of the head of region that the survey is valid."""
    row = queries.survey(key, scope=by)
    require(by, Action.STATE_VALIDITY, row.case, known=True)
    files = evidence.region_evidence(row.region, scope=by, size=MAX_FILES)
    form = StatementForm(
        posted(request),
        evidence=files,
        initial={"stated_by": row.stated_by, "stated_on": row.stated_on, "file": row.stated_file},
    )
    if stored(form, lambda: operations.state_validity(by=by, survey=key, **form.cleaned_data)):
        return done(request, _("The statement is kept"), "surveys:survey", key)
    return {"row": row, "form": form}


def _by_pillar(row: SurveyRow) -> bool:
    return row.questionnaire.kind is Kind.IMPACT
