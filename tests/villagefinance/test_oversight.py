"""What comes out of the books for the regency: consolidation, what is late, stages, cash; by how many queries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kit.worlds import once
from pilar.people.rules import NotFound
from pilar.villagefinance import operations
from pilar.villagefinance.models import CashPlan, Ceiling, ReportStep
from pilar.villagefinance.queries import oversight
from pilar.villagefinance.queries.realisation import consolidated, public_year, realisation
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.oversight import MONTH
from pilar.villagefinance.rules.realisation import VillageSums, alike, per_cent
from pilar.villagefinance.rules.stages import StageState
from villagefinance.world import (
    ADD_IN,
    DDS_IN,
    NOW,
    OFFICE,
    REGION,
    ROAD,
    SISTER,
    VILLAGE,
    YEAR,
    World,
    advance,
    bank,
    begin,
)

pytestmark = pytest.mark.django_db
EMPTY = "36.03.01.2002"
"""A village whose books hold nothing."""
JUNE = datetime(YEAR, 6, 16, 3, tzinfo=UTC)


@once
def two(world: World) -> World:
    """Two villages of the region: one has spent 100 of 500 received, the other 300 of 600."""
    world.receive()
    world.pay()
    other = begin(SISTER)
    other.receive(600)
    other.pay(300)
    return world


def test_of_a_deficit_nothing_is_realised_in_per_cent() -> None:
    assert [per_cent((Decimal(budget), Decimal(0))) for budget in (200, 0, -200)] == [Decimal(0), None, None]
    assert per_cent((Decimal(3), Decimal(1))) == Decimal("33.33")


def test_the_region_is_the_sum_of_its_villages(two: World) -> None:
    found = consolidated(REGION, YEAR, 12, scope=two.who("office"))
    assert {one.code: one.expenditure for one in found.villages} == {
        VILLAGE: (1200, 100), SISTER: (1200, 300), EMPTY: (0, 0),
    }  # fmt: skip
    assert {one.code: (one.revenue, one.remaining, one.held) for one in found.villages} == {
        VILLAGE: ((1300, 500), (0, 400), 400),
        SISTER: ((1300, 600), (0, 300), 300),
        EMPTY: ((0, 0), (0, 0), 0),
    }
    together = found.realisation
    assert (together.head("5").budget, together.head("5").realised) == (2400, 400)
    assert (together.surplus.realised, together.net_financing.budget, together.remaining.realised) == (700, -200, 700)
    single = [realisation(code, YEAR, 12, scope=two.who("office")) for code in (VILLAGE, SISTER)]
    assert [one.realised for one in together.rows] == [
        sum(each.head(one.code).realised for each in single) for one in together.rows
    ]


def test_months_and_funds_part_it(two: World) -> None:
    two.receive(50, date(YEAR, 4, 1))
    march, april = (realisation(VILLAGE, YEAR, month, scope=two.who("head")) for month in (3, 4))
    assert (march.head("4").realised, april.head("4").realised) == (500, 550)
    assert realisation(VILLAGE, YEAR, 12, scope=two.who("head"), fund="ADD").head("4").realised == 0
    sums = consolidated(REGION, YEAR, 12, scope=two.who("office"), fund="ADD").villages[0]
    assert (sums.revenue, sums.expenditure, sums.held) == ((400, 0), (400, 0), 0)


def test_a_reader_sees_what_they_oversee_and_nobody_else_anything(two: World) -> None:
    assert [one.code for one in consolidated(REGION, YEAR, 12, scope=two.who("head")).villages] == [VILLAGE]
    for who in ("nobody", "public", "far", "neighbour"):
        for read in (consolidated_by, late_by, stages_by, cash_by):
            with pytest.raises(NotFound):
                read(two, who)


def consolidated_by(world: World, who: str) -> Any:
    return consolidated(REGION, YEAR, 12, scope=world.who(who))


def late_by(world: World, who: str, now: datetime = JUNE) -> Any:
    return oversight.late(REGION, YEAR, scope=world.who(who), now=now)


def stages_by(world: World, who: str, fund: str = "DDS") -> Any:
    return oversight.next_stages(REGION, YEAR, scope=world.who(who), now=JUNE, fund=fund)


def cash_by(world: World, who: str) -> Any:
    return oversight.forecast(REGION, YEAR, scope=world.who(who), now=JUNE)


@pytest.mark.parametrize("read", [consolidated_by, late_by, stages_by, cash_by])
def test_queries_do_not_grow_with_the_villages(two: World, django_assert_max_num_queries: Any, read: Any) -> None:
    read(two, "head")  # reference data of the working days are read once
    with django_assert_max_num_queries(14) as one:
        read(two, "head")
    with django_assert_max_num_queries(len(one)):
        read(two, "office")


def test_late_is_what_a_clock_says_and_has_not_happened(two: World) -> None:
    def said(now: datetime) -> dict[tuple[str, str], int]:
        rows = late_by(two, "office", now)
        return {(one.code, one.first.clock.origin.rule): one.count for one in rows}

    # January to May are past the 10th of the month after them; the budget was enacted without a day of its rule.
    assert said(JUNE) == {
        (code, rule): count for code in (VILLAGE, SISTER) for rule, count in (("enact", 1), (MONTH, 5))
    }
    assert [oversight.unheard(REGION, scope=two.who(who)) for who in ("office", "head")] == [1, 0]
    for month in range(1, 5):
        operations.close_month(by=two.who("treasurer"), village=VILLAGE, year=YEAR, month=month, now=JUNE)
    assert said(JUNE)[VILLAGE, MONTH] == 1
    later = datetime(YEAR + 1, 5, 1, tzinfo=UTC)
    assert {rule for _code, rule in said(later)} == {"enact", MONTH, "semester_report", "account_for_year"}
    of = {**two.of_year, "by": "user:2", "at": JUNE}
    ReportStep.objects.create(**of, act="semester", paper="Surat 1", day=date(YEAR, 6, 16))
    ReportStep.objects.create(**of, act="lpj")
    assert {rule for code, rule in said(later) if code == VILLAGE} == {"enact", MONTH, "account_for_year"}
    ReportStep.objects.create(**{**of, "by": "user:11"}, act="perdes", paper="Perdes 1", day=date(YEAR, 6, 16))
    assert {rule for code, rule in said(later) if code == VILLAGE} == {"enact", MONTH}


def test_the_next_stage_follows_from_what_was_received(two: World) -> None:
    # 40 per cent of 900 are 360: both have the first stage; the second lacks the report, and what is to be spent.
    found = {one.code: one.ready for one in stages_by(two, "office")}
    assert {code: (one.stage.code, one.amount, one.state) for code, one in found.items()} == {
        VILLAGE: ("2", 540, StageState.LACKING), SISTER: ("2", 540, StageState.LACKING),
    }  # fmt: skip
    assert [fault.code for fault in found[VILLAGE].lacking] == ["not-reported", "spent-too-little"]
    assert [fault.code for fault in found[SISTER].lacking] == ["not-reported"]
    for month in range(1, 6):
        operations.close_month(by=two.who("treasurer"), village=VILLAGE, year=YEAR, month=month, now=JUNE)
    two.pay(200, date(YEAR, 6, 2))
    assert {one.code: one.ready.state for one in stages_by(two, "office")}[VILLAGE] is StageState.READY


def test_the_status_of_a_village_says_in_which_stages(two: World) -> None:
    Ceiling.objects.create(
        **two.of_year, fund="DDS", number=9, amount=900, rule="Perbup 3", made_on=date(YEAR, 2, 1), status="mandiri"
    )
    # 60 per cent of 900 were not received yet.
    found = {one.code: one.ready for one in stages_by(two, "office")}
    assert {code: (one.stage.code, one.amount) for code, one in found.items()} == {
        VILLAGE: ("1", 540), SISTER: ("2", 540),
    }  # fmt: skip


def test_an_advance_holds_a_stage_up(two: World) -> None:
    two.book(Kind.ADVANCE, advance(20), bank(20), day=date(YEAR, 4, 1), now=JUNE)
    lacking = next(one for one in stages_by(two, "head")).ready.lacking
    assert next(one for one in lacking if one.code == "unaccounted").fields == {"amount": 20}


def test_cash_is_told_ahead_by_fund(two: World) -> None:
    for line, month, amount in ((DDS_IN, 7, 300), (ROAD, 7, 650), (ROAD, 3, 100), (ADD_IN, 8, 40), (OFFICE, 8, 30)):
        CashPlan.objects.create(**two.of_year, version=1, line=line, month=month, amount=amount)
    found = [(one.fund, one.month, one.into, one.out, one.after) for one in cash_by(two, "head")]
    assert found == [
        ("ADD", 0, 0, 0, 0), ("ADD", 8, 40, 30, 10), ("DDS", 0, 0, 0, 400), ("DDS", 7, 300, 650, 50),
    ]  # fmt: skip


def test_the_public_sees_budget_activities_and_villages_alike(two: World) -> None:
    found = public_year(VILLAGE, YEAR, 12, scope=two.who("public"))
    assert [(one.code, one.level, one.budget, one.realised) for one in found.activities] == [
        ("1", 1, 400, 0), ("1.1", 2, 400, 0), ("1.1.03", 3, 400, 0), ("2", 1, 800, 100), ("2.3", 2, 800, 100),
        ("2.3.10", 3, 800, 100),
    ]  # fmt: skip
    assert [one.code for one in found.alike] == [VILLAGE, SISTER]
    with pytest.raises(NotFound):
        public_year("36.03.01.2009", YEAR, 12, scope=two.who("public"))


def test_a_draft_is_not_public(world: World) -> None:
    operations.make_years(by=world.who("schedule"), now=NOW)
    found = public_year(VILLAGE, YEAR + 1, 1, scope=world.who("public"))
    assert (found.realisation.rows, found.activities, found.alike) == ((), (), ())


def test_alike_are_the_nearest_with_a_budget() -> None:
    def sums(code: str, budget: int) -> VillageSums:
        none = (Decimal(0), Decimal(0))
        return VillageSums(code, code, none, (Decimal(budget), Decimal(0)), none, Decimal(0))

    rows = [sums("a", 100), sums("b", 90), sums("c", 130), sums("d", 0), sums("e", 500)]
    assert [one.code for one in alike("a", rows, 2)] == ["b", "c"]
    assert alike("d", rows) == ()
