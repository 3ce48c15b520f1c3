"""The public register of permits, and documents made from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet

from pilar.evidence import queries as evidence
from pilar.people.rules import Standing, existing
from pilar.permits.models import Permit, PermitEdition, PermitEvent, PermitList
from pilar.permits.queries import services
from pilar.permits.rules.register import (
    KIND,
    LISTED,
    MAX_LISTED,
    PermitDetail,
    PermitEventKind,
    PermitEventRow,
    PermitRow,
    PermitState,
    document_key,
    list_scope,
)
from pilar.permits.rules.register import scope as scope_of
from pilar.platform import sealing
from pilar.platform.paging import paged
from pilar.reports.signing.lists import Listed
from pilar.reports.signing.lists import Standing as Became

NEWEST = 20_000
"""Up to this many permits are searched for words one by one."""
TOLD = (
    "pk", "number", "region", "service", "holder", "place", "issued_on", "valid_until", "edition", "synthetic",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search of the register: the beginning of a number or words of holder and place, with filters."""

    search: str = ""
    region: str = ""
    service: str = ""
    state: str = ""
    year: int | None = None


def register(wanted: Wanted, *, scope: Standing, page: int | str = 1, size: int | None = 50) -> Page[PermitRow]:
    """The newest permits that fit, at most ``MAX_LISTED``. Matches are never counted; a page only knows whether there
    is another one. Everybody may read it: PUBLIC."""
    del scope
    if size is None:
        return paged(_part(wanted, 0, MAX_LISTED), rows_of, size=None)
    number = int(page) if str(page).isdecimal() and 0 < int(page) <= MAX_LISTED // size else 1
    start = (number - 1) * size
    permits = tuple(rows_of(_part(wanted, start, min(start + size + 1, MAX_LISTED))))
    return Page(permits[:size], number, Paginator(range(start + len(permits)), size))


def permit(number: str | int, *, scope: Standing) -> PermitDetail:
    """A permit by its number, or by its key; raises :class:`NotFound`."""
    del scope
    wanted = {"pk": number} if isinstance(number, int) else {"number": number}
    row = existing(next(rows_of(Permit.objects.filter(**wanted)), None))
    events = PermitEvent.objects.filter(permit=row.key).order_by("id")
    told = tuple(PermitEventRow(PermitEventKind(event.kind), event.at, event.reason) for event in events)
    return PermitDetail(row, told, evidence.signature(KIND, document_key(row.key, row.edition)))


def permit_of(case: int) -> PermitRow | None:
    """The permit of a case; None if there is none. For callers who may read the case."""
    return next(rows_of(Permit.objects.filter(case=case)), None)


def rows_of(rows: QuerySet[Permit]) -> Iterator[PermitRow]:
    """The permits with their public data."""
    for version, state, *told in rows.values_list("version", "state", *TOLD):
        key, number, region, service, *rest, edition, synthetic = told
        name = str(services.service_in(version).name)
        yield PermitRow(key, number, region, service, name, *rest, PermitState(state), edition, synthetic)


def services_listed(region: str, day: date) -> tuple[tuple[str, str], ...]:
    """The services of a region that a reader can narrow the register to: key and name."""
    return tuple(
        sorted(
            ((service.key, str(service.service.name)) for service in services.services(region, day)), key=itemgetter(1)
        )
    )


def listed(region: str, year: int) -> Iterable[Listed]:
    """The signed documents of a year and their states."""
    rows = PermitEdition.objects.filter(region=region, day__year=year).exclude(signed_at=None).select_related("permit")
    for row in rows.iterator():
        replaced = row.number < row.permit.edition
        became = Became.REPLACED if replaced else LISTED[PermitState(row.permit.state)]
        yield Listed(row.pages_sha256, row.sha256, became, row.day)


def years_listed(region: str) -> tuple[int, ...]:
    """The years of which a region has documents."""
    return tuple(day.year for day in PermitEdition.objects.filter(region=region).dates("day", "year"))


def years_with_list(region: str) -> tuple[int, ...]:
    """Return the years for which a region already has a list of documents; public."""
    return tuple(PermitList.objects.filter(region=region).order_by("year").values_list("year", flat=True).distinct())


def list_text(region: str, year: int, *, scope: Standing) -> str:
    """The newest list of a region and year; raises :class:`NotFound`."""
    del scope
    return existing(PermitList.objects.filter(region=region, year=year).values_list("text", flat=True).first())


def list_proof(region: str, year: int, *, scope: Standing) -> dict[str, Any]:
    """Return the position of the newest list in the sealed lists; raises :class:`NotFound` for one without a signed
    head."""
    del scope
    rows = PermitList.objects.filter(region=region, year=year)
    subject = existing(rows.values_list("subject", flat=True).first())
    return existing(sealing.proof_of(list_scope(region), subject))


def heads(region: str) -> tuple[sealing.Head, ...]:
    """The last signed heads of the sealed register of a region, the newest first."""
    return sealing.heads_of(scope_of(region), most=30)


def _part(wanted: Wanted, start: int, stop: int) -> QuerySet[Permit]:
    """A part of the matches, the newest first.

    Frequent words are looked for among the newest permits in order; the word index, which would fetch and sort all
    matches, is used for rare words.
    """
    rows = Permit.objects.order_by("-issued_on", "-pk")
    named = {"region": wanted.region, "service": wanted.service, "state": wanted.state, "issued_on__year": wanted.year}
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    text = wanted.search.strip()
    if any(letter.isdigit() for letter in text.partition(" ")[0]):
        return rows.filter(number__startswith=text)[start:stop]
    words = ["".join(filter(str.isalnum, word)) for word in text.split()[:8]]
    asked = " & ".join(f"{word}:*" for word in words if word)
    if not asked:
        return rows[start:stop]
    newest, given = rows.values("pk", "words")[:NEWEST].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pk FROM ({newest}) AS x WHERE words @@ to_tsquery('simple', %s) LIMIT %s",  # noqa: S608
                       [*given, asked, stop])  # fmt: skip
        keys = [key for (key,) in cursor]
    if len(keys) == stop:
        return rows.filter(pk__in=keys[start:])
    return rows.filter(words=SearchQuery(asked, config="simple", search_type="raw"))[start:stop]
