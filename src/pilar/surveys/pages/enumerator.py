"""Asking people on a tablet, offline.

The page contains only what a public link shows, so that the tablet may store it: not even the signed-in person. Its
outbox keeps the answers and sends them to the API (``design.outbox``, static/surveys/enumerator).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar.areas import reference
from pilar.design.outbox import Outbox
from pilar.people.rules import NotAllowed, Standing, existing
from pilar.people.views import Shown, page
from pilar.platform.language import N_
from pilar.surveys import queries
from pilar.surveys.forms.answering import SectionForm, StartForm
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import Action, Case, SurveyState, WrongSurveyState, holds, require
from pilar.surveys.rules.questionnaire import Item
from pilar.surveys.rules.surveys import UNFINISHED_DAYS, SurveyClosed

ANSWERS = Outbox(
    "enumerator",
    worker="surveys:worker",
    pages=r"\d+/\d+/",
    one=N_("answer"),
    many=N_("answers"),
    scripts=tuple(f"surveys/enumerator/{name}.js" for name in ("questions", "page")),
    styles=("surveys/answering.css",),
    look="answering",
    days=UNFINISHED_DAYS,
    over=(SurveyClosed.code, WrongSurveyState.code),
)


@ANSWERS.kept
@page("surveys/enumerator.html")
def enumerator(request: HttpRequest, key: int, place: int, *, by: Standing) -> Shown:
    """Show the page for asking about a programme. A closed survey is shown too, because answers may still be on the
    tablet."""
    row = queries.survey(key, scope=by)
    cell = existing(next((cell_row for cell_row in queries.cells(row, scope=by) if cell_row.place == place), None))
    case = Case(row.region, cell.office, row.state)
    if not holds(by, Action.ENTER, case):
        raise NotAllowed
    if row.state is not SurveyState.CLOSED:
        require(by, Action.ENTER, case, known=True)
    form = row.questionnaire
    sections = [SectionForm(None, questionnaire=form, section=section, answers=None) for section in form.sections]
    outbox = ANSWERS.shown(
        request,
        title=cell.programme,
        eyebrow=f"{row.title} · {row.region_name}",
        send=f"/api/v1/survey-cells/{cell.key}/answers",
        texts=_texts(),
        mode=Mode.ENUMERATOR.value,
        open=row.state is SurveyState.OPEN,
        opens=row.opens_at.isoformat(),
        closes=row.closes_at.isoformat(),
        profile={field.code: field.required for field in form.profile},
        steps=[[_asked(item) for item in section.items] for section in form.sections],
    )
    return {
        **outbox,
        "row": row,
        "start": StartForm(None, questionnaire=form),
        "sections": [*zip(form.sections, sections, strict=True)],
        "opens": reference.local_time(row.opens_at, row.region),
        "closes": reference.local_end(row.closes_at, row.region),
    }


def _asked(item: Item) -> dict[str, Any]:
    when = None if item.when is None else {"item": item.when.item, "values": item.when.values}
    return {"code": item.code, "kind": item.kind.value, "required": item.required, "when": when}


def _texts() -> dict[str, str]:
    """Return sentences that only this page needs."""
    return {
        "missing": _("Please answer this question"),
        "consent": _("Tick that the respondent agrees, or go back: nothing is kept"),
        "number": _("Write a number"),
        "other_page": _("Open the page of this programme"),
        "where_told": _(
            "Until they are sent, answers lie on this device only, without names; then they are erased here. Lend it to"
            " nobody before that, and do not clear the data of the browser. An answer that is not handed in is erased"
            " after %(days)s days."
        )
        % {"days": UNFINISHED_DAYS},
    }
