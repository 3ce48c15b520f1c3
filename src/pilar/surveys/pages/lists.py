"""The surveys of a region, and a new one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilar.areas import queries as areas
from pilar.design.forms import shown_on
from pilar.people.rules import NotFound, Role, Standing
from pilar.people.signin import standing_of
from pilar.platform.language import translate
from pilar.surveys import operations, queries
from pilar.surveys.forms.setting_up import SurveyForm
from pilar.surveys.reference import questionnaires
from pilar.surveys.rules.authority import STATE_NAMES, STATE_TONES, Action, Case, may, may_somewhere, require


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Straight to the surveys of the reader's region; the secretariat looks a region up first."""
    by = standing_of(request)
    for held in by.memberships:
        if held.region and may_somewhere(by, Action.SEE_PROGRESS, Case(held.region)):
            return redirect("surveys:surveys", held.region)
    if not any(held.role is Role.SECRETARIAT for held in by.memberships):
        raise NotFound
    search = request.GET.get("q", "").strip()[:100]
    regions = areas.regions(search=search) if search else ()
    return render(request, "surveys/regions.html", {"regions": regions, "q": search})


@login_required
@require_safe
def surveys(request: HttpRequest, code: str) -> HttpResponse:
    """The surveys of a region, newest first."""
    by = _known(request, code)
    rows = queries.surveys(scope=by, region=code)
    context = {
        "region": areas.region(code),
        "rows": [(row, translate(STATE_NAMES[row.state]), STATE_TONES[row.state]) for row in rows],
        "may_create": may(by, Action.CREATE, Case(code)),
    }
    return render(request, "surveys/surveys.html", context)


@login_required
def create(request: HttpRequest, code: str) -> HttpResponse:
    """Draw a survey up."""
    by, now = _known(request, code), timezone.now()
    require(by, Action.CREATE, Case(code), known=True)
    form = SurveyForm(
        request.POST if request.method == "POST" else None,
        region_code=code, now=now, known=questionnaires(), initial={"year": now.year},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            key = operations.create_survey(by=by, region=code, given=form.new_survey(), now=now)
            messages.success(request, _("The survey is drawn up. Say which programmes it asks about"))
            return redirect("surveys:cells", key)
    context = {"region": areas.region(code), "form": form}
    return render(request, "surveys/create.html", context, status=form.status)


def _known(request: HttpRequest, code: str) -> Standing:
    """The reader, who may know of surveys of the region; raises :class:`NotFound`."""
    by = standing_of(request)
    if not may_somewhere(by, Action.SEE_PROGRESS, Case(code)):
        raise NotFound
    return by
