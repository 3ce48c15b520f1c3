"""R17: before the budget of the year is enacted nothing is spent but the kinds that the rule names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from kit import wandering
from lifecycles import MORE
from pilar.platform.errors import Faults
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import ActivityExecutor, BudgetLine, BudgetVersion
from pilar.villagefinance.operations import ChangeUnderWay, Given
from pilar.villagefinance.queries.budgets import stored_sheet
from pilar.villagefinance.queries.versions import in_force, versions
from pilar.villagefinance.rules.budgets import BudgetKind
from pilar.villagefinance.rules.requests import RequestKind
from villagefinance import drafting
from villagefinance.accounts import client_of
from villagefinance.drafting import COMING, DAY, DRAWN
from villagefinance.payments import SUBMITTED, bill, faults, known, proofs
from villagefinance.world import PEOPLE, VILLAGE, World

pytestmark = pytest.mark.django_db
FIRST = {"village": VILLAGE, "year": COMING, "number": 0}
FEBRUARY = datetime(COMING, 2, 10, 3, tzinfo=UTC)
PAY = Given("1.1.01", "5.1.1.01", "ADD", "Penghasilan tetap Januari", Decimal(1), "bulan", Decimal(2_500_000))
ROAD = Given("2.3.10", "5.3.5.03", "DDS", "Batu", Decimal(1), "paket", Decimal(5_000_000))


def begin() -> int:
    return do.begin_change(by=PEOPLE["secretary"], village=VILLAGE, year=COMING, kind=BudgetKind.INTERIM, now=DRAWN)


def write(*given: Given) -> None:
    activities = {one.activity for one in given}
    do.set_lines(by=PEOPLE["secretary"], **FIRST, activities=activities, given=given)


def enact() -> None:
    do.enact_budget(by=PEOPLE["head"], **FIRST, elaboration="1/2026", day=DAY, now=DRAWN)


def execute() -> None:
    keys = BudgetLine.objects.filter(village=VILLAGE, year=COMING, account=PAY.account).values_list("key", flat=True)
    do.set_cash_plan(by=PEOPLE["treasurer"], **FIRST, months={keys[0]: [PAY.unit_price, *[Decimal(0)] * 11]})
    do.check_execution(by=PEOPLE["secretary"], **FIRST, now=DRAWN)
    do.approve_execution(by=PEOPLE["head"], **FIRST, now=DRAWN)


def test_only_the_kinds_that_the_rule_names_are_enacted(world: World) -> None:
    drafting.draft(world)
    assert begin() == 0
    write(PAY, ROAD)
    do.tell_council(by=PEOPLE["secretary"], **FIRST, letter="1", day=DAY, now=DRAWN)
    with pytest.raises(Faults) as refused:
        enact()
    assert [one.code for one in refused.value.faults] == ["rules-broken"]
    do.set_lines(by=PEOPLE["secretary"], **FIRST, activities={"2.3.10"}, given=())
    enact()
    (row,) = (one for one in versions(VILLAGE, COMING, scope=PEOPLE["head"]) if one.number == 0)
    kept = stored_sheet(row)
    assert kept is not None
    (rule,) = (one for one in kept.checks if one.origin.rule == "before_enactment")
    assert (rule.origin.version, rule.origin.is_assumption, rule.figures["amount"]) == (1, True, PAY.unit_price)


def test_pay_is_asked_for_before_the_budget_and_the_road_is_not(world: World) -> None:
    known()
    drafting.draft(world)
    begin()
    write(PAY)
    do.tell_council(by=PEOPLE["secretary"], **FIRST, letter="1", day=DAY, now=DRAWN)
    keys = {one.account: one.key for one in BudgetLine.objects.filter(village=VILLAGE, year=COMING)}
    for activity in (PAY.activity, ROAD.activity):
        ActivityExecutor.objects.create(
            region=VILLAGE[:5], village=VILLAGE, year=COMING, activity=activity, no=1,
            executor=PEOPLE["executor"].signature, by=PEOPLE["secretary"].signature, at=DRAWN,
        )  # fmt: skip

    def ask(line: int, amount: int) -> int:
        given = do.NewRequest(RequestKind.DIRECT, date(COMING, 1, 25), "Uji", (bill(amount, line=line),))
        return do.write_request(
            by=PEOPLE["executor"], village=VILLAGE, year=COMING, given=given, proofs=proofs(world), now=FEBRUARY
        )

    def send(number: int) -> None:
        do.move_request(by=PEOPLE["executor"], village=VILLAGE, year=COMING, number=number, to=SUBMITTED, now=FEBRUARY)

    pay, road = ask(keys[PAY.account], 2_500_000), ask(keys[ROAD.account], 1)
    with faults("not-enacted", "no-dpa", "no-rak"):
        send(pay)
    enact()
    with faults("no-dpa", "no-rak"):
        send(pay)
    execute()
    send(pay)
    with faults("line-exceeded"):
        send(road)


def test_the_budget_of_the_year_takes_its_place(world: World) -> None:
    begin()
    write(PAY)
    do.tell_council(by=PEOPLE["secretary"], **FIRST, letter="1", day=DAY, now=DRAWN)
    enact()
    drafting.enact(world)
    found = in_force(versions(VILLAGE, COMING, scope=PEOPLE["head"]), DAY)
    assert (found and found.number) == 1
    with pytest.raises(ChangeUnderWay):
        begin()
    number = do.begin_change(by=PEOPLE["secretary"], village=VILLAGE, year=COMING, kind=BudgetKind.SHIFT, now=DRAWN)
    assert number == 2


def test_what_was_dropped_is_begun_again_with_its_lines_and_the_council_told_anew(world: World) -> None:
    secretary = PEOPLE["secretary"]
    begin()
    write(PAY)
    with pytest.raises(ChangeUnderWay):
        begin()
    do.tell_council(by=secretary, **FIRST, letter="1", day=DAY, now=DRAWN)
    do.drop_budget(by=secretary, **FIRST, reason="Salah hitung", now=DRAWN)
    home = reverse("villagefinance:village", args=[VILLAGE]) + f"?tahun={COMING}"
    to = reverse("villagefinance:change", args=[VILLAGE, COMING])
    assert f'href="{to}"' in client_of(world, "secretary").get(home).content.decode()
    before = wandering.states()
    assert begin() == 0
    title = "A shift within the budget of a village"
    assert {*wandering.moved(before, wandering.states())} == {(title, "dropped", "draft")}
    assert ("dropped", "draft") in MORE[title], "a walk may come this way"
    with pytest.raises(Faults) as refused:
        enact()
    assert [one.code for one in refused.value.faults] == ["council-not-told"]
    do.tell_council(by=secretary, **FIRST, letter="2", day=DAY, now=DRAWN)
    enact()
    (row,) = versions(VILLAGE, COMING, scope=PEOPLE["head"])
    assert (row.number, row.enacted) == (0, True)


def test_the_database_keeps_it_first(world: World) -> None:
    of = {"region": VILLAGE[:5], "village": VILLAGE, "year": COMING}
    for kind, number in (("interim", 1), ("original", 0)):
        with pytest.raises(IntegrityError, match="budget_kind_known"), transaction.atomic():
            BudgetVersion.objects.create(**of, number=number, kind=kind)
    drafting.enact(world)
    BudgetVersion.objects.create(**of, number=0, kind="interim")
    with pytest.raises(IntegrityError, match="budget_out_of_order"), transaction.atomic():
        BudgetVersion.objects.filter(**of, number=0).update(state="enacted", rule_number="1", in_force_from=DAY)


def test_on_the_pages(world: World) -> None:
    drafting.draft(world)
    secretary = client_of(world, "secretary")
    home = reverse("villagefinance:village", args=[VILLAGE]) + f"?tahun={COMING}"
    assert "Belanja sebelum penetapan" in secretary.get(home).content.decode()
    answer = secretary.post(reverse("villagefinance:change", args=[VILLAGE, COMING]), {"kind": "interim"})
    assert answer["Location"] == reverse("villagefinance:budget", args=[VILLAGE, COMING, 0])
    write(PAY)
    to = reverse("villagefinance:tell-council", args=[VILLAGE, COMING, 0])
    shown = secretary.get(reverse("villagefinance:budget", args=[VILLAGE, COMING, 0]))
    assert f'href="{to}"' in shown.content.decode()
    for name in ("budget", "sheet", "cash", "enact"):
        who = "head" if name == "enact" else "secretary"
        shown = client_of(world, who).get(reverse(f"villagefinance:{name}", args=[VILLAGE, COMING, 0]))
        assert shown.status_code == 200, name
    assert (
        "Jenis belanja sebelum penetapan"
        in secretary.get(reverse("villagefinance:sheet", args=[VILLAGE, COMING, 0])).content.decode()
    )
