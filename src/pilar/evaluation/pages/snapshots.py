"""Results of a phase for the secretariat: the ranking so far, the computed versions, approval and publication."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilar.design.final_acts import Done, confirm
from pilar.design.forms import posted
from pilar.design.tables import Asked, Column, Table
from pilar.design.views import searched
from pilar.evaluation import operations
from pilar.evaluation.forms.results import ComputeForm, PublishForm
from pilar.evaluation.pages import checks
from pilar.evaluation.queries import Bilingual
from pilar.evaluation.queries import snapshots as reads
from pilar.evaluation.rules.authority import runs_campaigns
from pilar.people.rules import Standing
from pilar.people.views import Shown, answer, page

LINES = Table(
    gettext_lazy("Results"),
    Column("name", gettext_lazy("Regency or city"), "region.name"),
    Column("code", gettext_lazy("Code"), "region.code", on_page=False),
    Column("province", gettext_lazy("Province"), "region.province.name", on_page=False),
    Column("predicate", gettext_lazy("Predicate"), on_page=False),
    Column("group", gettext_lazy("Group")),
    Column("final", gettext_lazy("Final"), number=True),
    Column("improvement", gettext_lazy("Improvement"), number=True),
    Column("previous_year", gettext_lazy("Improvement since"), on_page=False),
    Column("rank_in_group", gettext_lazy("In its group"), number=True),
    Column("rank_in_province", gettext_lazy("In its province"), number=True),
    Column("rank_in_nation", gettext_lazy("Nationally"), number=True),
)


@page("evaluation/cycle/results/ranking.html")
def ranking(request: HttpRequest, code: str, number: int, *, by: Standing) -> Shown:
    """The ranking from the agreed marks so far."""
    group, asked = request.GET.get("group", ""), Asked.of(request)
    text = searched(request)
    ranking = reads.ranking(code, number, by=by, group=group, search=text, **asked.part)
    lines = LINES.of(ranking.page, asked, about=f"{code} {number}")
    groups = group_choices(ranking.groups)
    return {"found": ranking, "lines": lines, "header": ranking.header, "group": group, "groups": groups, "q": text}


@page("evaluation/cycle/results/phase.html")
def phase_results(request: HttpRequest, code: str, number: int, *, by: Standing) -> Shown:
    """Every version, and what is done next."""
    results = reads.phase_results(code, number, by=by)
    newest = results.snapshots[0] if results.snapshots else None
    return {"found": results, "header": results.header, "newest": newest, "runs": runs_campaigns(by)}


@answer
def compute(request: HttpRequest, code: str, number: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Compute a new version."""
    form = ComputeForm(posted(request), first=not reads.phase_results(code, number, by=by).snapshots)

    def act() -> Done:
        made = operations.compute_results(
            by=by, campaign=code, phase=number, reason=form.cleaned_data.get("reason", ""), now=now
        )
        said = _("Version %(version)s is computed") if made.new else _("Nothing has changed since version %(version)s")
        address = reverse("evaluation:phase-results", args=[code, number])
        result = reverse("evaluation:snapshot", args=[code, number, made.version])
        return Done(said % {"version": made.version}, address, _("See its results"), result)

    return confirm(request, lambda: checks.compute(code, number, by), act, form=form)


@answer
def approve(request: HttpRequest, code: str, number: int, version: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Approve a version."""

    def act() -> Done:
        operations.approve_results(by=by, campaign=code, phase=number, version=version, now=now)
        return checks.approved(code, number, version)

    return confirm(request, lambda: checks.approve(code, number, version, by), act)


@answer
def publish(request: HttpRequest, code: str, number: int, version: int, *, by: Standing, now: datetime) -> HttpResponse:
    """Publish a version by a letter."""
    form = PublishForm(posted(request))

    return confirm(
        request,
        lambda: checks.publish(code, number, version, by),
        lambda: operations.publish_results(
            by=by, campaign=code, phase=number, version=version, now=now, **form.cleaned_data
        ),
        form=form,
    )


@page("evaluation/cycle/results/snapshot.html")
def snapshot(request: HttpRequest, code: str, number: int, version: int, *, by: Standing) -> Shown:
    """One version, region by region."""
    group, asked = request.GET.get("group", ""), Asked.of(request)
    text = searched(request)
    snapshot_page = reads.snapshot_page(code, number, version, by=by, group=group, search=text, **asked.part)
    return {
        "found": snapshot_page,
        "header": snapshot_page.header,
        "snapshot": snapshot_page.snapshot,
        "lines": LINES.of(snapshot_page.page, asked, about=f"{code} {number} v{version}"),
        "group": group,
        "q": text,
        "groups": group_choices(snapshot_page.groups),
    }


def group_choices(groups: Mapping[str, Bilingual]) -> list[tuple[str, str]]:
    """The groups of a campaign to choose from."""
    return [("", _("All groups")), *((code, str(title)) for code, title in sorted(groups.items()))]
