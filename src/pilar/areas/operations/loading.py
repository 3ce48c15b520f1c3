"""Bringing the tables in line with the reference data: 91,599 areas by COPY and one statement a change; days off."""

# Every name put into the statements below comes from _TABLES; nothing of them is input.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from pilar.areas import reference
from pilar.areas.models import Decree, District, Holiday, Province, Region, Village
from pilar.areas.rules import LOAD_REFERENCE_DATA, AreaEntry, AreaLevel
from pilar.platform import audit, locks, reference_data
from pilar.platform.actors import Authority
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

NAME, HOLIDAYS = "areas", "areas.holidays"
EXAMPLES = 10

# Parents first: children refer to them.
_TABLES: tuple[tuple[AreaLevel, type[models.Model], str | None, bool], ...] = (
    ("province", Province, None, False),
    ("region", Region, "province_id", True),
    ("district", District, "region_id", False),
    ("village", Village, "district_id", True),
)


class EmptyLevel(PilarError):
    """Reference data without any area of a level would end them all."""

    code = "areas-incomplete"
    status = 422
    sentence = N_("The reference data holds no area of the level “%(level)s”; nothing was loaded")


@dataclass(frozen=True, slots=True)
class LevelChanges:
    """Changes of a load at one level: numbers, and the first ``EXAMPLES`` of each as ``code name``."""

    level: AreaLevel
    total: int
    added: int
    renamed: int
    returned: int
    ended: int
    examples: tuple[tuple[str, str], ...]
    """Pairs of the kind of change (``added``, ``renamed``, ``returned``, ``ended``) and its text."""

    @property
    def any(self) -> bool:
        return bool(self.added or self.renamed or self.returned or self.ended)


@transaction.atomic
def load_areas(*, by: Authority, entries: Iterable[AreaEntry], version: str) -> tuple[LevelChanges, ...]:
    """Make the tables hold ``entries``: add new areas, rename changed ones, mark vanished ones as ended.

    Running it again changes nothing. Raises :class:`EmptyLevel`; needs ``load-reference-data``.
    """
    by.require(LOAD_REFERENCE_DATA)
    locks.take("areas.load")
    with connection.cursor() as cursor:
        _copy(cursor, entries)
        changes = tuple(_bring_in_line(cursor, *table) for table in _TABLES)
        cursor.execute("DROP TABLE incoming")
    reference_data.mark_loaded(NAME, version, rows=sum(level.total for level in changes))
    after = {
        level.level: {
            "added": level.added, "renamed": level.renamed, "returned": level.returned, "ended": level.ended
        }
        for level in changes if level.any
    }  # fmt: skip
    audit.record(by, "load", NAME, version, after=after)
    return changes


@transaction.atomic
def load_holidays(*, by: Authority) -> int:
    """Make the tables hold the decrees and days off of the data folder; returns how many days, 0 if they stood there.
    What officers entered and took back stays.

    Needs ``load-reference-data``.
    """
    by.require(LOAD_REFERENCE_DATA)
    if reference_data.is_loaded(HOLIDAYS, reference.calendar().fingerprint):
        return 0
    locks.take("areas.load")
    return bring_in_holidays(by=by)


def bring_in_holidays(*, by: Authority) -> int:
    """The days off of the data folder, in addition to those that officers entered and without those that they took
    back; the caller holds the lock of the load. Returns how many the folder has."""
    calendar = reference.calendar()
    rows = Holiday.objects.select_related("decree")
    entered = {(holiday.decree.number, holiday.day) for holiday in rows.filter(entered=True)}
    back = {(holiday.decree.number, holiday.day): holiday.dropped_by_id for holiday in rows.filter(taken_back=True)}
    Holiday.objects.filter(entered=False).delete()
    Decree.objects.filter(holidays=None, drops=None).exclude(pk__in=back.values()).delete()
    told = {decree for row in calendar.holidays for decree in (row.decree, row.dropped_by) if decree}
    for decree in sorted(told, key=lambda decree: decree.made_on):
        given = {"made_on": decree.made_on, "source": decree.source, "sets": decree.sets, "area": decree.area}
        Decree.objects.update_or_create(number=decree.number, defaults=given)
    decrees = {row.number: row.pk for row in Decree.objects.all()}
    Holiday.objects.bulk_create(
        Holiday(
            decree_id=decrees[row.decree.number],
            day=row.day,
            name_id=row.name.id,
            name_en=row.name.en,
            joint_leave=row.joint_leave,
            dropped_by_id=decrees[row.dropped_by.number] if row.dropped_by else back.get((row.decree.number, row.day)),
            taken_back=not row.dropped_by and (row.decree.number, row.day) in back,
        )
        for row in calendar.holidays
        if (row.decree.number, row.day) not in entered
    )
    count = len(calendar.holidays)
    reference_data.mark_loaded(HOLIDAYS, calendar.fingerprint, rows=count)
    audit.record(by, "load", HOLIDAYS, calendar.fingerprint[:16], after={"days": count})
    return count


def _copy(cursor: CursorWrapper, entries: Iterable[AreaEntry]) -> None:
    cursor.execute(
        "CREATE TEMPORARY TABLE incoming (code text PRIMARY KEY, name text, level text, kind text, parent text)"
    )
    with cursor.copy("COPY incoming (code, name, level, kind, parent) FROM STDIN") as copy:
        for entry in entries:
            copy.write_row((entry.code, entry.name, entry.level, entry.kind, entry.parent_code))
    cursor.execute("ANALYZE incoming")


def _bring_in_line(
    cursor: CursorWrapper, level: AreaLevel, model: type[models.Model], parent: str | None, kinds: bool
) -> LevelChanges:
    table = model._meta.db_table
    incoming = f"(SELECT * FROM incoming WHERE level = '{level}') AS i"
    fresh = f"FROM {incoming} WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.code = i.code)"
    gone = (
        f"FROM {table} AS t WHERE t.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM incoming AS i WHERE i.code = t.code)"
    )
    differs = "t.name <> i.name" + (" OR t.kind <> i.kind" if kinds else "")
    known = f"FROM {table} AS t JOIN {incoming} ON i.code = t.code"

    cursor.execute(f"SELECT count(*) FROM {incoming}")
    (total,) = cursor.fetchone()
    if not total:
        raise EmptyLevel(level=level)

    examples = [
        *_examples(cursor, "added", f"SELECT i.code || ' ' || i.name {fresh} ORDER BY i.code"),
        *_examples(
            cursor,
            "renamed",
            f"SELECT i.code || ' ' || t.name || ' → ' || i.name {known} WHERE {differs} ORDER BY i.code",
        ),
        *_examples(
            cursor, "returned", f"SELECT i.code || ' ' || i.name {known} WHERE t.ended_at IS NOT NULL ORDER BY i.code"
        ),
        *_examples(cursor, "ended", f"SELECT t.code || ' ' || t.name {gone} ORDER BY t.code"),
    ]
    columns = ["code", "name", *(["kind"] if kinds else []), *([parent] if parent else [])]
    values = ["i.code", "i.name", *(["i.kind"] if kinds else []), *(["i.parent"] if parent else [])]
    kind = ", kind = i.kind" if kinds else ""
    same = f"FROM {incoming} WHERE i.code = t.code"
    return LevelChanges(
        level=level,
        total=total,
        ended=_run(cursor, f"UPDATE {table} SET ended_at = now() WHERE code IN (SELECT t.code {gone})"),
        returned=_run(cursor, f"UPDATE {table} AS t SET ended_at = NULL {same} AND t.ended_at IS NOT NULL"),
        renamed=_run(cursor, f"UPDATE {table} AS t SET name = i.name{kind} {same} AND ({differs})"),
        added=_run(cursor, f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} {fresh}"),
        examples=tuple(examples),
    )


def _examples(cursor: CursorWrapper, change: str, select: str) -> Iterator[tuple[str, str]]:
    cursor.execute(f"{select} LIMIT {EXAMPLES}")
    yield from ((change, text) for (text,) in cursor.fetchall())


def _run(cursor: CursorWrapper, statement: str) -> int:
    cursor.execute(statement)
    return cursor.rowcount
