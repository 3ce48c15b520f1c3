"""A recommendation of the panel, or a target that would lift, becomes a proposal of the region's master plan."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from pilar.design.forms import posted, stored
from pilar.design.views import done
from pilar.evaluation import operations
from pilar.evaluation.forms.proposing import AimForm, ChangeForm, IdeaForm, NewProgrammeForm
from pilar.evaluation.queries.aiming import ToAim, to_aim
from pilar.evaluation.queries.follow_up import ToPropose, to_propose
from pilar.masterplan.queries import VersionRow
from pilar.masterplan.rules.content import MAX_TITLE
from pilar.people.rules import Standing
from pilar.people.views import Shown, page


@page("evaluation/cycle/results/propose.html", sends=True)
def propose(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> Shown:
    """Choose what the recommendation becomes: a new programme of an office, or the change of one."""
    proposable = to_propose(key, by=by)
    version = proposable.version
    new, change = (None, None) if version is None else _forms(request, proposable, version)
    # Where nothing is being written any more, what was typed is shown next to the reason.
    status = 409 if request.method == "POST" else 200
    sent = next((form for form in (new, change) if form is not None and form.is_bound), None)
    if sent is not None:
        status = 422
        if stored(
            sent,
            lambda: operations.propose_from_follow_up(
                by=by, follow_up=key, version=sent.cleaned_data["version"], idea=sent.idea(), now=now
            ),
        ):
            return done(
                request, _("The office finds the proposal on its page, and completes it"), "evaluation:follow-up", key
            )
    typed = request.POST.get("title", "")
    context = {
        "found": proposable,
        "header": proposable.header,
        "row": proposable.row,
        "new": new,
        "change": change,
        "typed": typed,
    }
    return context, status


@page("evaluation/cycle/results/aim.html", sends=True)
def propose_target(
    request: HttpRequest, key: int, programme: str, number: int, *, by: Standing, now: datetime
) -> Shown:
    """Set what a target that would lift is to be; it becomes a proposal of the version that is being written."""
    aim = to_aim(key, programme, number, by=by, now=now)
    form = _aim_form(request, aim)
    if form is not None and stored(
        form,
        lambda: operations.propose_target(
            by=by, assessment=key, version=form.cleaned_data["version"], aim=form.aim(programme, number), now=now
        ),
    ):
        return done(
            request, _("The office finds the proposal on its page, and completes it"), "evaluation:measure-steps", key
        )
    status = form.status if form is not None else 409 if request.method == "POST" else 200
    return {"found": aim, "header": aim.header, "form": form}, status


def _aim_form(request: HttpRequest, aim: ToAim) -> AimForm | None:
    """The form; None where no version of the plan is being written, or none of its years is still to come."""
    if aim.version is None or not aim.years:
        return None
    year = aim.header.year
    first = next((later for later in aim.years if later > year), aim.years[-1])
    planned = aim.target.planned_for(first)
    initial = {"year": first, "value": aim.target.planned_for(year) if planned is None else planned}
    return AimForm(posted(request), unit=aim.target.unit, years=aim.years, version=aim.version.key, initial=initial)


def _forms(request: HttpRequest, proposable: ToPropose, version: VersionRow) -> tuple[IdeaForm, IdeaForm | None]:
    """The form of a new programme, and that of a change where there is a programme; the one that was sent is bound."""
    changes = bool(proposable.programmes) and request.POST.get("kind") == ChangeForm.makes.value
    data = posted(request)
    first = proposable.row.recommendation.strip().split("\n")[0].rstrip(".")
    initial = {"office": proposable.row.office, "title": first[:MAX_TITLE]}
    new = NewProgrammeForm(None if changes else data, offices=proposable.offices, version=version.key, initial=initial)
    if not proposable.programmes:
        return new, None
    return new, ChangeForm(data if changes else None, programmes=proposable.programmes, version=version.key)
