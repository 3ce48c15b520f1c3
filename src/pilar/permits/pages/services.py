"""Standards of service for everybody: requirements, cost and time of each, and a finder for the right permit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from pilar.areas import queries as areas
from pilar.areas.reference import today_in
from pilar.design.conditional import everybody
from pilar.design.views import searched
from pilar.people.views import Shown, page
from pilar.permits.forms.answers import AnswersForm, of_conditions
from pilar.permits.forms.finding import FindForm
from pilar.permits.queries import services as queries
from pilar.permits.queries.forecasts import Finish, forecast_of, forecasts_at
from pilar.permits.queries.services import VersionRow
from pilar.permits.reference.kbli import find, kbli, parents
from pilar.permits.rules.drawing import drawing
from pilar.permits.rules.services import (
    APPLICANT_NAMES,
    GAP_NAMES,
    KIND_NAMES,
    Service,
    Stage,
    fee_of,
    required,
    texts,
)
from pilar.platform.errors import PilarError
from pilar.platform.language import translate
from pilar.platform.reading import rupiah_text

PARTS = ("form", "stages", "limit", "fee", "validity")


@dataclass(frozen=True)
class ShownService:
    """The standard of a version of a service: ``words`` are its texts in the reader's language, by key. ``finish``: the
    forecast for a case filed today."""

    row: VersionRow
    region_name: str
    finish: Finish | None = None

    @property
    def service(self) -> Service:
        return self.row.service

    @cached_property
    def words(self) -> dict[str, str]:
        return texts(self.service, self.service)

    @property
    def elsewhere(self) -> bool:
        """Return whether its rows come from another region."""
        return self.service.from_region.replace("Kab.", "Kabupaten") != self.region_name

    @property
    def gaps(self) -> str:
        return ", ".join(translate(GAP_NAMES[gap]) for gap in self.row.gaps)

    @property
    def steps(self) -> list[list[tuple[Stage, dict[str, str]]]]:
        return [[(stage, texts(stage, self.service)) for stage in level] for level in self.service.levels]

    @property
    def drawn(self) -> str:
        """The path of a case as a drawing."""
        return mark_safe(drawing(self.service, _("The way of an application")))  # noqa: S308 - escaped there


@page("permits/services/none.html", public=True)
def own(_request: HttpRequest, *, now: datetime) -> Shown:
    """Redirect to the region that has services."""
    regions = queries.regions(today_in("", now))
    return redirect("permits:services", regions[0]) if regions else {}


@everybody
@page("permits/services/list.html", public=True)
def listed(request: HttpRequest, region: str, *, now: datetime) -> Shown:
    """All services of a region, those that take applications first."""
    words = searched(request)
    return {
        "region": areas.region(region), "q": words,
        "rows": [shown_service for shown_service in shown_services(region, now) if _fits(shown_service.row, words)],
    }  # fmt: skip


@everybody
@page("permits/services/service.html", public=True)
def service(request: HttpRequest, region: str, key: str, *, now: datetime) -> Shown:
    """The standard of a service and, after a few answers, its exact requirements and cost."""
    today = today_in(region, now)
    row = queries.service(region, key, today)
    finish = forecast_of(key, region=region, today=today)
    return standard(request, row, reverse("permits:service", args=[region, key]), finish)


@everybody
@page("permits/services/find.html", public=True)
def finder(request: HttpRequest, region: str, *, now: datetime) -> Shown:
    """Find the permit that somebody needs, by field of business, words and kind of applicant, without asking about the
    person."""
    form = FindForm(request.GET or None)
    given: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    code, words = given.get("kbli", ""), given.get("q", "")
    rows = [
        shown_service
        for shown_service in shown_services(region, now)
        if _fits(shown_service.row, words)
        and (not code or any(code.startswith(head) for head in shown_service.service.kbli))
        and (not given.get("applicant") or given["applicant"] in shown_service.service.applicants)
        and (not given.get("kind") or given["kind"] in shown_service.service.kinds)
    ]
    chosen = kbli().get(code)
    finishes = forecasts_at(region, [row.row.key for row in rows if given], today=today_in(region, now))
    return {
        "region": areas.region(region), "form": form, "asked": bool(given),
        "rows": [replace(row, finish=finishes.get(row.row.key)) for row in rows if given],
        "chosen": chosen, "above": parents(code) if chosen else (),
        "classes": find(given.get("business", "")) if not chosen else (),
    }  # fmt: skip


def shown_services(region: str, now: datetime) -> list[ShownService]:
    """The services of a region as in force today."""
    name = areas.region(region).name
    return [ShownService(version, name) for version in queries.services(region, today_in(region, now))]


def standard(request: HttpRequest, row: VersionRow, here: str, finish: Finish | None = None) -> dict[str, Any]:
    """Collect the facts of the page of a service; ``here`` is its address."""
    service, region = row.service, areas.region(row.region)
    first = {
        "kind": _chosen(request, "kind", service.kinds),
        "applicant": _chosen(request, "applicant", service.applicants),
    }
    answers: dict[str, Any] = {**first, "proxy": request.GET.get("proxy") == "on"}
    sent = request.GET if "ask" in request.GET else None
    form = AnswersForm(sent, service=of_conditions(service), initial=answers, prefix="f")
    if form.is_bound and form.is_valid():
        answers |= form.answers
    asked = form.is_bound and not form.errors
    return {
        "region": region,
        "row": row,
        "here": here,
        "shown": ShownService(row, region.name, finish),
        "form": form,
        "asked": asked,
        "answers": answers,
        "needs": {requirement.key for requirement in required(service, answers)},
        "cost": _cost(service, answers) if asked else "",
        "choices": {
            "kind": [(kind.value, translate(KIND_NAMES[kind])) for kind in service.kinds],
            "applicant": [(applicant.value, translate(APPLICANT_NAMES[applicant])) for applicant in service.applicants],
        },
        "synthetic": {name: name in service.synthetic for name in PARTS},
    }


def _chosen(request: HttpRequest, name: str, known: Any) -> str:
    given = request.GET.get(name, "")
    return given if given in set(known) else str(next(iter(known), ""))


def _cost(service: Service, answers: dict[str, Any]) -> str:
    """The cost computed from the answers, or a sentence saying why it is not known yet."""
    try:
        return f"Rp{rupiah_text(fee_of(service, answers).amount)}"
    except PilarError as error:
        return error.text()


def _fits(row: VersionRow, words: str) -> bool:
    told = f"{row.service.name.id} {row.service.name.en} {row.key}".casefold()
    return all(word in told for word in words.casefold().split())
