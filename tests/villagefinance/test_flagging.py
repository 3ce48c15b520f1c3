"""Flags from the books to the verdict: what raises them, who sees them when, what nobody changes, and samples."""

from __future__ import annotations

import html
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from confirming import confirmed
from kit.worlds import once
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import AuditSample, Flag, SampledEntry, Supplier
from pilar.villagefinance.queries import flags as queries
from pilar.villagefinance.queries import watching
from pilar.villagefinance.rules.auditing import FlagElsewhere, FlagState, drawn
from pilar.villagefinance.rules.facts import Facts
from pilar.villagefinance.rules.journal import Kind
from pilar.villagefinance.rules.taxes import PaymentKind
from villagefinance import accounts, payments
from villagefinance.payments import MILLION
from villagefinance.world import (
    NEXT_DOOR,
    NOW,
    REGION,
    ROAD,
    SISTER,
    VILLAGE,
    YEAR,
    World,
    advance,
    bank,
    budget,
    item,
    tax,
)

pytestmark = pytest.mark.django_db
AT = {"village": VILLAGE, "year": YEAR, "number": 1}
LATER = NOW + timedelta(30)


@once
def late(world: World) -> World:
    """An advance that nobody has accounted for."""
    world.receive()
    world.book(Kind.ADVANCE, advance(100), bank(100), day=date(YEAR, 3, 10))
    return world


@once
def flagged(late: World) -> World:
    assert do.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=NOW) == 1
    return late


def answer(world: World, who: str = "head", reply: str = "SPJ menunggu kuitansi") -> None:
    do.answer_flag(by=world.who(who), **AT, reply=reply, now=NOW)


def judge(world: World, verdict: FlagState = FlagState.CLOSED, reason: str = "Sudah dipertanggungjawabkan") -> None:
    do.judge_flag(by=world.who("inspectorate"), **AT, verdict=verdict, reason=reason, now=LATER)


def seen(world: World, who: str) -> list[tuple[str, str]]:
    found = queries.flags(REGION, scope=world.who(who), now=NOW)
    return [(one.rule, one.state) for one in found]


def facts_of(village: str = VILLAGE) -> Facts:
    return dict(watching.facts([village], YEAR, now=NOW))[village]


def raised() -> dict[str, Flag]:
    do.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=NOW)
    return {one.rule: one for one in Flag.objects.filter(village=VILLAGE)}


def test_postings_ask_once_to_look_at_their_village(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        world.receive()
        world.pay()
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'villagefinance.raise-flags'")
        assert [json.loads(one) for (one,) in cursor.fetchall()] == [{"village": VILLAGE, "year": YEAR}]


def test_a_flag_is_raised_once_with_what_it_was_raised_from(flagged: World) -> None:
    row = Flag.objects.get(village=VILLAGE)
    assert (row.rule, row.version, row.amount, row.number) == ("advance", 1, 100, 1)
    assert row.inputs == {"activity": "2.3.10", "amount": "100.00", "first": "2025-03-10", "due": "2025-03-24"}
    assert do.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=LATER) == 0
    assert do.watch_books(by=SCHEDULE, now=NOW) == 0


def test_nobody_but_the_schedule_looks(late: World) -> None:
    for who in ("head", "inspectorate", "office", "public"):
        with pytest.raises(NotAllowed):
            do.raise_flags(by=late.who(who), village=VILLAGE, year=YEAR, now=NOW)
        with pytest.raises(NotAllowed):
            do.watch_books(by=late.who(who), now=NOW)


def test_the_village_knows_first_and_the_inspectorate_after_a_time(flagged: World) -> None:
    assert seen(flagged, "head") == [("advance", "raised")]
    assert seen(flagged, "inspectorate") == []
    with pytest.raises(NotFound):
        judge(flagged)
    told_on = Flag.objects.get(village=VILLAGE).told_on
    assert told_on == date(2026, 2, 4)  # ten working days after 20 January, and the next day
    do.watch_books(by=SCHEDULE, now=datetime(2026, 2, 3, 3, tzinfo=UTC))
    assert seen(flagged, "inspectorate") == []
    do.watch_books(by=SCHEDULE, now=datetime(2026, 2, 4, 3, tzinfo=UTC))
    assert seen(flagged, "inspectorate") == [("advance", "told")]


def test_what_was_answered_is_seen_at_once(flagged: World) -> None:
    answer(flagged)
    assert seen(flagged, "inspectorate") == [("advance", "answered")]
    answer(flagged, "treasurer", "Kuitansi sudah ada")
    judge(flagged, FlagState.FALSE_ALARM)
    assert seen(flagged, "head") == [("advance", "false_alarm")]
    assert do.raise_flags(by=SCHEDULE, village=VILLAGE, year=YEAR, now=LATER) == 0
    with pytest.raises(FlagElsewhere):
        answer(flagged)
    with pytest.raises(FlagElsewhere):
        judge(flagged)


@pytest.mark.parametrize("who", ["neighbour", "sister", "office", "far", "executor", "nobody", "public"])
def test_others_know_of_nothing(flagged: World, who: str) -> None:
    answer(flagged)
    with pytest.raises(NotFound):
        queries.flag(*AT.values(), scope=flagged.who(who), now=NOW)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        answer(flagged, who)
    if who != "sister":
        with pytest.raises(NotFound):
            seen(flagged, who)


def test_a_verdict_and_an_answer_say_something(flagged: World) -> None:
    for text in ("", "  ", "x" * 5_001):
        with pytest.raises(Faults):
            answer(flagged, reply=text)
    answer(flagged)
    with pytest.raises(Faults):
        judge(flagged, reason=" ")
    with pytest.raises(FlagElsewhere):
        judge(flagged, FlagState.TOLD)
    with pytest.raises(NotAllowed):
        do.judge_flag(by=flagged.who("head"), **AT, verdict=FlagState.CLOSED, reason="Uji", now=LATER)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"amount": 1}, {"rule": "tax"}, {"told_on": date(2030, 1, 1)}, {"inputs": {}}])
def test_the_database_keeps_what_was_raised(flagged: World, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="flag_raised_for_good"), transaction.atomic():
        Flag.objects.filter(village=VILLAGE).update(**change)


def test_the_database_keeps_a_flag_and_its_verdict(flagged: World) -> None:
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        Flag.objects.filter(village=VILLAGE).delete()
    answer(flagged)
    judge(flagged)
    with pytest.raises(IntegrityError, match="flag_judged_for_good"), transaction.atomic():
        Flag.objects.filter(village=VILLAGE).update(reason="Lain")


def test_what_is_reversed_is_no_fact(world: World) -> None:
    world.receive()
    place = world.pay(100).place
    assert [one.spent for one in facts_of().booked] == [0, 100]
    do.reverse(by=world.who("secretary"), village=VILLAGE, year=YEAR, place=place, reason="Salah", now=NOW)
    assert [one.spent for one in facts_of().booked] == [0]


def test_a_tax_that_was_withheld_and_not_remitted(world: World) -> None:
    world.receive()
    world.book(Kind.PAYMENT, item(100, ROAD), bank(90), tax(10))
    assert raised()["tax"].inputs == {"tax": "ppn", "amount": "10.00", "due": "2025-04-15"}


def test_bills_evidence_and_officials(world: World) -> None:
    payments.rich(world)
    for amount, payee in ((30, "Toko Maju"), (25, "TOKO  MAJU"), (1, "Kepala")):
        number = payments.approved(world, payments.bill(amount * MILLION, payee=payee))
        payments.pay(world, number)
    accounts.account("head")
    found = raised()
    assert found["split"].inputs["requests"] == [1, 2]
    assert (found["official"].inputs["payee"], found["official"].amount) == ("Kepala", MILLION)
    at = [VILLAGE, YEAR, found["split"].number]
    shown = said(client_of(world, "head").get(reverse("villagefinance:flag", args=at)))
    for number in (1, 2):
        assert f'href="{reverse("villagefinance:request", args=[VILLAGE, YEAR, number])}"' in shown
    # Each request has the same made-up picture.
    assert found["evidence"].inputs["requests"] == [1, 2, 3]
    assert found["evidence"].inputs["elsewhere"] == 0


def test_the_account_of_an_official_is_known_by_the_register(world: World) -> None:
    payments.rich(world)
    keys = [payments.supplier(world, name=name, official=name == "Kaur") for name in ("Kaur", "CV Kawan", "CV Lain")]
    Supplier.objects.filter(key__in=keys[:2]).update(bank="BJB", number="77")
    for key, amount, kind in (
        (keys[0], 7, PaymentKind.HONORARIUM), (keys[1], 1, PaymentKind.UNTAXED), (keys[2], 1, PaymentKind.UNTAXED),
    ):  # fmt: skip
        bill = payments.bill(amount * MILLION, supplier=key, payee="", kind=kind)
        payments.pay(world, payments.approved(world, bill))
    do.raise_flags(by=SCHEDULE, village=world.village, year=YEAR, now=NOW)
    found = Flag.objects.filter(**world.of_village, rule="official").values_list("inputs__payee", "amount")
    assert sorted(found) == [("CV Kawan", MILLION), ("Kaur", 7 * MILLION)]


def test_evidence_that_is_used_once_is_no_flag(world: World) -> None:
    payments.rich(world)
    payments.pay(world, payments.approved(world, payments.bill(MILLION)))
    assert "evidence" not in raised()


def test_prices_of_neighbours(world: World) -> None:
    sister = World(SISTER)
    budget(sister, L3=400, L4=600, L6=300)
    (own,) = facts_of().priced
    (theirs,) = facts_of(SISTER).priced
    assert (own.item, own.price, own.median, own.villages) == ("uji", 800, 600, 2)
    assert (theirs.price, theirs.amount) == (600, 1000)


def test_all_villages_of_a_region_by_as_many_queries_as_one(late: World, django_assert_num_queries: Any) -> None:
    for villages in ([VILLAGE], [VILLAGE, SISTER]):
        with django_assert_num_queries(6):
            assert [village for village, _facts in watching.facts(villages, YEAR, now=NOW)] == villages


def test_the_sweep_finds_what_a_posting_would(late: World) -> None:
    assert do.watch_books(by=SCHEDULE, now=NOW) == 1
    assert not Flag.objects.filter(village=NEXT_DOOR).exists()


def test_villages_by_risk(flagged: World) -> None:
    def ranks() -> list[tuple[int, str, int, int]]:
        found = queries.risks(REGION, scope=flagged.who("inspectorate"), year=YEAR, now=NOW)
        return [(one.risk.rank, one.village_name.split(",")[0], one.risk.score, one.risk.open) for one in found]

    assert ranks() == []
    answer(flagged)
    assert [row[2:] for row in ranks()] == [(2, 1)]
    with pytest.raises(NotFound):
        queries.risks(REGION, scope=flagged.who("head"), year=YEAR, now=NOW)
    judge(flagged, FlagState.FALSE_ALARM)
    assert ranks() == []


def test_a_sample_is_kept_with_its_seed_and_found_again(world: World) -> None:
    world.receive()
    for amount in (10, 20, 70, 100):
        world.pay(amount)
    number = do.draw_sample(by=world.who("inspectorate"), region=REGION, year=YEAR, size=5, now=timezone.now())
    row = AuditSample.objects.get(region=REGION, number=number)
    assert (row.entries, row.total) == (4, Decimal(200))
    found = watching.payments(REGION, YEAR, until=row.drawn_at)
    kept = {(one.village, one.place): one.hits for one in SampledEntry.objects.all()}
    assert kept == dict(drawn(found, row.total, size=row.size, seed=row.seed))
    assert sum(kept.values()) == 5
    _row, entries = queries.sample(REGION, number, scope=world.who("inspectorate"))
    assert max(entries, key=lambda one: one.hits).amount >= 70
    # What is taken back afterwards was there when it was drawn.
    do.reverse(by=world.who("secretary"), village=VILLAGE, year=YEAR, place=2, reason="Salah", now=NOW)
    assert watching.payments(REGION, YEAR, until=row.drawn_at) == found


def test_who_draws_a_sample_and_of_what(world: World) -> None:
    for who in ("head", "office", "neighbour", "public"):
        with pytest.raises(NotFound):
            do.draw_sample(by=world.who(who), region=REGION, year=YEAR, size=5, now=NOW)
    for size in (0, 1_001, 5):
        with pytest.raises(Faults):
            do.draw_sample(by=world.who("inspectorate"), region=REGION, year=YEAR, size=size, now=NOW)


def said(found: Any, status: int = 200) -> str:
    text = html.unescape(found.content.decode())
    assert found.status_code == status, text[-3000:]
    return text


def client_of(world: World, who: str) -> Client:
    accounts.account(who).memberships.update(since=NOW - timedelta(300))
    return accounts.client_of(world, who)


def test_on_the_pages_from_flag_to_verdict(flagged: World) -> None:
    flags = reverse("villagefinance:flags", args=[REGION])
    flag = reverse("villagefinance:flag", args=[*AT.values()])
    verdict = reverse("villagefinance:judge-flag", args=[*AT.values()])
    head, inspectorate = client_of(flagged, "head"), client_of(flagged, "inspectorate")
    assert flag in said(head.get(flags, {"rule": "advance", "q": "cangkudu"}))
    assert flag not in said(head.get(flags, {"rule": "tax"}))
    assert flag not in said(inspectorate.get(flags))
    assert inspectorate.get(flag).status_code == 404
    assert "2.3.10" in said(head.get(flag))
    assert said(head.post(flag, {"reply": ""}), 422)
    assert head.post(flag, {"reply": "Menunggu kuitansi"}).status_code == 302
    assert head.get(verdict).status_code == 403
    assert "Menunggu kuitansi" in said(inspectorate.get(flag))
    assert inspectorate.post(flag, {"reply": "Bukan saya"}).status_code == 403
    assert confirmed(inspectorate, verdict, {"verdict": "false_alarm", "reason": "Wajar"}).status_code == 302
    assert "Wajar" in said(head.get(flag))
    assert Flag.objects.get(village=VILLAGE).state == FlagState.FALSE_ALARM
    assert "Menunggu kuitansi" in said(inspectorate.get(flags, {"as": "csv"}))


def test_on_the_pages_of_the_inspectorate(flagged: World) -> None:
    flagged.pay()
    answer(flagged)
    inspectorate, head = client_of(flagged, "inspectorate"), client_of(flagged, "head")
    risks, samples = (reverse(f"villagefinance:{name}", args=[REGION]) for name in ("flag-risks", "audit-samples"))
    assert "Cangkudu" in said(inspectorate.get(risks, {"tahun": YEAR}))
    assert said(inspectorate.post(samples, {"year": 2031, "size": 5}), 422)
    given = {"year": YEAR, "size": 5, "once": "3a2a1b8e-6c1f-4d0b-9a50-0a3c2f1f8d11"}
    sent, again = inspectorate.post(samples, given), inspectorate.post(samples, given)
    assert (sent.status_code, again["Location"]) == (302, samples)
    row = AuditSample.objects.get()
    shown = said(inspectorate.get(sent["Location"]))
    assert row.seed in shown
    entries = [reverse("villagefinance:entry", args=[VILLAGE, YEAR, one.place]) for one in SampledEntry.objects.all()]
    assert [one for one in entries if one not in shown] == []
    assert [inspectorate.get(one).status_code for one in entries] == [200] * len(entries)
    assert str(YEAR) in said(inspectorate.get(samples))
    for page in (risks, samples, sent["Location"]):
        assert head.get(page).status_code == 404
    assert risks not in said(head.get(reverse("villagefinance:flags", args=[REGION])))


PEOPLE = ("visitor", "neighbour", "sister", "office", "head", "inspectorate")
PAGES = """
flags          302 404 200 404 200 200
flag           302 404 404 404 200 200
judge-flag     302 404 404 404 403 200
correct-verdict  302 404 404 404 403 409
flag-risks     302 404 404 404 404 200
audit-samples  302 404 404 404 404 200
audit-sample   302 404 404 404 404 200
"""


@once
def audited(flagged: World) -> World:
    flagged.pay()
    answer(flagged)
    do.draw_sample(by=flagged.who("inspectorate"), region=REGION, year=YEAR, size=1, now=timezone.now())
    return flagged


@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_finds_at_each_address(audited: World, who: str) -> None:
    expected = {name: found for name, *found in map(str.split, PAGES.strip().splitlines())}
    of_village, of_region = dict(AT), {"region": REGION}
    client = accounts.client_of(audited, who) if who == "visitor" else client_of(audited, who)
    for name, found in expected.items():
        given = of_village if name in ("flag", "judge-flag", "correct-verdict") else of_region
        given = {**given, "number": 1} if name == "audit-sample" else given
        answered = client.get(reverse(f"villagefinance:{name}", kwargs=given)).status_code
        assert (name, str(answered)) == (name, found[PEOPLE.index(who)])
