"""The plans of a region: its versions, a new plan, a revision of the one in force."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.masterplan import operations, queries
from pilar.masterplan.forms.plans import PlanForm, ReasonForm
from pilar.masterplan.pages.frame import version_page
from pilar.masterplan.queries.overview import plans_by_region
from pilar.masterplan.rules.authority import Action, Case, may, require, works_for
from pilar.masterplan.rules.stages import UNDER_WAY, VersionState
from pilar.people.rules import NotFound, Standing
from pilar.people.views import OWN_REGION, Shown, own_region, page


@page(OWN_REGION)
def own(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """Redirect to the plans of the reader's region; the secretariat of the ministry sees those of all regions."""
    texts = (_("Master plans"), _("The plans of the regions, also those that are being drawn up."))
    heads = {"state": _("Newest version"), "until": _("In force until")}
    read = partial(plans_by_region, scope=by, today=today_in("", now))
    return own_region(request, by, "masterplan:region", texts, partial(works_for, by), overview=(heads, read))


@page("masterplan/region.html")
def region(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """The versions of a region's plans, that the reader may read."""
    if not works_for(by, code):
        raise NotFound
    rows = queries.versions(code, scope=by)
    today = today_in(code, now)
    writing = {row.plan.key for row in rows if row.state in UNDER_WAY}
    return {
        "region": areas.region(code),
        "rows": [
            (row, row.state_on(today), row.in_force_on(today), _may_revise(by, row) and row.plan.key not in writing)
            for row in rows
        ],
        "calls": [open_call for open_call in queries.open_calls(scope=by, now=now) if open_call.region == code],
        "may_start": may(by, Action.START_PLAN, Case(code)),
        "synthetic": next((row.plan for row in rows if row.plan.synthetic), None),
    }


@page("masterplan/start.html", sends=True)
def start(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """Begin a plan of a region."""
    require(by, Action.START_PLAN, Case(code), known=works_for(by, code))
    form = PlanForm(posted(request), initial={"first_year": now.year + 1, "last_year": now.year + 5})
    if stored(form, lambda: operations.start_plan(by=by, region=code, given=form.given(), now=now)):
        return done(
            request,
            _("The plan is begun. Call the offices to propose, and write its texts"),
            "masterplan:version",
            form.outcome,
        )
    return {"region": areas.region(code), "form": form}


@version_page("masterplan/version/revise.html", tab="version", sends=True)
def revise(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Begin the next version of a plan, as a copy of the one in force."""
    row = queries.version(key, scope=by)
    require(by, Action.START_PLAN, Case(row.plan.region, None, row.state), known=True)
    form = ReasonForm(posted(request))
    form.fields["reason"].label = _("Why the plan is revised")
    if stored(form, lambda: operations.start_revision(by=by, version=key, reason=form.cleaned_data["reason"], now=now)):
        return done(
            request, _("The revision is begun, as a copy of the version in force"), "masterplan:version", form.outcome
        )
    return {"row": row, "form": form, "title": _("Revise the plan"), "submit": _("Begin the revision")}


def _may_revise(by: Standing, row: queries.VersionRow) -> bool:
    case = Case(row.plan.region, None, row.state)
    return row.state is VersionState.IN_FORCE and may(by, Action.START_PLAN, case)
