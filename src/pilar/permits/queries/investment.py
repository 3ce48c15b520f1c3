"""Read investment areas, answers to investors, realised investment, the OSS mirror, and subscribers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, Max, QuerySet

from pilar.areas import queries as areas
from pilar.areas.queries import working_days
from pilar.areas.reference import today_in
from pilar.people.rules import Standing, existing
from pilar.permits.models import Case, OssRecord, Potential, Realised, Subscription
from pilar.permits.models.cases import PERSON
from pilar.permits.queries.completeness import person_of
from pilar.permits.queries.forecasts import Finish, forecast_of
from pilar.permits.queries.services import VersionRow, row_of, services
from pilar.permits.reference.investment import risks
from pilar.permits.reference.kbli import Kbli, kbli
from pilar.permits.rules import authority
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.permits.rules.cases import STATE_NAMES, CaseState
from pilar.permits.rules.hooks import EVENT_NAMES
from pilar.permits.rules.investment import (
    POTENTIAL_NAMES,
    REALISED_NAMES,
    Capital,
    PotentialKind,
    RealisedEntry,
    RealisedState,
    Risk,
    covers,
    sums,
)
from pilar.permits.rules.places import Point
from pilar.permits.rules.services import Applicant, fee_text, limit_text
from pilar.platform import audit
from pilar.platform.actors import Authority
from pilar.platform.calendar import deadline
from pilar.platform.hooking import counted, told_last
from pilar.platform.hooks import DeliveryRow
from pilar.platform.language import translate
from pilar.platform.names import Signature
from pilar.platform.paging import PAGE, paged


@dataclass(frozen=True, slots=True)
class PotentialRow:
    """A zoning note, plot or estate; ``area`` in hectares, ``number`` on the map, 0 for one that has no place there."""

    code: str
    kind: PotentialKind
    name: str
    district: str
    district_name: str
    area: Decimal | None
    kbli: tuple[str, ...]
    note: str
    source: str
    point: Point | None
    number: int

    @property
    def kind_name(self) -> str:
        return translate(POTENTIAL_NAMES[self.kind])


@dataclass(frozen=True, slots=True)
class KnownRisk:
    """A level of risk that the OSS has given to so many businesses of a code in this region, lately on ``as_of``."""

    risk: Risk
    count: int
    as_of: date


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to whether one may do business of a code here: without ``risks`` the level is not known; only the
    national OSS sets it."""

    kbli: Kbli
    risks: tuple[KnownRisk, ...]
    places: tuple[PotentialRow, ...]


@dataclass(frozen=True, slots=True)
class ServiceFor:
    """A service of the region that names a code. ``by``: the day by which a case that is complete today has to be
    decided, None without a limit in working days; ``elsewhere``: the region whose standard it is, if it is another one;
    ``finish``: the forecast for a case filed today."""

    row: VersionRow
    by: date | None
    elsewhere: str
    finish: Finish | None

    @property
    def papers(self) -> int:
        return len(self.row.service.requirements)

    @property
    def limit(self) -> str:
        return limit_text(self.row.service.limit)

    @property
    def fee(self) -> str:
        return fee_text(self.row.service.fee)


@dataclass(frozen=True, slots=True)
class RealisedRow:
    """An investment of a quarter as a business entered it."""

    key: int
    year: int
    quarter: int
    business: str
    nib: str
    kbli: str
    capital: Capital
    planned: Decimal
    realised: Decimal
    workers: int
    state: RealisedState
    entered_by: Signature
    judged_by: Signature

    @property
    def capital_name(self) -> str:
        return self.capital.upper()

    @property
    def state_name(self) -> str:
        return translate(REALISED_NAMES[self.state][0])


@dataclass(frozen=True, slots=True)
class OssRow:
    """The newest statement of the OSS about a business and a code."""

    nib: str
    business: str
    kbli: str
    title: str
    risk: str
    status: str
    as_of: date


@dataclass(frozen=True, slots=True)
class RecommendedRow:
    """A decision about a business, as somebody enters it in the national OSS."""

    nib: str
    business: str
    service: str
    case: str
    outcome: str
    decided_on: date
    permit: str


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscribed system, and how many deliveries are waiting or were given up."""

    key: int
    region: str
    title: str
    address: str
    events: tuple[str, ...]
    ended: bool
    waiting: int
    dead: int


def regions(*, scope: Authority) -> tuple[str, ...]:
    """Codes of the regions that show areas for investment. One query."""
    del scope
    rows = Potential.objects.filter(withdrawn=False).order_by("region").values_list("region", flat=True)
    return tuple(rows.distinct())


def potentials(region: str, *, scope: Authority) -> tuple[PotentialRow, ...]:
    """Return the areas for investment, by kind and name. Two queries."""
    del scope
    rows = Potential.objects.filter(region=region, withdrawn=False).order_by("kind", "name")
    names, numbers = areas.district_names(region=region), count(1)
    return tuple(
        PotentialRow(
            row.code, PotentialKind(row.kind), row.name, row.district, names.get(row.district, ""), row.area,
            tuple(row.kbli), row.note, row.source, point, next(numbers) if point else 0,
        )
        for row in rows
        for point in [None if row.latitude is None else Point(row.latitude, row.longitude)]
    )  # fmt: skip


def answer(region: str, code: str, *, scope: Authority) -> Answer:
    """Answer whether a business with a KBLI code is allowed in a region. Raises :class:`NotFound` for an unknown code.
    Three queries."""
    class_asked = existing(kbli().get(code))
    known = risks()
    rows = OssRecord.objects.filter(region=region, kbli=code, risk__in=known).values("risk")
    counted = {row["risk"]: row for row in rows.annotate(count=Count("pk"), as_of=Max("as_of")).order_by()}
    places = (potential for potential in potentials(region, scope=scope) if covers(potential.kbli, code))
    told = (
        KnownRisk(risk, counted[key]["count"], counted[key]["as_of"]) for key, risk in known.items() if key in counted
    )
    return Answer(class_asked, tuple(told), tuple(places))


def services_for(region: str, code: str, today: date, *, scope: Authority) -> tuple[ServiceFor, ...]:
    """The services of a region that name a code or one above it. Three queries."""
    del scope
    offered, name = [], areas.region(region).name
    for row in services(region, today):
        service = row.service
        if service.kbli and covers(service.kbli, code):
            days = service.limit.days if service.limit else None
            calendar = working_days(region, leave=service.leave)
            by = deadline(calendar, day_zero=calendar.from_day(today), days=days).due if days else None
            standard = service.from_region.replace("Kab.", "Kabupaten")
            finish = forecast_of(row.key, region=region, today=today)
            offered.append(ServiceFor(row, by, "" if standard == name else standard, finish))
    return tuple(offered)


def realised(region: str, *, scope: Standing, page: int | str = 1, size: int | None = PAGE) -> Page[RealisedRow]:
    """List the entered investments, the latest first. Raises :class:`NotFound`. Two queries."""
    AUTHORITY.require(scope, Action.READ_AROUND, authority.Case(region), known=False)
    rows = Realised.objects.filter(region=region).order_by("-pk")
    return paged(rows, lambda part: [_realised(row) for row in part], page=page, size=size)


def realised_entries(region: str, *, scope: Standing) -> frozenset[RealisedEntry]:
    """List the investments that count or wait for a second person. Raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ_AROUND, authority.Case(region), known=False)
    rows = Realised.objects.filter(region=region, state__in=[RealisedState.ENTERED, RealisedState.CONFIRMED])
    names = [field.name for field in fields(RealisedEntry)]
    return frozenset(RealisedEntry(**{**row, "capital": Capital(row["capital"])}) for row in rows.values(*names))


def oss_known(region: str, *, scope: Standing) -> dict[tuple[str, str], date]:
    """The day of the latest OSS statement about each business and code. Raises :class:`NotFound`."""
    AUTHORITY.require(scope, Action.READ_AROUND, authority.Case(region), known=False)
    rows = OssRecord.objects.filter(region=region).values_list("nib", "kbli", "as_of")
    return {(nib, code): as_of for nib, code, as_of in rows}


def realised_sums(
    region: str, year: int, quarters: Sequence[int], *, scope: Authority
) -> dict[str, tuple[Decimal, Decimal, int]]:
    """Planned, realised and workers of what is confirmed, by capital and together (``""``). One query."""
    del scope
    rows = Realised.objects.filter(
        region=region, year=year, quarter__in=list(quarters), state=RealisedState.CONFIRMED
    ).values_list("capital", "planned", "realised", "workers")
    return sums([(Capital(capital), *rest) for capital, *rest in rows])


def oss_records(
    region: str, *, scope: Standing, words: str = "", page: int | str = 1, size: int | None = PAGE
) -> Page[OssRow]:
    """The mirror of the OSS, by business. Raises :class:`NotFound`. Two queries."""
    AUTHORITY.require(scope, Action.READ_AROUND, authority.Case(region), known=False)
    rows = OssRecord.objects.filter(region=region).order_by("business", "nib", "kbli")
    if words:
        rows = rows.filter(nib=words) if words.isdigit() else rows.filter(business__icontains=words)
    codes, known = kbli(), risks()
    return paged(
        rows,
        lambda part: [
            OssRow(
                record.nib, record.business, record.kbli, codes[record.kbli].title if record.kbli in codes else "",
                str(known[record.risk].name) if record.risk in known else "", record.status, record.as_of,
            )
            for record in part
        ],
        page=page, size=size,
    )  # fmt: skip


def recommended(region: str, *, scope: Standing, page: int | str = 1, size: int | None = PAGE) -> Page[RecommendedRow]:
    """List the decisions about businesses, the latest first; the audit log records the reading. Raises
    :class:`NotFound`, :class:`NotAllowed`."""
    about = authority.Case(region)
    AUTHORITY.require(scope, Action.KEEP_INVESTMENT, about, known=AUTHORITY.holds(scope, Action.READ_AROUND, about))
    rows = Case.objects.filter(
        region=region, state__in=[CaseState.ISSUED, CaseState.REFUSED], answers__applicant=Applicant.BUSINESS
    ).select_related("permit", "version")

    def read(part: Sequence[Case]) -> list[RecommendedRow]:
        audit.read(by=scope.actor, what=PERSON, key=region, rows=len(part), area=region)
        return [_recommended(case) for case in part]

    return paged(rows.order_by("-closed_at", "-pk"), read, page=page, size=size)


def _recommended(row: Case) -> RecommendedRow:
    person, permit = person_of(row), getattr(row, "permit", None)
    assert row.closed_at is not None, "what was decided is over"
    return RecommendedRow(
        person.get("identity", ""), person.get("name", ""), str(row_of(row.version).service.name), row.number,
        translate(STATE_NAMES[CaseState(row.state)]), today_in(row.region_id, row.closed_at),
        permit.number if permit else "",
    )  # fmt: skip


def subscriptions(region: str, *, scope: Standing) -> tuple[SubscriptionRow, ...]:
    """The subscribed systems of a region, ended ones last. Raises :class:`NotFound`. One query."""
    AUTHORITY.require(scope, Action.READ_AROUND, authority.Case(region), known=False)
    return tuple(
        map(_subscription, _counted().filter(region=region).order_by(F("ended_at").asc(nulls_first=True), "title"))
    )


def deliveries(subscription: int, *, scope: Standing) -> tuple[SubscriptionRow, tuple[DeliveryRow, ...]]:
    """A system with its latest messages. Raises :class:`NotFound`. Two queries."""
    row = existing(_counted().filter(pk=subscription).first())
    AUTHORITY.require(scope, Action.READ_AROUND, authority.Case(row.region_id), known=False)
    return _subscription(row), told_last(row.deliveries.all(), EVENT_NAMES)


def _counted() -> QuerySet[Any]:
    return counted(Subscription.objects.defer("secret"))


def _subscription(row: Any) -> SubscriptionRow:
    return SubscriptionRow(
        row.pk,
        row.region_id,
        row.title,
        row.address,
        tuple(row.events),
        row.ended_at is not None,
        row.waiting,
        row.dead,
    )


def _realised(row: Realised) -> RealisedRow:
    return RealisedRow(
        row.pk, row.year, row.quarter, row.business, row.nib, row.kbli, Capital(row.capital), row.planned, row.realised,
        row.workers, RealisedState(row.state), row.entered_by, row.judged_by,
    )  # fmt: skip
