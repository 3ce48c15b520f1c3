"""The public register of permits and the way of a case as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.core.paginator import Page
from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from pilar.people.routes import Routes
from pilar.people.rules import PUBLIC
from pilar.permits.queries import register as queries
from pilar.permits.queries import tracking
from pilar.permits.queries.tracking import Tracked
from pilar.permits.rules.register import PermitDetail, PermitEventRow, PermitRow, PermitState
from pilar.platform import limits
from pilar.platform.api import PageNumber, PageOut, RowSchema, problem_of, refusals
from pilar.platform.errors import existing

public = Routes(tags=["permits"])
Refused = refusals(problem_of("Permit", __name__), 404, 422, 429)
TRACKING = limits.Limit("permit-tracking", most=20)


class PermitOut(
    RowSchema,
    of=PermitRow,
    fields="number region service service_name holder place issued_on valid_until state edition synthetic",
):
    """A permit. ``holder``: the name of a business, or the initials of a person."""


class PermitPage(PageOut):
    """The thousand newest matches, page by page. Matches are not counted: if there are more, ``total`` and ``pages``
    are one page beyond this one."""

    permits: list[PermitOut]


class PermitEventOut(RowSchema, of=PermitEventRow, fields="kind at reason"):
    """An event in the life of a permit, with its reason."""


class PermitDetailOut(RowSchema, of=PermitDetail, fields="permit=row events"):
    """A permit with its events."""

    permit: PermitOut
    events: list[PermitEventOut]


class TrackedStepOut(RowSchema, of=tracking.Step, fields="day said stage"):
    """An event of a day, in words; ``stage``: in which stage of the service."""


class TrackedOut(
    RowSchema, of=Tracked, fields="number service region state sent_on due_on open_stages steps permit waits_for"
):
    """The progress of a case, without personal data. ``waits_for``: the reason why its signature is missing."""

    steps: list[TrackedStepOut]


class TrackIn(Schema):
    """The number of a case, and the last four characters of the identity number of the applicant."""

    number: Annotated[str, Field(max_length=40)]
    digits: Annotated[str, Field(min_length=4, max_length=4)]


@public.get("/permits", response={200: PermitPage, **Refused}, summary="Register of permits")
def permits(
    *,
    search: Annotated[str, Query(max_length=100)] = "",
    region: Annotated[str, Query(max_length=5)] = "",
    service: Annotated[str, Query(max_length=60)] = "",
    state: PermitState | None = None,
    year: Annotated[int | None, Query(ge=2000, le=2099)] = None,
    page: PageNumber = 1,
) -> Page[PermitRow]:
    wanted = queries.Wanted(search.replace("\0", ""), region, service, state or "", year)
    return queries.register(wanted, scope=PUBLIC, page=page)


@public.get("/permits/{path:number}", response={200: PermitDetailOut, **Refused}, summary="One permit")
def permit(number: str) -> PermitDetail:
    return queries.permit(number, scope=PUBLIC)


@public.post("/permit-tracking", response={200: TrackedOut, **Refused}, summary="Where an application stands")
def track(request: HttpRequest, given: TrackIn, now: datetime) -> Tracked:
    limits.count(request, TRACKING, now=now)
    return existing(tracking.track(given.number, given.digits, scope=PUBLIC, now=now))
