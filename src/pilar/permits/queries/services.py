"""Services as in force on a day, and their versions for the staff who write them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django.db.models import Q, QuerySet

from pilar.people.queries import within
from pilar.people.rules import NotFound, Standing
from pilar.permits.models import ServiceVersion
from pilar.permits.rules.authority import AUTHORITY, Action
from pilar.permits.rules.services import Gap, Service, check, gaps, is_open, read
from pilar.permits.rules.versions import SERVICES, VERSION_NAMES, VERSION_TONES, VersionFacts, VersionState
from pilar.platform import numbering
from pilar.platform.errors import Fault
from pilar.platform.language import translate


@dataclass(frozen=True)
class VersionRow:
    """A version of a service: its definition, and the days on which it is in force."""

    pk: int
    region: str
    key: str
    number: int
    service: Service
    edition: int
    state: VersionState
    valid_from: date | None
    valid_to: date | None
    shipped: bool
    proposer: str
    publisher: str
    reason: str
    hash: str

    @property
    def state_name(self) -> str:
        return translate(VERSION_NAMES[self.state])

    @property
    def state_tone(self) -> str:
        return VERSION_TONES.get(self.state, "neutral")

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return gaps(self.service)

    @property
    def is_open(self) -> bool:
        """Return whether it takes applications."""
        return is_open(self.service)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that prevent publishing it."""
        return check(self.service, numbers=numbering.kinds())


def regions(day: date) -> tuple[str, ...]:
    """The regions that have services on a day; public."""
    return tuple(_holding(day).order_by("region").values_list("region", flat=True).distinct())


def named_regions(day: date) -> dict[str, str]:
    """The names of the regions that have services on a day, by code; public. One query."""
    return dict(_holding(day).order_by("region").values_list("region", "region__name").distinct())


def services(region: str, day: date) -> tuple[VersionRow, ...]:
    """Each service of a region as in force on a day, open ones first; public."""
    rows = [row_of(service_version) for service_version in _holding(day).filter(region=region)]
    return tuple(sorted(rows, key=lambda row: (not row.is_open, str(row.service.name))))


def services_named(text: str, day: date, *, most: int) -> tuple[VersionRow, ...]:
    """Services in force on a day with a given name in either language, by region and key; public. One query."""
    rows = _holding(day)
    for word in text.split():
        rows = rows.filter(Q(definition__name__id__icontains=word) | Q(definition__name__en__icontains=word))
    return tuple(row_of(row) for row in rows.order_by("region", "key")[:most])


def service(region: str, key: str, day: date) -> VersionRow:
    """One service as in force on a day; raises :class:`NotFound`. Public."""
    return _one(_holding(day).filter(region=region, key=key))


def is_offered(region: str, key: str, day: date) -> bool:
    """Return whether a service takes applications on a day, in whatever version. Public."""
    row = _holding(day).filter(region=region, key=key).first()
    return row is not None and row_of(row).is_open


@lru_cache(maxsize=512)
def service_in(version: int) -> Service:
    """The services of cases, in the versions they began with, which were published and so never change, even if
    withdrawn. The caller has checked that the case may be read."""
    rows = ServiceVersion.objects.filter(pk=version)
    return _one(rows.exclude(state__in=[VersionState.DRAFT, VersionState.PROPOSED])).service


def versions(region: str, key: str, *, scope: Standing) -> tuple[VersionRow, ...]:
    """All versions of a service, newest first: those that were published for everybody, the rest for its staff."""
    return tuple(
        row_of(service_version)
        for service_version in ServiceVersion.objects.filter(known(scope))
        .filter(region=region, key=key)
        .order_by("-number")
    )


def newest(region: str, *, scope: Standing) -> tuple[VersionRow, ...]:
    """List the newest published version of each service by name, including withdrawn and future ones."""
    rows = ServiceVersion.objects.filter(known(scope), region=region).exclude(state__in=("draft", "proposed"))
    version_rows = [row_of(service_version) for service_version in rows.order_by("key", "-number").distinct("key")]
    return tuple(sorted(version_rows, key=lambda row: str(row.service.name)))


def at_work(region: str, *, scope: Standing) -> tuple[VersionRow, ...]:
    """Versions that are being written or wait to be published, for staff who write services."""
    return tuple(
        row_of(service_version)
        for service_version in ServiceVersion.objects.filter(known(scope)).filter(
            region=region, state__in=("draft", "proposed")
        )
    )


def version(pk: int, *, scope: Standing) -> VersionRow:
    """One version; raises :class:`NotFound` for one that ``scope`` may not see."""
    return _one(ServiceVersion.objects.filter(known(scope)).filter(pk=pk))


def before(row: VersionRow) -> VersionRow | None:
    """The version that was published before this one."""
    rows = ServiceVersion.objects.filter(region=row.region, key=row.key, number__lt=row.number, state="published")
    service_version = rows.order_by("-number").first()
    return None if service_version is None else row_of(service_version)


def facts_of(row: VersionRow, *, by: Standing, today: date, valid_from: date | None = None) -> VersionFacts:
    """Collect the facts by which the moves of a version are judged."""
    others = ServiceVersion.objects.filter(region=row.region, key=row.key, state="published").exclude(pk=row.pk)
    newest = others.order_by("-valid_from").values_list("valid_from", flat=True).first()
    own = getattr(row.proposer, "reference", row.proposer) == by.signature
    return VersionFacts(row.faults, own, valid_from, today, newest)


def obstacles(row: VersionRow, target: VersionState, facts: VersionFacts) -> tuple[Fault, ...]:
    """Return why a version cannot go to a state yet."""
    return SERVICES.move(row.state, target).faults(facts)


def _holding(day: date) -> QuerySet[ServiceVersion]:
    ends = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return ServiceVersion.objects.filter(ends, state=VersionState.PUBLISHED, valid_from__lte=day)


def known(scope: Standing) -> Q:
    """The condition for versions that ``scope`` may see: all published ones, and every version of services they work
    on."""
    law = Q(state__in=[VersionState.PUBLISHED, VersionState.WITHDRAWN])
    writes = within(AUTHORITY.extent(scope, Action.EDIT_SERVICE))
    return law | writes | within(AUTHORITY.extent(scope, Action.PUBLISH_SERVICE))


def _one(rows: Iterable[ServiceVersion]) -> VersionRow:
    for row in rows:
        return row_of(row)
    raise NotFound


def row_of(row: ServiceVersion) -> VersionRow:
    """A version as a row for readers."""
    return VersionRow(
        row.pk, row.region_id, row.key, row.number, _read(json.dumps(row.definition)), row.edition,
        VersionState(row.state), row.valid_from, row.valid_to, row.shipped, row.proposer, row.publisher, row.reason,
        row.hash,
    )  # fmt: skip


@lru_cache(maxsize=512)
def _read(definition: str) -> Service:
    return read(json.loads(definition))
