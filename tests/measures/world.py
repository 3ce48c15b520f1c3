"""A region that measures three things, and everybody who has to do with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from evidence.cast import Cast, NextDoor, make_cast
from kit.neighbours import Neighbour, own, rows_of
from people.team import NOW as MADE
from pilar.measures import operations, queries
from pilar.measures.models import Measure, Value
from pilar.measures.operations import NewMeasure, use_source_token
from pilar.measures.queries import MeasureRow
from pilar.measures.rules.authority import SourceStanding
from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import Definition, Direction, Wording
from pilar.measures.rules.mapping import Meant, Part, SeriesMapping
from pilar.measures.rules.periods import PeriodKind
from pilar.measures.rules.reports import Report, Verdict
from pilar.people.rules import Standing

NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
"""A Tuesday morning in Tangerang, nine days after the accounts were made."""
OWN, OTHER = "36.03", "36.71"

PERMITS = Definition(
    title=Wording("Izin terbit", "Permits issued"),
    text=Wording("Izin yang terbit pada hari itu", "Permits issued on that day"),
    unit=Wording("izin", "permits"),
    direction=Direction.UP,
    aggregation=Aggregation.SUM,
    decimals=0,
    lowest=Decimal(0),
    highest=Decimal(5000),
)
DAILY = NewMeasure("izin-terbit", PeriodKind.DAY, 0, date(2026, 1, 1), 1, PERMITS)


@dataclass
class World:
    cast: Cast
    secret: str
    neighbour: Neighbour | None = None

    def who(self, name: str) -> Standing:
        return self.source if name == "source" else self.cast.who(name)

    @property
    def source(self) -> SourceStanding:
        return use_source_token(secret=self.secret, now=timezone.now())

    def report(self, *rows: tuple[Any, ...], by: str = "source", whole: bool = False, **more: Any) -> list[Verdict]:
        """Report rows of (measure, period, value) and what else a report may say."""
        reports = [Report(*row[:3], **(row[3] if len(row) > 3 else {})) for row in rows]
        return [*operations.report_values(
            by=self.who(by), region=OWN, reports=reports, whole=whole, now=more.get("now", NOW)
        )]  # fmt: skip

    def row(self, code: str = "izin-terbit", by: str = "coordinator", now: datetime = NOW) -> MeasureRow:
        return queries.measure(OWN, code, scope=self.who(by), now=now)

    def define(self, code: str, **changed: Any) -> int:
        """Another measure of the contributor's office, as the coordinator defines it."""
        given = replace(DAILY, code=code, office=self.cast.office, **changed)
        return operations.define_measure(by=self.cast.who("coordinator"), region=OWN, given=given, now=MADE)


def measures_of(by: Standing, office: int, region: str = OWN) -> str:
    """``izin-terbit`` by day from a source, public; ``desa-daring`` by month by hand. The secret of the source."""
    source = operations.add_source(by=by, region=region, code="sipinter", title="SIPINTER", now=MADE)
    share = replace(
        PERMITS, title=Wording("Desa daring"), aggregation=Aggregation.LAST, decimals=1, highest=Decimal(100)
    )
    permits = replace(DAILY, office=office, source=source, public=True)
    villages = replace(DAILY, code="desa-daring", kind=PeriodKind.MONTH, office=office, due_days=10, definition=share)
    for given in (permits, villages):
        operations.define_measure(by=by, region=region, given=given, now=MADE)
    return operations.issue_token(
        by=by, region=region, source="sipinter", name="server", days=90, now=timezone.now()
    ).secret


def measure_next_door(cast: Cast) -> Neighbour:
    """The same measures of the neighbour, with a value each, one of them corrected."""
    people = NextDoor(cast)
    secret = measures_of(people.who("coordinator"), people.office, OTHER)
    source = use_source_token(secret=secret, now=timezone.now())
    for reporter, *row in (
        (source, "izin-terbit", "2026-03-02", "7"),
        (source, "izin-terbit", "2026-03-02", "8", "Salah hitung"),
    ):
        report = Report(*row[:3], reason=row[3] if len(row) > 3 else "")
        operations.report_values(by=reporter, region=OTHER, reports=[report], whole=False, now=NOW)
    mapped(people.who("contributor"), OTHER)
    rows_of(Measure, OTHER).update(public=False)
    return Neighbour(OTHER, ("measures",))


def mapped(by: Standing, region: str) -> None:
    """A value of ``desa-daring`` from a file of a data portal, by the mapping ``bbb…``."""
    mapping = SeriesMapping({"bulan": Part.PERIOD, "nilai": Part.VALUE}, series={("nilai",): Meant("desa-daring")})
    at = {"by": by, "region": region, "shape": "b" * 64, "now": NOW}
    operations.confirm_mapping(**at, title="desa", mapping=mapping, seen=0)
    operations.report_mapped(
        **at, number=1, file="desa.csv", sha256="c" * 64,
        reports=[Report("desa-daring", "2026-01", "90")], origins=[operations.Origin("nilai", 2)],
    )  # fmt: skip


def make_world() -> World:
    """What :func:`measures_of` makes, and ``rahasia`` by year of another office."""
    cast = make_cast()
    by = cast.who("coordinator")
    world = World(cast, measures_of(by, cast.office))
    other = replace(
        DAILY, code="rahasia", kind=PeriodKind.YEAR, office=cast.colleagues_office, starts_on=date(2024, 1, 1)
    )
    operations.define_measure(by=by, region=OWN, given=other, now=MADE)
    return world


def stored(code: str = "izin-terbit") -> list[tuple[str, int, Decimal]]:
    """What stands in the table: first day, number, value."""
    rows = own(Value).filter(measure__code=code).order_by("starts_on", "number")
    return [(row.starts_on.isoformat(), row.number, row.value) for row in rows]


def measure(code: str = "izin-terbit") -> Measure:
    return Measure.objects.get(region=OWN, code=code)
