"""The regions and groups of a campaign."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilar.areas import queries as areas
from pilar.design.final_acts import Check, Done, confirm
from pilar.design.forms import shown_on, stored
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import done, searched
from pilar.evaluation import operations
from pilar.evaluation.forms.campaigns import GroupForm, InviteForm, RegroupForm
from pilar.evaluation.queries.campaigns import CampaignHead, head
from pilar.evaluation.queries.participation import invitable, withdrawable
from pilar.evaluation.queries.participation import participants as one_page
from pilar.evaluation.rules.authority import require_running
from pilar.people.rules import NotAllowed, NotFound, Standing, existing
from pilar.people.views import Shown, answer, button, page
from pilar.platform.errors import PilarError

REGIONS = Table(
    gettext_lazy("Regions"),
    Column("region", gettext_lazy("Region")),
    Column("region_code", gettext_lazy("Code"), on_page=False),
    Column("province", gettext_lazy("Province")),
    Column("group", gettext_lazy("Group"), lambda row: row.group_title),
)


@page("evaluation/campaigns/participants.html", sends=True)
def participants(request: HttpRequest, code: str, *, by: Standing) -> Shown:
    """List the regions by group; forms invite, regroup and add a group."""
    campaign_head = head(code, scope=by)
    doing = request.POST.get("what", "") if request.method == "POST" else ""
    forms: dict[str, Any] = {
        "invite": InviteForm(
            request.POST if doing == "invite" else None,
            groups=campaign_head.groups,
            provinces=[(row.code, row.name) for row in areas.provinces()],
            has_previous=campaign_head.has_previous,
        ),
        "regroup": RegroupForm(request.POST if doing == "regroup" else None, groups=campaign_head.groups),
        "add": GroupForm(request.POST if doing == "add" else None),
    }
    form = forms.get(doing)
    if form is not None and form.is_valid():
        with shown_on(form):
            messages.success(request, _done(doing, form, by, campaign_head))
            return redirect("evaluation:participants", code)
    text, group = searched(request), request.GET.get("group", "").replace("\0", "")
    asked = Asked.of(request)
    regions = REGIONS.of(one_page(code, scope=by, text=text, group=group, **asked.part), asked, about=code)
    choices = [("", _("All groups")), *((row.code, str(row.title)) for row in campaign_head.groups)]
    context = {
        "campaign": campaign_head,
        "row": campaign_head.row,
        "regions": regions,
        "q": text,
        "group": group,
        "groups": choices,
    }
    return context | {"forms": forms}


@answer
def withdraw(request: HttpRequest, code: str, region: str, *, by: Standing, now: datetime) -> HttpResponse:
    """Take a region out that has not answered anything."""
    address = reverse("evaluation:participants", args=[code])
    done = Done(_("The region takes no part any more"), address)

    def look() -> Check | Done:
        campaign_head = head(code, scope=by)
        if not campaign_head.may_set_up:
            raise NotAllowed
        row = withdrawable(code, region, scope=by)
        if row is None:
            return done
        return Check(
            title=_("Check before you withdraw the region"),
            act=_("Withdraw %(region)s") % {"region": row.region},
            about=f"{campaign_head.row.title}",
            will=(
                _("%(region)s takes no part any more, and leaves the lists of its team and its panel.")
                % {"region": row.region},
                _("The seats of its panel and what its offices were given to answer are gone."),
                _("Inviting it again begins from the start."),
                _("Nobody is told: tell the region yourself."),
            ),
            counts=(
                (_("Seats of the panel"), str(row.seats)),
                (_("Indicators given to offices"), str(row.allocations)),
            ),
            trail=((_("Regions"), address),),
        )

    def act() -> Done:
        operations.withdraw_region(by=by, campaign=code, region=region, now=now)
        return done

    return confirm(request, look, act)


@button
def remove_group(request: HttpRequest, code: str, group: str, *, by: Standing) -> HttpResponse:
    """Take a group away that has no regions."""
    try:
        operations.remove_group(by=by, campaign=code, group=group)
    except (NotAllowed, NotFound):
        raise
    except PilarError as refused:
        messages.error(request, refused.text())
    else:
        messages.success(request, _("The group is gone"))
    return redirect("evaluation:participants", code)


@page("evaluation/campaigns/group.html", sends=True)
def group(request: HttpRequest, code: str, group: str, *, by: Standing) -> Shown:
    """Other titles for a group."""
    campaign_head = head(code, scope=by)
    require_running(by)
    row = existing(next((group_row for group_row in campaign_head.groups if group_row.code == group), None))
    initial = {"group": group, "group_title_id": row.title.id, "group_title_en": row.title.en}
    given = request.POST.copy() if request.method == "POST" else None
    if given is not None:
        given["group"] = group
    form = GroupForm(given, initial=initial)
    form.fields["group"].disabled = True
    if stored(form, lambda: operations.rename_group(by=by, campaign=code, group=form.plan())):
        return done(request, _("The group has its new titles"), "evaluation:participants", code)
    return {"campaign": campaign_head, "row": campaign_head.row, "form": form}


def _done(doing: str, form: Any, by: Standing, campaign_head: CampaignHead) -> str:
    """Do what a form asks for; what to say about it."""
    code, given = campaign_head.row.code, form.cleaned_data
    if doing == "add":
        operations.add_group(by=by, campaign=code, group=form.plan())
        return _("The group is added")
    if doing == "regroup":
        operations.move_to_group(by=by, campaign=code, regions=[given["region"]], group=given["into"])
        return _("The region is in its new group")
    more = invitable(code, scope=by, province=given["province"], of_previous=bool(given.get("of_previous")))
    invited = operations.invite_regions(
        by=by, campaign=code, group=given["to_group"], regions={*given["regions"], *more}, now=timezone.now()
    )
    said = ngettext("%(count)s region is invited", "%(count)s regions are invited", invited.new)
    return said % {"count": invited.new}
