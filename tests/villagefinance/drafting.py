"""A budget of 2026 drawn up and brought as far as a test wants it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BudgetAmount, Ceiling
from pilar.villagefinance.operations import Given
from pilar.villagefinance.operations.drafting import spread
from pilar.villagefinance.rules.evaluation import BudgetRow
from villagefinance.drafts import CEILINGS, POSTS, rows
from villagefinance.world import PEOPLE, VILLAGE, World

COMING = 2026
DRAWN = datetime(2026, 1, 20, 3, tzinfo=UTC)
DAY = date(2026, 1, 20)
AT = {"village": VILLAGE, "year": COMING, "number": 1}


def given(lines: Iterable[BudgetRow]) -> list[Given]:
    return [
        Given(one.activity, one.account, one.fund, "Uji", Decimal(1), "paket", one.amount, output="1 kegiatan")
        for one in lines
    ]


def draft(_world: World, lines: Iterable[BudgetRow] = rows()) -> None:
    """The secretary draws up a budget, by default one that keeps every rule."""
    lines = tuple(lines)
    do.begin_budget(by=PEOPLE["secretary"], village=VILLAGE, year=COMING, posts=POSTS)
    activities = {one.activity for one in lines}
    do.set_lines(by=PEOPLE["secretary"], **AT, activities=activities, given=given(lines))


def agree(world: World, lines: Iterable[BudgetRow] = rows()) -> None:
    draft(world, lines)
    do.agree_budget(by=PEOPLE["council"], **AT, minutes="BA 1/2026", day=DAY, now=DRAWN)


def submit(world: World, lines: Iterable[BudgetRow] = rows()) -> None:
    agree(world, lines)
    do.submit_budget(by=PEOPLE["head"], **AT, letter="141/1", now=DRAWN)


def evaluate(world: World, lines: Iterable[BudgetRow] = rows(), *, fit: bool = True) -> None:
    submit(world, lines)
    do.evaluate_budget(by=PEOPLE["camat"], **AT, fit=fit, letter="900/1", day=DAY, told="Uji", now=DRAWN)


def enact(world: World, lines: Iterable[BudgetRow] = rows()) -> None:
    evaluate(world, lines)
    do.enact_budget(by=PEOPLE["head"], **AT, regulation="1/2026", elaboration="2/2026", day=DAY, now=DRAWN)


def plan_cash(world: World) -> None:
    """Enacted, with a cash plan as even as it goes."""
    enact(world)
    amounts = BudgetAmount.objects.filter(village=VILLAGE, year=COMING, version=1)
    months = {line: spread(amount) for line, amount in amounts.values_list("line", "amount")}
    do.set_cash_plan(by=PEOPLE["treasurer"], **AT, months=months)


def check(world: World) -> None:
    plan_cash(world)
    do.check_execution(by=PEOPLE["secretary"], **AT, now=DRAWN)


def grant() -> None:
    """What the region grants the village in the year."""
    for fund, amount in CEILINGS.items():
        Ceiling.objects.create(
            region=VILLAGE[:5], village=VILLAGE, year=COMING, fund=fund, number=1, amount=amount,
            rule="Perbup 2/2026", made_on=DAY,
        )  # fmt: skip
