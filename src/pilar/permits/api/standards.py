"""Standards of service and statistics for everybody as JSON, and the cases of a region for systems of its offices."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.core.paginator import Page
from ninja import Path, Query

from pilar.areas.queries import region
from pilar.areas.reference import today_in
from pilar.people.routes import Routes
from pilar.people.rules import PUBLIC, Standing
from pilar.permits.queries import cases, services
from pilar.permits.queries.rows import CaseRow
from pilar.permits.queries.services import VersionRow
from pilar.permits.queries.statistics import Counted, Statistics, statistics
from pilar.permits.rules.cases import CaseState
from pilar.permits.rules.services import Requirement, Stage
from pilar.platform.api import PageNumber, PageOut, RowSchema, problem_of, refusals

public = Routes(tags=["permits"])
desk = Routes(tags=["permits"])
Refused = refusals(problem_of("Permit", __name__), 404, 422)
Region = Annotated[str, Path(pattern=r"^\d\d\.\d\d$")]


class RequirementOut(RowSchema, of=Requirement, fields="key name=name.id when"):
    """A document that an application needs; ``when``: the condition under which it is needed; empty: always."""


class PermitStageOut(RowSchema, of=Stage, fields="key kind name=name.id role office days=limit.days hours=limit.hours"):
    """A stage of the way of an application and its limit, in working days or office hours."""

    kind: str
    days: int | None
    hours: int | None


class PermitServiceOut(
    RowSchema, of=VersionRow,
    fields="key name=service.name.id open=is_open from_region=service.from_region source=service.source "
    "status=service.status days=service.limit.days hours=service.limit.hours free=service.fee.free "
    "fee=service.fee.formula requirements=service.requirements stages=service.stages",
):  # fmt: skip
    """The standard of a service: time, cost and what it needs. ``open``: it takes applications; values that are not set
    are null. ``from_region``: the region whose standard the rows are, ``status``: official, inferred, assumption or
    synthetic."""

    days: int | None
    hours: int | None
    free: bool | None
    fee: str | None
    requirements: list[RequirementOut]
    stages: list[PermitStageOut]


class PermitCountOut(RowSchema, of=Counted, fields="key name issued refused withdrawn running in_time share"):
    """Applications of a kind or month; ``share``: per cent of the decided applications that were decided in time."""

    share: Decimal | None


class PermitStatisticsOut(
    RowSchema, of=Statistics, fields="services months places median=days.median ninth=days.ninth"
):
    """The applications of a year by service, month and district. ``median``, ``ninth``: working days within which 50 %
    and 90 % of the decided applications were decided."""

    services: list[PermitCountOut]
    months: list[PermitCountOut]
    places: dict[str, int]
    median: int | None
    ninth: int | None


class PermitCaseOut(RowSchema, of=CaseRow, fields="key number service kind state sent_at due deemed"):
    """An application, without personal data. ``due``: the end of the day by which it has to be decided."""


class PermitCasePage(PageOut):
    cases: list[PermitCaseOut]


@public.get("/regions/{code}/permit-services", response={200: list[PermitServiceOut], **Refused},
            summary="Standards of the services of a region")  # fmt: skip
def permit_services(code: Region, now: datetime) -> tuple[VersionRow, ...]:
    region(code)
    return services.services(code, today_in(code, now))


@public.get("/regions/{code}/permit-statistics", response={200: PermitStatisticsOut, **Refused},
            summary="Applications of a year in figures")  # fmt: skip
def permit_statistics(code: Region, now: datetime, year: Annotated[int, Query(ge=2000, le=2099)]) -> Statistics:
    region(code)
    return statistics(code, date(year, 1, 1), date(year, 12, 31), scope=PUBLIC, now=now)


@desk.get("/regions/{code}/permit-cases", response={200: PermitCasePage, **Refused},
          summary="The applications of a region that the reader may see, newest first")  # fmt: skip
def permit_cases(
    by: Standing, now: datetime, code: Region, state: CaseState | None = None, page: PageNumber = 1
) -> Page[CaseRow]:
    cases.require_reader(by, code)
    return cases.all_cases(code, scope=by, now=now, state=state or "", page=page)
