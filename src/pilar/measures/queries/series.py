"""Values of a measure: the series in steps, page by page, of one period, and what is missing.

Anyone who has a :class:`MeasureRow` may read its figures: ``queries.measures`` returns it to nobody else. ``scope`` is
required where more than the figures is returned: the people who reported them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.core.paginator import Page
from django.db import connection
from django.utils.module_loading import import_string

from pilar.areas.reference import today_in
from pilar.measures.models import Value
from pilar.measures.queries.rows import MeasureRow, ValueOrigin, ValueRow, VersionRow
from pilar.measures.rules.authority import Action, may
from pilar.measures.rules.combining import Combined, combine, published
from pilar.measures.rules.freshness import Gap, gaps
from pilar.measures.rules.periods import Period, period_of
from pilar.measures.rules.series import MAX_POINTS, Point, Step, Sums, point, points_between, step_for, with_gaps
from pilar.people.rules import NotFound, Standing
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_
from pilar.platform.paging import paged

PAGE = 12
NAMED_GAPS = 5

_SUMS = """
    SELECT date_trunc(%(step)s, starts_on::timestamp)::date AS start,
           count(*), sum(value), (array_agg(value ORDER BY starts_on DESC))[1]
    FROM (
        SELECT DISTINCT ON (starts_on) starts_on, value
        FROM measures_value
        WHERE measure_id = %(measure)s AND starts_on BETWEEN %(first)s AND %(last)s
        ORDER BY starts_on, number DESC
    ) AS counting
    GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Series:
    """A stretch of a measure under one version of its definition, in steps; ``values`` are rounded for showing.

    ``incomplete``: how many steps have no figure although some of their parts are there.
    """

    version: VersionRow
    step: Step
    points: tuple[Point, ...]
    values: tuple[Decimal | None, ...]
    incomplete: int

    @property
    def shown(self) -> tuple[tuple[Point, Decimal | None], ...]:
        """Each point with its value for showing."""
        return tuple(zip(self.points, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class Missing:
    """The periods that have no value although they should: how many periods, and the first few runs of them, newest
    first."""

    size: int
    gaps: tuple[Gap, ...]


def series(
    row: MeasureRow,
    *,
    version: int | None = None,
    first: date | None = None,
    last: date | None = None,
    step: Step | None = None,
    most: int = MAX_POINTS,
) -> Series:
    """The series under a version of the definition, the present one by default; figures of two are not comparable.

    ``first`` and ``last`` narrow it; without ``step`` the shortest one with at most ``MAX_POINTS`` points is taken.
    Raises :class:`NotFound` for a version that is not there, Faults at ``first`` for more than ``most`` points. One
    query: the steps are summed in the database.
    """
    version_row = row.now if version is None else _version(row, version)
    begin, end = _span(row, version_row, first, last)
    definition = version_row.version.definition
    if end is None or begin > end:
        return Series(version_row, step or Step(row.kind), (), (), 0)
    ends = period_of(row.kind, begin), period_of(row.kind, end)
    chosen = step or step_for(*ends)
    if step is not None and points_between(step, *ends) > most:
        sentence = N_("These are more than %(most)s figures. Name a later first period, or a longer step")
        raise Faults([Fault("too-many-points", sentence, {"most": most}, "first")])
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"step": chosen.value, "measure": row.key, "first": begin, "last": end})
        sums = [
            Sums(start, present, Fraction(total), Fraction(newest))
            for start, present, total, newest in cursor.fetchall()
        ]
    made = tuple(point(chosen, sums_of_period, kind=row.kind, how=definition.aggregation) for sums_of_period in sums)
    # What comes from time to time has no gaps: its line goes from one figure to the next.
    points = made if row.built_in else with_gaps(made)
    return Series(
        version=version_row,
        step=chosen,
        points=points,
        values=tuple(published(point.value, definition.decimals) for point in points),
        incomplete=sum(point.value is None for point in made),
    )


def values(row: MeasureRow, *, scope: Standing, page: int = 1, size: int | None = PAGE) -> Page[ValueRow]:
    """The values that count, newest period first. Three queries."""
    firsts = Value.objects.filter(measure=row.key, number=1).order_by("-starts_on").values_list("starts_on", flat=True)

    def made(starts: Iterable[date]) -> list[ValueRow]:
        rows = Value.objects.filter(measure=row.key, starts_on__in=list(starts)).select_related("account", "source")
        counting = {value.starts_on: value for value in rows.order_by("starts_on", "number")}
        return _rows(row, [counting[start] for start in starts], scope)

    return paged(firsts, made, page=page, size=size)


def value_of(row: MeasureRow, period: Period, *, scope: Standing) -> ValueRow | None:
    """The value that counts for a period; None where none is reported."""
    rows = history(row, period, scope=scope)
    return rows[0] if rows else None


def history(row: MeasureRow, period: Period, *, scope: Standing) -> tuple[ValueRow, ...]:
    """All that was ever reported for a period, what counts first. One query."""
    if period.kind is not row.kind:
        raise NotFound
    rows = Value.objects.filter(measure=row.key, starts_on=period.start).select_related("account", "source")
    return tuple(_rows(row, rows.order_by("-number"), scope))


def corrections(row: MeasureRow, *, scope: Standing, most: int = 20) -> tuple[ValueRow, ...]:
    """The newest corrections of any period, with their reasons. One query."""
    rows = Value.objects.filter(measure=row.key, number__gt=1).select_related("account", "source")
    return tuple(_rows(row, rows.order_by("-reported_at", "-starts_on", "-number")[:most], scope))


def combined(row: MeasureRow, longer: Period) -> Combined:
    """The figure of a longer period, such as a year, under the definition that holds at its end. One query.

    ``ValueError`` for a shorter kind of period than the measure's. Without a figure if the definition changes within.
    """
    rows = Value.objects.filter(measure=row.key, starts_on__range=(longer.start, longer.end))
    there = {
        Period(row.kind, start): value
        for start, value in rows.order_by("starts_on", "number").values_list("starts_on", "value")
    }
    holding = [version.version for version in row.versions if _overlaps(version, longer)]
    made = combine(there, longer, kind=row.kind, how=row.definition.aggregation)
    if len(holding) == 1:
        return combine(there, longer, kind=row.kind, how=holding[0].definition.aggregation)
    return Combined(longer, None, made.present, made.expected)


def missing(row: MeasureRow, *, now: datetime) -> Missing:
    """Periods that are overdue or were left out. One query."""
    last = row.schedule.last_expected(today_in(row.region_code, now))
    if last is None:
        return Missing(0, ())
    starts = Value.objects.filter(measure=row.key, number=1).order_by("starts_on").values_list("starts_on", flat=True)
    open_gaps = gaps(starts, period_of(row.kind, row.schedule.starts_on), last)
    return Missing(sum(gap.size for gap in open_gaps), tuple(reversed(open_gaps))[:NAMED_GAPS])


def _version(row: MeasureRow, number: int) -> VersionRow:
    for version in row.versions:
        if version.version.number == number:
            return version
    raise NotFound


def _span(row: MeasureRow, version_row: VersionRow, first: date | None, last: date | None) -> tuple[date, date | None]:
    """First days of the first and the last period to look at."""
    version = version_row.version
    begin = max(version.since, first or version.since)
    if row.latest is None:
        return begin, None
    ends = [row.latest.start]
    if version.until is not None:
        ends.append(period_of(row.kind, version.until).previous().start)
    if last is not None:
        ends.append(last)
    return begin, min(ends)


def _overlaps(row: VersionRow, longer: Period) -> bool:
    version = row.version
    return version.since <= longer.end and (version.until is None or longer.start < version.until)


def _rows(row: MeasureRow, values: Iterable[Value], scope: Standing) -> list[ValueRow]:
    insider = not row.public or may(scope, Action.READ, row.case)
    listed = list(values)
    origins = origins_of(row, [value.key for value in listed], scope=scope) if insider else {}
    return [_value(row, value, insider, origins.get(value.key)) for value in listed]


def _value(row: MeasureRow, value: Value, insider: bool, origin: ValueOrigin | None) -> ValueRow:
    reporter = value.account.name if value.account else value.source.title if value.source else ""
    period = Period(row.kind, value.starts_on)
    return ValueRow(
        period=period,
        number=value.number,
        value=row.shown(period, value.value),
        reported_at=value.reported_at,
        by=reporter if insider else "",
        reason=value.reason,
        evidence=value.evidence_id if insider else None,
        origin=origin,
    )


ValueOrigins = Callable[[Collection[str], Standing], Mapping[str, ValueOrigin]]
"""What values were made from, by their keys, as far as a reader may know of it.

A higher room writes one and is named in ``settings.PILAR_MEASURE_ORIGINS`` by the code of its source.
"""


def origins_of(row: MeasureRow, keys: Collection[str], *, scope: Standing) -> Mapping[str, ValueOrigin]:
    """Return where values of a measure come from, by their keys: nothing for what no part of Pilar reports."""
    path = settings.PILAR_MEASURE_ORIGINS.get(row.source_code) if row.built_in else None
    if path is None:
        return {}
    told: ValueOrigins = import_string(path)
    return told(keys, scope)
