"""What tests of reports and progress share: moments, people at pages, several programmes, a measure."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from masterplan.world import DECREED, LATER, OWN, World
from pilar.masterplan import operations, queries
from pilar.masterplan.rules.content import Target
from pilar.measures import operations as measures
from pilar.measures.operations import NewMeasure
from pilar.measures.rules.combining import Aggregation
from pilar.measures.rules.definitions import Definition, Direction, Wording
from pilar.measures.rules.periods import PeriodKind

IN_TIME = datetime(2026, 7, 6, 3, tzinfo=UTC)
"""The second quarter has ended; its reports are due by 20 July."""
TOO_LATE = datetime(2026, 7, 21, 3, tzinfo=UTC)
MEASURE = "izin-terbit"


def clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let pages, jobs and the API think that it is ``moment``."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:3000]
    return html.unescape(answer.content.decode())


def in_force(world: World, count: int, **changed: Any) -> list[int]:
    """A plan in force with so many programmes of the contributor's office; the keys of their lines."""
    world.call()
    keys = [world.submitted(f"Program nomor {place}", **changed) for place in range(count)]
    world.decreed(*keys)
    operations.bring_into_force(by=world.who("coordinator"), version=world.version, since=DECREED, now=LATER)
    return [one.key for one in queries.programmes(world.row())]


def add_measure(
    world: World,
    kind: PeriodKind = PeriodKind.MONTH,
    how: Aggregation = Aggregation.SUM,
    code: str = MEASURE,
    *,
    public: bool = True,
) -> None:
    wording = Definition(
        title=Wording("Izin terbit"), text=Wording("Izin yang terbit"), unit=Wording("izin"), direction=Direction.UP,
        aggregation=how, decimals=0, lowest=Decimal(0), highest=Decimal(10_000),
    )  # fmt: skip
    given = NewMeasure(code, kind, world.office, date(2026, 1, 1), 10, wording, public=public)
    measures.define_measure(by=world.who("coordinator"), region=OWN, given=given, now=LATER)


def tell(world: World, *values: tuple[str, str], code: str = MEASURE, now: datetime = IN_TIME) -> None:
    """Report values of periods to the measure."""
    for period, value in values:
        measures.report_value(
            by=world.who("contributor"), region=OWN, measure=code, period=period, value=value, evidence=None, now=now
        )


def bound(code: str = MEASURE, yearly: int = 600) -> Target:
    """A target that is measured."""
    return Target(1, "Izin terbit", "izin", measure=code, yearly=((2026, Decimal(yearly)),))
