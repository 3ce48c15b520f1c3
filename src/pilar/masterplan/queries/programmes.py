"""Reads of the programmes of a version, and of their content in a quarter."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date

from django.db.models import Max, Min, QuerySet

from pilar.masterplan.models import Entry, Version
from pilar.masterplan.queries.plans import BESIDE
from pilar.masterplan.queries.rows import ProgrammeRow, VersionRow, programme_row
from pilar.masterplan.rules.content import read
from pilar.masterplan.rules.due import Life
from pilar.masterplan.rules.proposals import Origin
from pilar.masterplan.rules.quarters import Quarter, quarter_of
from pilar.masterplan.rules.stages import ONCE_IN_FORCE
from pilar.people.rules import existing
from pilar.platform.kept import Kept
from pilar.platform.statements import planned

MAX_KEPT = 8
"""Versions whose programmes a process keeps as it read them last; a plan of 300 programmes takes some 3 MB."""
_ALONE: Kept[tuple[ProgrammeRow, ...]] = Kept(MAX_KEPT)
_STAMP = """
    SELECT 'plan', count(*), sum(xmin::text::bigint) FROM masterplan_plan WHERE id = %(plan)s
    UNION ALL SELECT 'versions', count(*), sum(xmin::text::bigint) FROM masterplan_version WHERE plan_id = %(plan)s
    UNION ALL SELECT 'entries', count(*), sum(entry.xmin::text::bigint) FROM masterplan_entry AS entry
              JOIN masterplan_version AS version ON version.id = entry.version_id WHERE version.plan_id = %(plan)s
    UNION ALL SELECT 'reports', count(*), sum(report.xmin::text::bigint) FROM masterplan_report AS report
              JOIN masterplan_line AS line ON line.id = report.line_id WHERE line.plan_id = %(plan)s
    UNION ALL SELECT 'offices', count(*), sum(xmin::text::bigint) FROM areas_office WHERE region_id = %(region)s
"""
"""Contents and the codes of programmes never change; every write of another row gives it another ``xmin``."""


def plan_stamp(row: VersionRow) -> Hashable:
    """Return what stays the same while nothing is written of the programmes and reports of a version's plan. One
    statement."""
    with planned() as cursor:
        cursor.execute(_STAMP, {"plan": row.plan.key, "region": row.plan.region})
        return tuple(cursor.fetchall())


def programmes(row: VersionRow) -> tuple[ProgrammeRow, ...]:
    """Read the programmes of a version, by code. Anyone who has the row may read them. One query."""
    rows = _entries().filter(version=row.key).order_by("line__code")
    return tuple(programme_row(entry) for entry in rows)


def programme_count(row: VersionRow) -> int:
    """Count the programmes of a version. One query."""
    return Entry.objects.filter(version=row.key).count()


def programmes_alone(row: VersionRow) -> tuple[ProgrammeRow, ...]:
    """Return :func:`programmes` without their decisions, for totals of hundreds of them: read again only when the plan
    was written to. At most two queries."""
    return stamped_programmes(row)[1]


def stamped_programmes(row: VersionRow) -> tuple[Hashable, tuple[ProgrammeRow, ...]]:
    """Return :func:`plan_stamp` with :func:`programmes_alone`, for what is kept besides. At most two queries."""
    stamp = plan_stamp(row)
    return stamp, _ALONE.get((row.key, stamp), lambda: _alone(row, Entry.objects.filter(version=row.key)))


def forget_programmes() -> None:
    """Keep no programmes, as in a process that has just begun."""
    _ALONE.forget()


def risen_from(row: VersionRow, origin: Origin) -> tuple[str, ...]:
    """Read the titles of the programmes of a version that a proposal of this origin brought into the plan or changed,
    by code.

    Only versions in force up to that one count: a change in a dropped version never became law. Anyone who has the row
    may read them. One query.
    """
    brought = Entry.objects.filter(
        version__plan=row.plan.key, version__number__lte=row.number, version__state__in=list(ONCE_IN_FORCE),
        decision__proposal__origin=origin,
    )  # fmt: skip
    rows = _alone(row, Entry.objects.filter(version=row.key, line__in=brought.values("line")))
    return tuple(row.content.title for row in rows)


def _alone(row: VersionRow, entries: QuerySet[Entry]) -> tuple[ProgrammeRow, ...]:
    columns = ("line", "line__code", "content__body", "content__owner__name", "content__owner__abbreviation")
    return tuple(
        ProgrammeRow(line, code, row.key, read(body), name, short or name, None)
        for line, code, body, name, short in entries.order_by("line__code").values_list(*columns)
    )


def programme(row: VersionRow, code: str) -> ProgrammeRow:
    """Read one programme of a version by its code; raises :class:`NotFound`."""
    entry = existing(_entries().filter(version=row.key, line__code=code).first())
    return programme_row(entry)


def entry_in_force(line: int, quarter: Quarter) -> tuple[Entry, int] | None:
    """Return the entry of a programme that is valid for a quarter, and the office that owns the programme now. One
    query.

    It is that of the version in force at the end of the quarter, or of the last one before that ended; before the
    programme came into force its first one. None for a programme that never was in force. For operations and queries:
    it is a row of the table.
    """
    rows = _entries().filter(line=line, version__state__in=list(ONCE_IN_FORCE))
    rows = rows.select_related("version__plan__region", "version__base", "line", "content__owner", *BESIDE)
    entries = list(rows.order_by("-version__in_force_since"))
    if not entries:
        return None
    holding = (entry for entry in entries if entry.version.in_force_since <= quarter.end)
    return next(holding, entries[-1]), entries[0].content.owner_id


def first_quarter(plan: int) -> Quarter | None:
    """Return the first quarter to be reported under a plan: the one in which its first version came into force."""
    rows = Version.objects.filter(plan=plan, in_force_since__isnull=False).order_by("in_force_since")
    day: date | None = rows.values_list("in_force_since", flat=True).first()
    return None if day is None else quarter_of(day)


def lives(plan: int, lines: Iterable[int] | None = None) -> dict[int, Life]:
    """Return by key of the line the quarters in which a programme of the plan is in force, of all or of these. One
    query.

    A programme that never was in force is left out.
    """
    rows = Entry.objects.filter(version__plan=plan, version__state__in=list(ONCE_IN_FORCE))
    if lines is not None:
        rows = rows.filter(line__in=set(lines))
    entries = (
        rows.order_by()
        .values_list("line", "version__plan__reports_since")
        .annotate(Min("version__in_force_since"), Max("version__in_force_until"))
    )
    return {
        line: Life(quarter_of(since), quarter_of(until), quarter_of(owed) if owed else None)
        for line, owed, since, until in entries
    }


def _entries() -> QuerySet[Entry]:
    return Entry.objects.select_related("line", "content__owner", *BESIDE)
