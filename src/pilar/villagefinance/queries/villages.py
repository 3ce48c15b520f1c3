"""The villages that a person works with or oversees, and the state of each one's budget of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.paginator import Page

from pilar.areas.models import Village
from pilar.areas.queries import village_names, working_days
from pilar.areas.reference import today_in
from pilar.people.queries import within
from pilar.people.rules import NotFound, Standing
from pilar.platform.language import N_, translate
from pilar.platform.paging import PAGE, paged
from pilar.villagefinance import reference
from pilar.villagefinance.models import Book, BudgetVersion
from pilar.villagefinance.queries.versions import VersionRow, versions_of, waiting_since
from pilar.villagefinance.rules.authority import AUTHORITY, Action, case_of
from pilar.villagefinance.rules.budgets import BudgetState
from pilar.villagefinance.rules.clocks import due

SILENT, SILENT_NAME = "silent", N_("Nothing recorded yet")
"""Filter value for villages that have recorded nothing here yet."""


@dataclass(frozen=True, slots=True)
class BookRow:
    """A village with the budget of a year: ``current`` is the version being drafted, or else the newest. ``silent``:
    the village never recorded anything here."""

    code: str
    name: str
    year: int
    current: VersionRow | None
    until: date | None
    late: bool
    silent: bool = False

    @property
    def state_name(self) -> str:
        if self.silent:
            return translate(SILENT_NAME)
        return self.current.state_name if self.current else translate("Not begun")


def villages(
    region: str, *, scope: Standing, year: int, now: datetime, search: str = "", state: str = "", page: int | str = 1,
    size: int | None = PAGE,
) -> Page[BookRow]:  # fmt: skip
    """Read the villages of a region whose books ``scope`` reads, by code; raises :class:`NotFound` if there are none.

    ``search``: words in the name of village or district. ``state``: only those whose budget is in this state, or SILENT
    ones. A handful of queries, whatever their number.
    """
    rows = Book.objects.filter(within(AUTHORITY.extent(scope, Action.READ_BOOKS), unit="village"), region=region)
    if not rows.exists():
        raise NotFound
    names = village_names(region=region)
    words = search.casefold().split()
    if words:
        rows = rows.filter(village__in=[code for code, name in names.items() if _says(name, words)])
    codes = list(rows.order_by("village").values_list("village", flat=True))
    if state == SILENT:
        unheard = silent(region)
        codes = [code for code in codes if code in unheard]
    elif state:
        known = versions_of(codes, region, year)
        codes = [code for code in codes if code in known and current_of(known[code]).state == state]
    return paged(codes, lambda codes: _rows(list(codes), region, year, names, now), page=page, size=size)


def require_books(code: str, *, scope: Standing) -> None:
    """Raise :class:`NotFound` if a person may not read the books of a village, or if it has none."""
    AUTHORITY.require(scope, Action.READ_BOOKS, case_of(code), known=False)
    if not Book.objects.filter(region=code[:5], village=code).exists():
        raise NotFound


def without_books(region: str) -> tuple[str, ...]:
    """Read the villages of a region without books. One query."""
    there = Village.objects.filter(district__region=region, ended_at=None).exclude(kind=Village.Kind.URBAN_WARD)
    rows = there.exclude(code__in=Book.objects.filter(region=region).values("village"))
    return tuple(rows.order_by("code").values_list("code", flat=True))


def silent(region: str) -> frozenset[str]:
    """Read the villages of a region that have recorded nothing here yet, neither a budget of any year nor an entry;
    whether they are late is unknown. One query."""
    begun = BudgetVersion.objects.filter(region=region).values("village")
    rows = Book.objects.filter(region=region, entries=0).exclude(village__in=begun)
    return frozenset(rows.values_list("village", flat=True))


def own_villages(scope: Standing) -> tuple[str, ...]:
    """Return the codes of the villages in which a person holds a role of this room."""
    return AUTHORITY.extent(scope, Action.READ_BOOKS).units()


def works_with_villages(scope: Standing) -> bool:
    """Return whether a person holds a role that reads the books of a village."""
    return bool(AUTHORITY.extent(scope, Action.READ_BOOKS).touched)


def current_of(rows: tuple[VersionRow, ...]) -> VersionRow:
    """Return the version of a year being drafted, or else the newest that counts; versions come newest first."""
    counting = [row for row in rows if row.state is not BudgetState.DROPPED] or [*rows]
    return next((version for version in counting if version.is_open), counting[0])


def _says(name: str, words: list[str]) -> bool:
    return all(word in name.casefold() for word in words)


def _rows(codes: list[str], region: str, year: int, names: dict[str, str], now: datetime) -> list[BookRow]:
    known, today = versions_of(codes, region, year), today_in(region, now)
    clock = reference.clock_rules(region=region, day=today)["enact"]
    until = due(clock, date(year, 1, 1), working_days(region)).day
    unheard = silent(region)
    return [
        BookRow(*of, current=None, until=None, late=False, silent=True) if code in unheard
        else _row(of, known.get(code, ()), until, today)
        for code in codes for of in [(code, names.get(code, code), year)]
    ]  # fmt: skip


def _row(of: tuple[str, str, int], rows: tuple[VersionRow, ...], until: date, today: date) -> BookRow:
    """Make the row of a village from code, name and year; ``until``: the deadline for enacting its budget."""
    if not rows:
        return BookRow(*of, current=None, until=until, late=today > until)
    current = current_of(rows)
    waits = waiting_since(current, today) if current.is_open else None
    day = waits.day if waits else None
    return BookRow(*of, current=current, until=day, late=day is not None and today > day)


def is_synthetic(village: str) -> bool:
    """Return whether the figures of a village or region are made up: all are in the demonstration, and no others."""
    del village
    return bool(settings.DEMO)
