"""The visits that wait for a surveyor, in the order in which to go to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pilar.people.rules import Standing
from pilar.permits.models import Case
from pilar.permits.queries import trail
from pilar.permits.queries.cases import desk
from pilar.permits.queries.rows import CaseRow
from pilar.permits.rules import services
from pilar.permits.rules.places import Point, nearest_next, read_point
from pilar.permits.rules.services import StageKind

METRES = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit: ``number`` is its position on the route, ``metres`` the distance from the previous one; 0 and None
    without coordinates."""

    number: int
    row: CaseRow
    place: str
    point: Point | None
    metres: int | None

    @property
    def kilometres(self) -> Decimal | None:
        return None if self.metres is None else (self.metres / METRES).quantize(Decimal("0.1"))


def visits(region: str, *, scope: Standing, now: datetime, start: Point | None = None) -> tuple[Stop, ...]:
    """The open visits of the reader in a region, beginning at ``start`` or with the one due first, each followed by the
    nearest remaining one; those without coordinates come last. No personal data."""
    rows = [case for case in desk(region, scope=scope, now=now, size=None) if case.stage_kind == StageKind.VISIT]
    cases = Case.objects.in_bulk([row.key for row in rows])
    where = [_where(cases[row.key]) for row in rows]
    order = nearest_next([point for _place, point in where], start)
    return tuple(
        Stop(place if where[number][1] else 0, rows[number], *where[number], metres)
        for place, (number, metres) in enumerate(order, start=1)
    )


def _where(case: Case) -> tuple[str, Point | None]:
    """Read the place of an application: in words, and its first coordinates."""
    fields = [(field, case.answers.get(field.key)) for field in services.shown(trail.service_of(case), case.answers)]
    said = ", ".join(str(value) for field, value in fields if field.schema.get("x-place") and value)
    points = (read_point(str(value)) for field, value in fields if field.kind == "point" and value)
    return said, next((point for point in points if point), None)
