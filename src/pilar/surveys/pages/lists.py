"""The surveys of a region, and a new one."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.areas import queries as areas
from pilar.areas.reference import local
from pilar.design.forms import posted, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done
from pilar.people.rules import NotFound, Standing
from pilar.people.views import OWN_REGION, Shown, own_region, page
from pilar.surveys import operations, queries
from pilar.surveys.forms.setting_up import SurveyForm
from pilar.surveys.queries.questionnaires import may_send_questionnaires, offered
from pilar.surveys.queries.surveys import surveys_by_region
from pilar.surveys.rules.authority import Action, Case, knows, may, require

SURVEYS = Table(
    gettext_lazy("Surveys"),
    Column("title", gettext_lazy("Survey")),
    Column("questionnaire", gettext_lazy("Questionnaire"), "questionnaire.title", on_page=False),
    Column("year", gettext_lazy("Year")),
    Column("closes_at", gettext_lazy("Takes answers until"), lambda row: local(row.closes_at, row.region)),
    Column("state_name", gettext_lazy("State")),
)


@page(OWN_REGION)
def own(request: HttpRequest, *, by: Standing) -> Shown:
    """Redirect to the surveys of the reader's region; the secretariat sees those of all regions."""
    texts = (_("Surveys"), _("What the regions ask the public."))
    heads = {"count": _("Surveys"), "open": _("Take answers"), "newest": _("Newest year")}
    read = partial(surveys_by_region, scope=by)
    return own_region(request, by, "surveys:surveys", texts, partial(knows, by), overview=(heads, read))


@page("surveys/surveys.html")
def surveys(request: HttpRequest, code: str, *, by: Standing) -> Shown:
    """The surveys of a region, newest first."""
    if not knows(by, code):
        raise NotFound
    rows = queries.surveys(scope=by, region=code)
    return {
        "region": areas.region(code),
        "surveys": SURVEYS.of(rows, Asked.of(request), about=code),
        "may_create": may(by, Action.CREATE, Case(code)),
        "may_send": may_send_questionnaires(by),
    }


@page("surveys/create.html", sends=True)
def create(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """Draw a survey up."""
    require(by, Action.CREATE, Case(code), known=knows(by, code))
    first = {"year": now.year}
    form = SurveyForm(
        posted(request), region_code=code, now=now, known=[template.form for template in offered()], initial=first
    )
    if stored(form, lambda: operations.create_survey(by=by, region=code, given=form.new_survey(), now=now)):
        said = _("The survey is drawn up. Say which programmes it asks about")
        return done(request, said, "surveys:cells", form.outcome)
    return {"region": areas.region(code), "form": form}
