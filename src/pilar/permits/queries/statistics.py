"""Public statistics of the one-stop office: by kind, place and time; no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import TruncMonth

from pilar.areas import queries as areas
from pilar.areas.reference import local, midnight_in, today_in
from pilar.people.rules import SCHEDULE
from pilar.permits.models import Case, CaseEvent
from pilar.permits.queries.mining import mined
from pilar.permits.queries.services import services
from pilar.permits.rules.cases import OPEN, CaseState
from pilar.permits.rules.mining import Spread
from pilar.platform.actors import Authority
from pilar.platform.calendar import Holiday

_DECIDED = Q(state__in=[CaseState.ISSUED, CaseState.REFUSED])
_COUNTS = {
    "issued": Q(state=CaseState.ISSUED), "refused": Q(state=CaseState.REFUSED),
    "withdrawn": Q(state=CaseState.WITHDRAWN), "running": Q(state__in=list(OPEN)),
    "in_time": _DECIDED & Q(closed_at__lte=F("due_at")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """Applications of a kind or month: their states, and how many of the decided ones were decided in time."""

    key: str
    name: str
    issued: int
    refused: int
    withdrawn: int
    running: int
    in_time: int

    @property
    def share(self) -> Decimal | None:
        """The share of decided applications that were decided in time, in per cent to a tenth."""
        decided = self.issued + self.refused
        return round(Decimal(100 * self.in_time) / decided, 1) if decided else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """``places``: permits by the district named in the answers, ``""`` for the others. ``days``: working days of the
    decided applications."""

    total: Counted
    services: tuple[Counted, ...]
    months: tuple[Counted, ...]
    places: Mapping[str, int]
    days: Spread | None


def statistics(region: str, since: date, until: date, *, scope: Authority, now: datetime) -> Statistics:
    """Count the applications sent between two days, in the region's time zone. A handful of queries."""
    by_service = by_services(region, since, until, scope=scope)
    rows = _sent(region, since, until)
    month = TruncMonth("submitted_at", tzinfo=local(now, region).tzinfo)
    return Statistics(
        Counted("", "", **{name: sum(getattr(counted, name) for counted in by_service) for name in _COUNTS}),
        by_service,
        tuple(Counted(f"{key:%Y-%m}", f"{key:%Y-%m}", **row) for key, row in _grouped(rows, month)),
        _places(region, rows.filter(_COUNTS["issued"])), _days(region, since, until, today_in(region, now), *_stamp()),
    )  # fmt: skip


def by_services(region: str, since: date, until: date, *, scope: Authority) -> tuple[Counted, ...]:
    """Count the applications sent between two days, by service in the order of their names. Two queries."""
    del scope
    names = {service.key: str(service.service.name) for service in services(region, until)}
    grouped = _grouped(_sent(region, since, until), F("version__key"))
    return tuple(
        sorted((Counted(key, names.get(key, key), **row) for key, row in grouped), key=lambda counted: counted.name)
    )


def _sent(region: str, since: date, until: date) -> QuerySet[Case]:
    begins, ends = midnight_in(region, since), midnight_in(region, until + timedelta(days=1))
    return Case.objects.filter(region=region, submitted_at__gte=begins, submitted_at__lt=ends)


def _stamp() -> tuple[int, tuple[Holiday, ...]]:
    """A stamp of the data that past working days depend on: a new event or day off gives another stamp."""
    return CaseEvent.objects.aggregate(last=Max("pk"))["last"] or 0, areas.holidays()


@lru_cache(maxsize=64)
def _days(region: str, since: date, until: date, today: date, *_stamped: object) -> Spread | None:
    """Working days of decided applications, mined from the whole log once for each stamp, however often they are
    requested."""
    # Two figures of the whole region are public; the figures of desks and officers are not.
    now = midnight_in(region, today + timedelta(days=1))
    whole = mined(region, scope=SCHEDULE, since=since, until=until, now=now).whole
    return whole.days if whole else None


def _grouped(rows: QuerySet[Case], by: Any) -> Iterable[tuple[Any, Mapping[str, int]]]:
    counts = {name: Count("pk", filter=which) for name, which in _COUNTS.items()}
    counted = rows.order_by().annotate(group=by).values("group").annotate(**counts).order_by("group")
    return ((row["group"], {name: row[name] for name in _COUNTS}) for row in counted)


def _places(region: str, rows: QuerySet[Case]) -> dict[str, int]:
    names = {name.casefold(): name for name in areas.district_names(region=region).values()}
    cases = Counter[str]()
    for answers in rows.values_list("answers", flat=True).iterator():
        said = " ".join(answer for answer in answers.values() if isinstance(answer, str)).casefold()
        cases[next((name for key, name in names.items() if key in said), "")] += 1
    return dict(sorted(cases.items(), key=lambda pair: (pair[0] == "", pair[0])))
