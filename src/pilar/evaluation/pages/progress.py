"""The progress board of a phase, and handing a self-assessment back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilar.areas import reference
from pilar.design.final_acts import Check, Done, Remark, confirm
from pilar.design.forms import posted
from pilar.design.tables import Asked, Column, Table
from pilar.evaluation import operations
from pilar.evaluation.forms.campaigns import ReasonForm
from pilar.evaluation.queries.progress import ATTENTION, ProgressFilter, Returnable, returnable
from pilar.evaluation.queries.progress import progress as one_page
from pilar.evaluation.queries.stragglers import remindable, stragglers
from pilar.evaluation.rules import authority
from pilar.evaluation.rules.authority import Action, Case
from pilar.evaluation.rules.stages import AssessmentState, assessment_name
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page
from pilar.platform.language import translate

NAMED = 20
"""Regions that are named before a reminder goes out; the others are counted."""
FEW = 5
"""Regions that are named of those in which nobody can be told."""

_YES_NO = {True: gettext_lazy("yes"), False: gettext_lazy("no")}

REGIONS = Table(
    gettext_lazy("Progress"),
    Column("region", gettext_lazy("Region"), sort=True),
    Column("region_code", gettext_lazy("Code"), on_page=False),
    Column("group", gettext_lazy("Group")),
    Column("percent", gettext_lazy("Self-assessment")),
    Column("state_name", gettext_lazy("State"), on_page=False),
    Column("to_confirm", gettext_lazy("Filled in, not confirmed"), lambda row: _YES_NO[row.to_confirm], on_page=False),
    Column(
        "submitted",
        gettext_lazy("Submitted"),
        lambda row: row.submitted_at and reference.local(row.submitted_at, row.region_code),
        sort=True,
    ),
    Column("chair", gettext_lazy("Panel")),
    Column("seats", gettext_lazy("Assessors"), on_page=False),
    Column("finished", gettext_lazy("Finished marking"), number=True),
    Column("open_requests", gettext_lazy("Open requests"), number=True),
)


@page("evaluation/campaigns/progress.html")
def progress(request: HttpRequest, code: str, number: int, *, by: Standing, now: datetime) -> Shown:
    """Return how far every region and its panel are."""
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "state", "group", "attention")}
    listed = Asked.of(request, sort="code")
    filters = ProgressFilter(
        text=asked["q"],
        state=asked["state"].replace("\0", ""),
        group=asked["group"].replace("\0", ""),
        attention=asked["attention"],
        sort=listed.sort,
    )
    board = one_page(
        code,
        number,
        scope=by,
        now=now,
        filters=filters,
        **listed.part,
    )
    names = {state: assessment_name(state, board.phase.state) for state in AssessmentState}
    return {
        "board": board,
        "regions": REGIONS.of(board.page, listed, about=f"{code} {number}"),
        "row": board.campaign,
        "asked": asked,
        "states": [("", _("All states")), *names.items()],
        "groups": [("", _("All groups")), *((code, str(title)) for code, title in board.groups)],
        "attention": [("", _("All regions")), *((key, translate(name)) for key, name in ATTENTION.items())],
        "counts": [(names[state], count) for state, count in board.states],
    }


@answer
def remind(request: HttpRequest, code: str, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Remind the people a phase waits for, of the nation or of the province that the address names."""
    province = request.GET.get("province", "").replace("\0", "")[:10]
    phase = stragglers(code, number, scope=by, now=now, province=province, size=1)
    authority.require(by, Action.REMIND, Case(phase=phase.state), known=True)

    def act() -> Done:
        told = operations.remind(by=by, campaign=code, phase=number, province=province, now=now)
        said = ngettext("%(count)s person is reminded", "%(count)s people are reminded", told) % {"count": told}
        return Done(said, reverse("evaluation:nation") + (f"?{urlencode({'province': province})}" if province else ""))

    def look() -> Check:
        due = remindable(code, number, scope=by, now=now, province=province)
        few = [
            _("%(region)s: %(names)s") % {"region": name, "names": ", ".join(whom)}
            for name, whom in due.regions[:NAMED]
        ]
        more = len(due.regions) - len(few)
        if more:
            few.append(ngettext("and %(count)s other", "and %(count)s others", more) % {"count": more})
        alone = Remark(
            ngettext(
                "Nobody to tell in %(count)s region: %(names)s",
                "Nobody to tell in %(count)s regions: %(names)s",
                len(due.alone),
            )
            % {"count": len(due.alone), "names": _first(due.alone)},
            reverse("people:accounts"),
        )
        return Check(
            title=_("Check before you remind"),
            act=_("Send the reminder"),
            about=str(phase.title),
            will=(_("Each of these gets a notice, by the ways that they chose; today no second one."), *few),
            counts=(
                (_("Regions"), str(len(due.regions))),
                (_("People"), str(due.people)),
                (_("Reminded today already"), str(due.today)),
            ),
            blocked=() if due.regions else (Remark(operations.NobodyToRemind().text()),),
            unready=(alone,) if due.alone else (),
            trail=((_("The whole nation"), reverse("evaluation:nation")),),
            final=False,
            synthetic=phase.synthetic,
        )

    return confirm(request, look, act)


@answer
def return_assessment(request: HttpRequest, key: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Hand a submitted self-assessment back to its region."""
    form = ReasonForm(posted(request))

    def act() -> Done:
        operations.return_assessment(by=by, assessment=key, reason=form.cleaned_data["reason"], now=now)
        return _returned(returnable(key, scope=by))

    return confirm(request, lambda: _return_check(key, by), act, form=form)


def _first(names: Sequence[str]) -> str:
    """Name a few, and count the others: a hundred names would push the button off the screen."""
    others = len(names) - FEW
    if others <= 0:
        return ", ".join(names)
    more = ngettext("and %(count)s other", "and %(count)s others", others) % {"count": others}
    return f"{', '.join(names[:FEW])}, {more}"


def _return_check(key: int, by: Standing) -> Check | Done:
    row = returnable(key, scope=by)
    if row.submitted_at is None:
        return _returned(row)
    return Check(
        title=_("Check before you return the self-assessment"),
        act=_("Return it"),
        about=row.region,
        will=(
            _("The region can change its answers again, and must submit again before the self-assessment closes."),
            _("Its coordinators get a notice with the reason."),
            _("The versions of its evidence are no longer held fast."),
            _("Only the region brings it back to you."),
        ),
        counts=((_("Closes"), reference.local_end(row.closes_at, None)),),
        trail=((_("Progress"), reverse("evaluation:progress", args=[row.campaign, row.phase])),),
        state=str(row.submitted_at),
    )


def _returned(returnable: Returnable) -> Done:
    address = reverse("evaluation:progress", args=[returnable.campaign, returnable.phase])
    return Done(_("The self-assessment is with its region, which can change it"), address)
