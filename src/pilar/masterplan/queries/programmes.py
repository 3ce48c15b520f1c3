"""Reads of the programmes of a version, and of the content that holds in a quarter."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from pilar.masterplan.models import Entry, Version
from pilar.masterplan.queries.plans import BESIDE
from pilar.masterplan.queries.rows import ProgrammeRow, VersionRow, programme_row
from pilar.masterplan.rules.quarters import Quarter, quarter_of
from pilar.masterplan.rules.stages import ONCE_IN_FORCE
from pilar.people.rules import NotFound


def programmes(row: VersionRow) -> tuple[ProgrammeRow, ...]:
    """The programmes of a version, by code. A row in hand is leave to read them. One query."""
    rows = _entries().filter(version=row.key).order_by("line__code")
    return tuple(programme_row(one) for one in rows)


def programme_count(row: VersionRow) -> int:
    """How many programmes a version has. One query."""
    return Entry.objects.filter(version=row.key).count()


def programme(row: VersionRow, code: str) -> ProgrammeRow:
    """One programme of a version by its code; raises :class:`NotFound`."""
    found = _entries().filter(version=row.key, line__code=code).first()
    if found is None:
        raise NotFound
    return programme_row(found)


def entry_in_force(line: int, quarter: Quarter) -> Entry | None:
    """The entry of a programme in the version in force at the end of a quarter, or in the last one before that ended.

    For operations: it is a row of the table.
    """
    rows = Entry.objects.filter(line=line, version__state__in=list(ONCE_IN_FORCE))
    return (
        rows.filter(version__in_force_since__lte=quarter.end)
        .select_related("content", "version__plan")
        .order_by("-version__in_force_since")
        .first()
    )


def first_quarter(plan: int) -> Quarter | None:
    """The first quarter that is reported under a plan: the one in which its first version came into force."""
    rows = Version.objects.filter(plan=plan, in_force_since__isnull=False).order_by("in_force_since")
    day: date | None = rows.values_list("in_force_since", flat=True).first()
    return None if day is None else quarter_of(day)


def _entries() -> QuerySet[Entry]:
    return Entry.objects.select_related("line", "content__owner", *BESIDE)
