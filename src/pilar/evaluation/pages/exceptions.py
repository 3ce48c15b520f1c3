"""Exceptions for one region, by the secretariat: more time, going on without it, taking it up again, a smaller panel;
and taking over last year's campaign."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.forms.campaigns import ExtensionForm, ReasonForm
from pilar.evaluation.queries import panels as panel_queries
from pilar.evaluation.queries.campaigns import head
from pilar.evaluation.queries.exceptions import Exceptional, exceptional, followed
from pilar.evaluation.rules.authority import require_running
from pilar.evaluation.rules.campaigns import numbered
from pilar.evaluation.rules.stages import AssessmentState
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page


@page("evaluation/campaigns/exceptions.html", sends=True)
def exceptions(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Show the exceptions of a region in a phase; a form gives it more time."""
    view = exceptional(key, scope=by)
    initial = {"until": view.extended_until, "reason": view.extension_reason}
    form = ExtensionForm(posted(request), region_code=view.region_code, now=now, initial=initial)
    if stored(form, lambda: operations.extend(by=by, assessment=key, now=now, **form.given())):
        return done(request, _("The region has more time, and was told"), "evaluation:exceptions", key)
    campaign = head(view.campaign, scope=by)
    return {"view": view, "form": form, "campaign": campaign, "row": campaign.row}


@answer
def set_aside(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Let the phase go on without a region."""
    form = ReasonForm(posted(request))

    def look() -> Check | Done:
        view = exceptional(key, scope=by)
        if view.state is AssessmentState.SET_ASIDE:
            return Done(_("The phase goes on without the region"), _address(view))
        return Check(
            title=_("Check before you set the region aside"),
            act=_("Set it aside"),
            about=_about(view),
            will=(
                _("The phase neither waits for %(region)s nor ranks it.") % {"region": view.region},
                _("What it answered, its evidence and its marks stay."),
                _("Its coordinators get a notice with the reason."),
                _("Until the panels' work closes it can be taken up again."),
            ),
            counts=((_("State"), view.state_name),),
            blocked=(),
            trail=_trail(view),
            final=False,
            state=view.state,
        )

    def act() -> None:
        operations.set_aside(by=by, assessment=key, reason=form.cleaned_data["reason"], now=now)

    return confirm(request, look, act, form=form)


@answer
def take_up_again(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Take a region that was set aside up again."""
    form = ReasonForm(posted(request))

    def look() -> Check | Done:
        view = exceptional(key, scope=by)
        if view.state is not AssessmentState.SET_ASIDE:
            return Done(_("The region takes part again"), _address(view))
        return Check(
            title=_("Check before you take the region up again"),
            act=_("Let it take part again"),
            about=_about(view),
            will=(
                _("%(region)s stands again where it was when it was set aside.") % {"region": view.region},
                _("Its coordinators get a notice with the reason."),
            ),
            counts=((_("Reason"), view.set_aside_reason),),
            trail=_trail(view),
            final=False,
            state=view.state,
        )

    def act() -> None:
        operations.take_up_again(by=by, assessment=key, reason=form.cleaned_data["reason"], now=now)

    return confirm(request, look, act, form=form)


@page("evaluation/campaigns/smaller_panel.html", sends=True)
def smaller_panel(request: HttpRequest, code: str, region: str, *, by: Standing, now: datetime) -> Shown:
    """Let a panel decide with fewer assessors than the campaign asks for."""
    campaign = head(code, scope=by)
    require_running(by)
    view = panel_queries.panel(code, region, scope=by, now=now)
    form = ReasonForm(posted(request))

    def act() -> None:
        said = form.cleaned_data["reason"]
        operations.allow_smaller_panel(by=by, campaign=code, region=region, reason=said, now=now)

    if stored(form, act):
        return done(request, _("The panel decides with the assessors that it has"), "evaluation:panel-of", code, region)
    return {"campaign": campaign, "row": campaign.row, "view": view, "form": form}


@answer
def roll_over(request: HttpRequest, code: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Take over groups, regions, offices and panels of the campaign before."""

    def look() -> Check:
        previous = followed(code, scope=by)
        return Check(
            title=_("Check before you take over the campaign before"),
            act=_("Take it over"),
            about=f"{previous.title}",
            will=(
                _("Its groups and regions come into this campaign; what this one has already stays."),
                _("Each office answers the same indicators, where it still is and the instrument still has them."),
                _("Regions without a panel get the one before, but for those who may not sit there now."),
                _("The coordinators and signatories of the new regions and the assessors get a notice."),
            ),
            counts=((_("Groups"), str(previous.groups)), (_("Regions"), str(previous.regions))),
            trail=((_("Regions"), reverse("evaluation:participants", args=[code])),),
            final=False,
        )

    def act() -> Done:
        rolled = operations.roll_over(by=by, campaign=code, now=now)
        taken = _(
            "Taken over: %(groups)s groups, %(regions)s regions, %(indicators)s indicators given to offices, %(seats)s "
            "seats on panels."
        )
        left = ngettext(
            "%(left)s seat was not: who had it may not sit there now.",
            "%(left)s seats were not: who had them may not sit there now.",
            rolled.left,
        )
        said = f"{taken} {left}" if rolled.left else taken
        counts = {name: getattr(rolled, name) for name in ("groups", "regions", "indicators", "seats", "left")}
        return Done(said % counts, reverse("evaluation:participants", args=[code]))

    return confirm(request, look, act)


def _about(view: Exceptional) -> str:
    given = {"title": view.title, "phase": numbered(view.number, view.phases), "region": view.region}
    return _("%(region)s: %(title)s, phase %(phase)s") % given


def _trail(view: Exceptional) -> tuple[tuple[str, str], ...]:
    return (
        (_("Progress"), reverse("evaluation:progress", args=[view.campaign, view.number])),
        (_("Exceptions"), _address(view)),
    )


def _address(view: Exceptional) -> str:
    return reverse("evaluation:exceptions", args=[view.assessment])
