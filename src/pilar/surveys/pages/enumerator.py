"""Asking people on a tablet, without a line: the page that a service worker keeps, and the worker itself.

The page holds nothing but what a public link shows too, so that the tablet may keep it: not even who has signed in. Its
script keeps the answers on the tablet and sends them to the API (static/surveys/enumerator).
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import reference
from pilar.people.rules import NotAllowed, NotFound, Standing
from pilar.people.views import answer
from pilar.surveys import queries
from pilar.surveys.forms.answering import SectionForm, StartForm
from pilar.surveys.queries import CellRow, SurveyRow
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import Action, Case, SurveyState, holds, require
from pilar.surveys.rules.questionnaire import Item
from pilar.surveys.rules.surveys import UNFINISHED_DAYS

SCRIPTS = tuple(f"surveys/enumerator/{name}.js" for name in ("store", "sending", "questions", "page"))
STYLES = ("surveys/answering.css", "surveys/enumerator.css")
FRAME = tuple(f"design/{name}.css" for name in ("foundation", "frame", "components", "data", "charts", "print"))
FILES = (*SCRIPTS, *STYLES, *FRAME, "design/icon.svg")
"""Whatever the page loads: without a line it comes from the tablet."""

BATCH = 50
"""Answers in one request: a weak line carries some of them, and what has arrived need not be sent again."""
RETRY, PATIENCE = 30_000, 5_000
"""Milliseconds: after which what waits is sent again; for which the server is waited for if the page is there."""


@answer
@require_safe
def enumerator(request: HttpRequest, key: int, place: int, *, by: Standing) -> HttpResponse:
    """Where an enumerator asks about a programme. A closed survey is shown too: answers may still lie on the tablet."""
    row = queries.survey(key, scope=by)
    cell = next((one for one in queries.cells(row, scope=by) if one.place == place), None)
    if cell is None:
        raise NotFound
    case = Case(row.region, cell.office, row.state)
    if not holds(by, Action.ENTER, case):
        raise NotAllowed
    if row.state is not SurveyState.CLOSED:
        require(by, Action.ENTER, case, known=True)
    get_token(request)
    form = row.questionnaire
    sections = [SectionForm(None, questionnaire=form, section=one, answers=None) for one in form.sections]
    context = {
        "row": row,
        "cell": cell,
        "start": StartForm(None, questionnaire=form),
        "sections": [*zip(form.sections, sections, strict=True)],
        "opens": reference.local_time(row.opens_at, row.region),
        "closes": reference.local_end(row.closes_at, row.region),
        "days": UNFINISHED_DAYS,
        "styles": STYLES,
        "scripts": SCRIPTS,
        "settings": _settings(request, row, cell),
        "texts": _texts(),
    }
    answer = render(request, "surveys/enumerator/page.html", context)
    answer["X-Enumerator-Version"] = version()
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the pages beside it, and of no other: its scope is its folder. The same for everybody."""
    files = json.dumps([static(name) for name in FILES], indent=2)
    context = {"version": json.dumps(version()), "files": files, "patience": json.dumps(PATIENCE)}
    answer = render(request, "surveys/enumerator/worker.js", context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@cache
def version() -> str:
    """Of the page's files together, by what is in them: a tablet takes all of them new, or none."""
    digest = hashlib.sha256()
    for name in FILES:
        path = finders.find(name)
        assert isinstance(path, str), name
        digest.update(static(name).encode() + b"\0" + Path(path).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _settings(request: HttpRequest, row: SurveyRow, cell: CellRow) -> dict[str, Any]:
    """What the script has to know. ``seal`` tells, without a line too, whether somebody has signed in or out since."""
    return {
        "account": str(request.user.pk),
        "seal": hashlib.sha256(f"enumerator {request.META['CSRF_COOKIE']}".encode()).hexdigest(),
        "cookie": settings.CSRF_COOKIE_NAME,
        "cell": cell.key,
        "programme": cell.programme,
        "page": request.path,
        "send": f"/api/v1/survey-cells/{cell.key}/answers",
        "worker": reverse("surveys:worker"),
        "mode": Mode.ENUMERATOR.value,
        "batch": BATCH,
        "retry": RETRY,
        "days": UNFINISHED_DAYS,
        "open": row.state is SurveyState.OPEN,
        "opens": row.opens_at.isoformat(),
        "closes": row.closes_at.isoformat(),
        "profile": {one.code: one.required for one in row.questionnaire.profile},
        "steps": [[_asked(item) for item in one.items] for one in row.questionnaire.sections],
    }


def _asked(item: Item) -> dict[str, Any]:
    when = None if item.when is None else {"item": item.when.item, "values": item.when.values}
    return {"code": item.code, "kind": item.kind.value, "required": item.required, "when": when}


def _texts() -> dict[str, str]:
    """Sentences that the script shows."""
    return {
        "answer": _("Please answer this question"),
        "consent": _("Tick that the respondent agrees, or go back: nothing is kept"),
        "number": _("Write a number"),
        "unfinished": _("Unfinished"),
        "refused": _("Refused"),
        "go_on": _("Go on"),
        "mend": _("Open and mend"),
        "other_page": _("Open the page of this programme"),
        "kept": _("The answer is kept on this tablet"),
        "elsewhere": _("This answer has been handed in or thrown away in another window"),
        "thrown": _("The answer is thrown away"),
        "offline": _("No line. Answers are kept on this tablet and sent when there is one"),
        "sending": _("Sending …"),
        "all_sent": _("All answers have arrived"),
        "unreached": _("The server was not reached. It is tried again by itself"),
        "signed_out": _("Your sign-in has ended. The answers stay on this tablet"),
        "some_refused": _("Some answers were refused. See below why"),
        "ready": _("This page works without a line now"),
        "not_ready": _("Not ready to work without a line yet: wait a moment"),
        "no_worker": _("This browser cannot open the page again without a line; answers are kept all the same"),
        "no_store": _("This browser keeps nothing, so answers would be lost. Use another one, or no private window"),
    }
