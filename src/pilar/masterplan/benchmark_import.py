"""Speed of checking and storing a workbook of 5,000 rows: as whole programmes, and as programmes alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from pilar.areas.operations import add_office
from pilar.index.benchmark import Measure, measure
from pilar.masterplan import operations, queries
from pilar.masterplan.documents.programmes import programmes_workbook
from pilar.masterplan.imports import Programmes
from pilar.masterplan.operations import NewPlan
from pilar.masterplan.rules.content import Activity, Budget, Content, Fund, Monitored, Risk, Target
from pilar.masterplan.rules.quarters import Quarter
from pilar.people.operations import create_account
from pilar.people.queries import standing_of_key
from pilar.people.rules import OPERATOR, Role, Standing
from pilar.platform.benchmark import spent
from pilar.platform.imports import keeping
from pilar.platform.tables import inspect_sheets

REGION = "36.73"
ROWS, OFFICES, YEARS = 5_000, 30, range(2026, 2031)
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def benchmark() -> Iterator[Measure]:
    """Check and store in the database of this process, against reading the cells of the same file."""
    offices = [add_office(by=OPERATOR, region=REGION, name=f"Tolok {place}") for place in range(OFFICES)]
    plan = NewPlan("Tolok", YEARS[0], YEARS[-1], synthetic=True)
    version = operations.start_plan(by=OPERATOR, region=REGION, given=plan, now=NOW)
    account = create_account(
        by=OPERATOR, email="impor-tolok@contoh.invalid", name="Tolok", role=Role.COORDINATOR, region=REGION,
        password=secrets.token_urlsafe(20), now=NOW,
    )  # fmt: skip
    by = standing_of_key(account, NOW)
    whole = [_whole(place, offices[place % OFFICES]) for place in range(ROWS // _rows(_whole(0, 0)))]
    yield _measure(by, version, "whole programmes", [(f"W{place}", content) for place, content in enumerate(whole)])
    alone = [_alone(place, offices[place % OFFICES]) for place in range(ROWS)]
    yield _measure(by, version, "rows of programmes", [(f"A{place}", content) for place, content in enumerate(alone)])


def _measure(by: Standing, version: int, name: str, rows: list[tuple[str, Content]]) -> Measure:
    row = queries.version(version, scope=OPERATOR)
    choices = queries.content_choices(row.plan, scope=OPERATOR)
    book = programmes_workbook(rows, title=row.plan.title, years=YEARS, choices=choices)
    total = sum(_rows(content) for _code, content in rows)

    def work() -> None:
        importer = Programmes(by, version, NOW)
        key = keeping.receive(importer, name="tolok.xlsx", content=book)
        keeping.work(key=key)
        keeping.confirm(importer, token=keeping.kept(importer, key).token)
        keeping.work(key=key)

    def bare() -> object:
        return inspect_sheets("tolok.xlsx", book, most_rows=ROWS + 1, longest_cell=4_000)

    return measure(f"import {len(rows)} {name} ({total} rows)", work, bare, 10, 0, clock=spent)


def _rows(content: Content) -> int:
    lists = (content.targets, content.budgets, content.activities, content.risks, content.monitored, content.judged)
    return 1 + sum(map(len, lists))


def _alone(place: int, owner: int) -> Content:
    """Make a programme with the minimum of a proposal."""
    return Content(
        title=f"Program tolok {place}",
        part="governance_public_service",
        owner=owner,
        description="Data contoh untuk mengukur kecepatan",
        need="Kecepatan impor",
        targets=(Target(1, "Sasaran", "buah", yearly=((YEARS[0], Decimal(place)),)),),
        activities=(Activity(1, "Kegiatan", Quarter(YEARS[0], 1), Quarter(YEARS[-1], 4)),),
    )


def _whole(place: int, owner: int) -> Content:
    """Make a programme with rows in every list except the criteria."""
    yearly = tuple((year, Decimal(10 * index + place % 7)) for index, year in enumerate(YEARS))
    return Content(
        title=f"Program lengkap tolok {place}",
        part="living_health",
        owner=owner,
        description="Data contoh untuk mengukur kecepatan",
        need="Kecepatan impor",
        targets=tuple(Target(number, f"Sasaran {number}", "buah", yearly=yearly) for number in (1, 2, 3)),
        budgets=tuple(Budget(year, Fund.APBD, Decimal(750_000_000)) for year in YEARS),
        activities=tuple(
            Activity(number, f"Kegiatan {number}", Quarter(YEARS[0], number), Quarter(YEARS[-1], number))
            for number in (1, 2, 3, 4)
        ),
        risks=(Risk("Risiko contoh", "Penanganan contoh"),),
        monitored=(Monitored(1, "application", "Aplikasi tolok", YEARS[0]), Monitored(2, "policy", "Aturan", YEARS[1])),
    )
