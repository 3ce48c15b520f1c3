"""Campaigns: the list, a new one, one campaign with what moves its phases, its rules and dates."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pilar.design.final_acts import Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.evaluation import operations, queries
from pilar.evaluation.forms.campaigns import NATION, CampaignForm, DatesForm, MoveForm, RulesForm
from pilar.evaluation.pages import checks
from pilar.evaluation.queries import campaigns as campaign_queries
from pilar.evaluation.rules.authority import require_running
from pilar.evaluation.rules.campaigns import MAX_PHASES, USUAL_PHASES
from pilar.evaluation.rules.stages import PhaseState, goes_back
from pilar.people.rules import NotFound, Standing, existing
from pilar.people.views import Shown, answer, page


@page("evaluation/campaigns/campaigns.html")
def campaigns(request: HttpRequest, *, by: Standing) -> Shown:
    """The campaigns that the reader runs or takes part in."""
    return {"campaigns": campaign_queries.campaigns(scope=by), "may_create": campaign_queries.may_create(by)}


@page("evaluation/campaigns/new.html", sends=True)
def new_campaign(request: HttpRequest, *, by: Standing, now: datetime) -> Shown:
    """Set up a campaign; ``phases`` says of how many the form asks the dates, and keeps what is typed already."""
    if not campaign_queries.may_create(by):
        raise NotFound
    numbers = {str(number): number for number in range(1, MAX_PHASES + 1)}
    phases = numbers.get(request.POST.get("phases", request.GET.get("phases", "")), USUAL_PHASES)
    form = CampaignForm(
        posted(request),
        region_code=NATION,
        now=now,
        phases=phases,
        instruments=queries.instruments(scope=by),
        campaigns=campaign_queries.campaigns(scope=by),
    )
    if request.POST.get("show") == "phases":
        form.ask_on()
    elif stored(form, lambda: operations.create_campaign(by=by, **form.planned())):
        return done(request, _("The campaign is set up. Invite regions next"), "evaluation:campaign", form.outcome)
    return {"form": form, "phases": phases, "numbers": [(text, text) for text in numbers]}


@page("evaluation/campaigns/campaign.html")
def campaign(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> Shown:
    """One campaign: its phases, what moves them and why not yet, dates, and the reader's own regions."""
    view = campaign_queries.campaign(code, scope=by, now=now)
    return {"view": view, "campaign": view.head, "row": view.head.row}


@page("evaluation/campaigns/edit.html", sends=True)
def edit_campaign(request: HttpRequest, code: str, *, by: Standing) -> Shown:
    """Titles, deadlines and panel sizes."""
    head = campaign_queries.head(code, scope=by)
    require_running(by)
    initial = {name: getattr(head.rules, name) for name in RulesForm.base_fields}
    form = RulesForm(posted(request), initial=initial)
    if stored(form, lambda: operations.edit_campaign(by=by, campaign=code, rules=form.rules())):
        return done(request, _("The campaign is changed"), "evaluation:campaign", code)
    return {"campaign": head, "row": head.row, "form": form}


@page("evaluation/campaigns/dates.html", sends=True)
def dates(request: HttpRequest, code: str, number: int, *, by: Standing, now: datetime) -> Shown:
    """Show when the self-assessment of a phase is open."""
    head = campaign_queries.head(code, scope=by)
    require_running(by)
    phase = existing(next((row for row in head.row.phases if row.number == number), None))
    initial = {"opens_at": phase.opens_at, "closes_at": phase.closes_at}
    form = DatesForm(posted(request), region_code=NATION, now=now, initial=initial)
    if stored(form, lambda: operations.set_dates(by=by, campaign=code, phase=number, period=form.period(), now=now)):
        return done(request, _("The dates are kept"), "evaluation:campaign", code)
    return {"campaign": head, "row": head.row, "phase": phase, "form": form}


@answer
def move(request: HttpRequest, code: str, number: int, target: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Move a phase on to the state ``target``."""
    if target not in set(PhaseState):
        raise NotFound
    state = PhaseState(target)
    head = campaign_queries.head(code, scope=by)
    phases = {phase.number: phase.state for phase in head.row.phases}
    form = MoveForm(posted(request), back=number in phases and goes_back(phases[number], state))

    def act() -> Done:
        said = form.cleaned_data["reason"]
        operations.move_phase(by=by, campaign=code, phase=number, target=state, reason=said, now=now)
        return checks.moved(head, number, state)

    return confirm(request, lambda: checks.move(code, number, state, by), act, form=form)
