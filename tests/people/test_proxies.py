"""Proxies: asked and confirmed, or declared with a reason; seen and ended by both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from people.citizens import NOW, NUMBER, OTHER_NUMBER, Phones, citizen, phones  # noqa: F401 - a fixture
from people.readings import readings
from pilar.people import operations, queries
from pilar.people.models import Proxy, PublicAccount
from pilar.people.public import (
    MAX_PROXY_DAYS,
    PROXIES_A_DAY,
    PURPOSES,
    NoConsent,
    ProxyState,
    Side,
    TooManyProxies,
    state_of,
)
from pilar.people.queries.public import ProxyRow
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed, NotFound, Standing
from pilar.platform.errors import Faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("phones")]
TODAY, LAST = date(2026, 3, 1), date(2026, 3, 31)
EMAIL = "budi@contoh.invalid"


def grant(by: Standing, contact: str = EMAIL, side: Side = Side.PRINCIPAL, now: Any = NOW, **more: Any) -> int:
    usual = {"purpose": "all", "valid_until": LAST}
    return operations.grant_proxy(by=by, side=side, contact=contact, now=now, **{**usual, **more})


def declare(by: Standing, name: str = "Ibu Sumiyati", **more: Any) -> int:
    usual = {"reason": "Ibu tidak punya telepon", "purpose": "all", "valid_until": LAST}
    return operations.declare_proxy(by=by, name=name, now=NOW, **{**usual, **more})


def shown(by: Standing, now: Any = NOW) -> list[ProxyRow]:
    return list(queries.proxies(scope=by, now=now))


def acts(by: Standing, now: Any = NOW, purpose: str = "all") -> list[int]:
    return [one.account for one in queries.acting_for(by, purpose=purpose, now=now)]


@pytest.fixture
def ani() -> Standing:
    return citizen(NUMBER, "Ani")


@pytest.fixture
def budi() -> Standing:
    return citizen(EMAIL, "Budi")


def test_each_purpose_is_asked_for_by_itself(ani: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PURPOSES, "permits", "permits")
    keys = [grant(ani), grant(ani, purpose="permits"), grant(ani), grant(ani, purpose="permits")]
    assert keys == [*keys[:2], *keys[:2]]
    assert {one.key: one.purpose for one in shown(ani)} == {keys[0]: "all", keys[1]: "permits"}


@pytest.mark.parametrize("side", list(Side))
def test_one_side_asks_the_other_confirms_and_both_see_it(ani: Standing, budi: Standing, side: Side) -> None:
    key = grant(ani, side=side)
    holder, principal = (ani, budi) if side is Side.HOLDER else (budi, ani)
    assert acts(holder) == [holder.citizen]
    (mine,), (theirs,) = shown(ani), shown(budi)
    assert (mine.name, mine.state, mine.mine) == ("b•••@contoh.invalid", ProxyState.WAITING, False)
    assert (theirs.name, theirs.state, theirs.mine) == ("Ani", ProxyState.WAITING, True)
    assert (mine.side, theirs.side) == (side, Side.PRINCIPAL if side is Side.HOLDER else Side.HOLDER)
    with pytest.raises(NotFound):
        operations.confirm_proxy(by=ani, proxy=key, now=NOW)
    operations.confirm_proxy(by=budi, proxy=key, now=NOW)
    assert acts(holder) == [holder.citizen, principal.citizen]
    assert acts(principal) == [principal.citizen]
    assert [(one.name, one.state, one.mine) for by in (ani, budi) for one in shown(by)] == [
        ("Budi", ProxyState.IN_FORCE, False), ("Ani", ProxyState.IN_FORCE, False),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        operations.confirm_proxy(by=budi, proxy=key, now=NOW)


@pytest.mark.parametrize("who", ["ani", "budi"])
def test_either_ends_it_once_and_nobody_else_does(ani: Standing, budi: Standing, who: str) -> None:
    key = grant(ani)
    operations.confirm_proxy(by=budi, proxy=key, now=NOW)
    stranger = citizen(OTHER_NUMBER, "Citra")
    with pytest.raises(NotFound):
        operations.end_proxy(by=stranger, proxy=key, now=NOW)
    for nobody in (PUBLIC, OPERATOR):
        with pytest.raises(NotAllowed):
            operations.end_proxy(by=nobody, proxy=key, now=NOW)
    by = {"ani": ani, "budi": budi}[who]
    for _ in range(2):
        operations.end_proxy(by=by, proxy=key, now=NOW + timedelta(minutes=1))
    assert acts(budi) == [budi.citizen]
    assert [one.state for one in (*shown(ani), *shown(budi))] == [ProxyState.ENDED] * 2
    row = Proxy.objects.get(pk=key)
    assert (row.ended_by, row.ended_at) == (by.actor.name, NOW + timedelta(minutes=1))
    assert shown(stranger) == []
    operations.confirm_proxy(by=budi, proxy=grant(ani), now=NOW)
    assert len(acts(budi)) == 2, "agreed on again"


def test_who_was_asked_may_say_no(ani: Standing, budi: Standing) -> None:
    key = grant(ani)
    operations.end_proxy(by=budi, proxy=key, now=NOW)
    assert (shown(budi), shown(ani)[0].state, shown(ani)[0].name) == ([], ProxyState.ENDED, "–")
    with pytest.raises(NotFound):
        operations.confirm_proxy(by=budi, proxy=key, now=NOW)


def test_asking_goes_as_if_the_other_had_no_account_and_waits_for_who_comes(ani: Standing) -> None:
    key = grant(ani, OTHER_NUMBER)
    assert grant(ani, "0812 9876 5432") == key, "asked twice"
    operations.tell_of_proxy(by=SCHEDULE, proxy=key)
    ((number, text),) = Phones.got
    assert (number, "Ani" in text, "/masuk-warga/" in text) == (OTHER_NUMBER, False, True)
    late = citizen(OTHER_NUMBER, "Citra")
    operations.confirm_proxy(by=late, proxy=key, now=NOW)
    assert acts(late) == [late.citizen, ani.citizen]
    operations.tell_of_proxy(by=SCHEDULE, proxy=key)
    assert (len(Phones.got), mail.outbox) == (1, []), "nothing waits any more"


def test_the_days_of_a_proxy_are_its_days(ani: Standing, budi: Standing) -> None:
    for last in (TODAY - timedelta(days=1), TODAY + timedelta(days=MAX_PROXY_DAYS + 1)):
        with pytest.raises(Faults) as refused:
            grant(ani, valid_until=last)
        assert refused.value.faults[0].place == "valid_until"
    key = grant(ani, valid_until=TODAY)
    operations.confirm_proxy(by=budi, proxy=key, now=NOW)
    midnight = NOW.replace(hour=17)  # 00.00 WIB
    assert acts(budi, midnight - timedelta(seconds=1)) == [budi.citizen, ani.citizen]
    assert acts(budi, midnight) == [budi.citizen]
    assert ProxyState.OVER in [one.state for one in shown(budi, midnight)]
    waiting = grant(ani, OTHER_NUMBER, valid_until=TODAY)
    citra = citizen(OTHER_NUMBER, "Citra")
    with pytest.raises(NotFound):
        operations.confirm_proxy(by=citra, proxy=waiting, now=midnight)


@given(confirmed=st.booleans(), ended=st.booleans(), days=st.integers(-400, 400))
def test_a_proxy_is_in_one_state(confirmed: bool, ended: bool, days: int) -> None:
    state = state_of(confirmed=confirmed, ended=ended, valid_until=LAST, today=LAST + timedelta(days=days))
    assert (state is ProxyState.IN_FORCE) == (confirmed and not ended and days <= 0)
    assert (state is ProxyState.ENDED) == ended


class TestDeclared:
    def test_who_has_no_phone_is_acted_for_and_it_is_marked(self, ani: Standing) -> None:
        key = declare(ani)
        assert declare(ani, "ibu  sumiyati") == key, "declared twice"
        (_own, mother) = queries.acting_for(ani, purpose="all", now=NOW)
        assert (mother.proxy, mother.declared, mother.valid_until) == (key, True, LAST)
        (row,) = shown(ani)
        assert (row.name, row.state, row.declared, row.side) == (
            "Ibu Sumiyati", ProxyState.IN_FORCE, True, Side.HOLDER
        )  # fmt: skip
        operations.end_proxy(by=ani, proxy=key, now=NOW)
        person = PublicAccount.objects.get(pk=mother.account)
        assert (person.name, person.erased_at) == (None, NOW), "nobody acts for her any more"
        assert acts(ani) == [ani.citizen]

    @pytest.mark.parametrize(("given", "place"), [({"reason": "  "}, "reason"), ({"reason": "x" * 301}, "reason")])
    def test_a_reason_is_given(self, ani: Standing, given: dict[str, str], place: str) -> None:
        with pytest.raises(Faults) as refused:
            declare(ani, **given)
        assert refused.value.faults[0].place == place
        with pytest.raises(operations.UnfitName):
            declare(ani, " ")


class TestRefused:
    def test_nobody_names_themselves_or_a_purpose_that_no_service_has(self, ani: Standing) -> None:
        for wrong, place in (({"contact": NUMBER}, "contact"), ({"purpose": "x"}, "purpose")):
            with pytest.raises(Faults) as refused:
                grant(ani, **wrong)
            assert refused.value.faults[0].place == place
        with pytest.raises(ValueError, match="purpose"):
            queries.acting_for(ani, purpose="x", now=NOW)

    def test_a_purpose_covers_itself_and_all_covers_each(
        self, ani: Standing, budi: Standing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for purpose in ("permits", "health"):
            monkeypatch.setitem(PURPOSES, purpose, purpose)
        operations.confirm_proxy(by=budi, proxy=grant(ani, purpose="permits"), now=NOW)
        assert [len(acts(budi, purpose=one)) for one in ("permits", "health", "all")] == [2, 1, 1]
        operations.confirm_proxy(by=budi, proxy=grant(ani), now=NOW)
        assert [len(acts(budi, purpose=one)) for one in ("permits", "health", "all")] == [2, 2, 2]

    def test_the_same_is_not_agreed_on_twice(self, ani: Standing, budi: Standing) -> None:
        operations.confirm_proxy(by=budi, proxy=grant(ani), now=NOW)
        with pytest.raises(operations.AlreadyProxy):
            operations.confirm_proxy(by=budi, proxy=grant(ani), now=NOW)

    def test_without_consent_nobody_acts_or_is_acted_for(self, ani: Standing, budi: Standing) -> None:
        waiting, key = grant(ani, OTHER_NUMBER), grant(ani)
        operations.confirm_proxy(by=budi, proxy=key, now=NOW)
        operations.withdraw_consent(by=ani, now=NOW)
        assert (acts(ani), acts(budi)) == ([], [budi.citizen])
        for refused in (lambda: grant(ani), lambda: declare(ani)):
            with pytest.raises(NoConsent):
                refused()
        citra = citizen(OTHER_NUMBER, "Citra", consent=False)
        with pytest.raises(NoConsent):
            operations.confirm_proxy(by=citra, proxy=waiting, now=NOW)
        operations.give_consent(by=ani, version="1", now=NOW)
        assert acts(budi) == [budi.citizen, ani.citizen]

    def test_staff_and_visitors_act_for_nobody(self) -> None:
        for nobody in (PUBLIC, OPERATOR, SCHEDULE):
            assert queries.acting_for(nobody, purpose="all", now=NOW) == ()
            for refused in (grant, declare):
                with pytest.raises(NotAllowed):
                    refused(nobody)

    def test_a_day_has_so_many_questions(self, ani: Standing) -> None:
        for number in range(PROXIES_A_DAY.most):
            grant(ani, f"a{number}@contoh.invalid")
        with pytest.raises(TooManyProxies):
            grant(ani, "b@contoh.invalid")
        grant(ani, "b@contoh.invalid", now=NOW + PROXIES_A_DAY.within)


def test_what_nobody_confirms_ends_with_the_address_that_was_named(ani: Standing) -> None:
    key = grant(ani)
    assert operations.end_unconfirmed_proxies(by=SCHEDULE, now=NOW + timedelta(days=14)) == 0
    assert operations.end_unconfirmed_proxies(by=SCHEDULE, now=NOW + timedelta(days=14, seconds=1)) == 1
    row = Proxy.objects.get(pk=key)
    assert (row.other, row.other_hash, bool(row.ended_by)) == (None, None, True)
    with pytest.raises(NotAllowed):
        operations.end_unconfirmed_proxies(by=PUBLIC, now=NOW)


def test_who_is_shown_the_name_of_another_stands_there(ani: Standing, budi: Standing) -> None:
    grant(ani)
    shown(budi)
    assert readings("people.public.name") == [(str(budi.citizen), str(ani.citizen), 1)]
    (row,) = queries.public_readings(scope=ani)
    assert (row.who, row.what_name) == (f"Akun warga {budi.citizen}", "Nama")
    assert queries.public_readings(scope=budi) == ()
    assert queries.public_names([ani.citizen or 0], by=ani) == {ani.citizen: "Ani"}
    assert len(readings("people.public.name")) == 1, "not one's own"


def test_with_an_account_its_proxies_end(ani: Standing, budi: Standing) -> None:
    operations.confirm_proxy(by=budi, proxy=grant(ani), now=NOW)
    waiting = grant(citizen(OTHER_NUMBER, "Citra"))
    operations.erase_public_account(by=budi, account=budi.citizen or 0, now=NOW)
    assert not Proxy.objects.filter(ended_at=None).exists()
    assert Proxy.objects.get(pk=waiting).other is None
    assert [one.name for one in shown(ani)] == [f"Akun warga {budi.citizen}"]


H = f"{'0' * 8}.{'0' * 64}"
Changed = dict[str, Any]


@pytest.fixture
def rows(ani: Standing, budi: Standing) -> Callable[..., Proxy]:
    def made(**given: Any) -> Proxy:
        usual = {
            "holder_id": ani.citizen, "principal_id": budi.citizen, "asked_by_holder": True, "purpose": "all",
            "valid_until": LAST, "asked_at": NOW, "confirmed_at": NOW,
        }  # fmt: skip
        return Proxy(**{**usual, **given})

    return made


@pytest.mark.parametrize(
    ("constraint", "given"),
    [
        ("proxy_confirmed_or_declared", {"principal_id": None}),
        ("proxy_confirmed_or_declared", {"confirmed_at": None, "other": "x", "other_hash": H}),
        ("proxy_confirmed_or_declared", {"confirmed_at": None, "principal_id": None, "asked_by_holder": False,
                                         "other": "x", "other_hash": H}),
        ("proxy_confirmed_or_declared", {"declared": True, "reason": "x"}),
        ("proxy_confirmed_or_declared", {"other": "x", "other_hash": H}),
        ("proxy_says_what_it_rests_on", {"declared": True, "confirmed_at": None}),
        ("proxy_says_what_it_rests_on", {"reason": "x"}),
        ("proxy_says_what_it_rests_on", {"confirmed_at": None, "principal_id": None}),
        ("proxy_says_what_it_rests_on", {"declared": True, "confirmed_at": None, "reason": "x", "ended_at": NOW,
                                         "ended_by": "x"}),
        ("proxy_says_what_it_rests_on", {"confirmed_at": None, "principal_id": None, "other": "x"}),
        ("proxy_ended_by_somebody", {"ended_at": NOW}),
        ("proxy_ended_by_somebody", {"ended_by": "x"}),
        ("proxy_ended_by_somebody", {"ended_by": "x", "ended_at": NOW - timedelta(days=1)}),
    ],
)  # fmt: skip
def test_the_database_refuses(rows: Callable[..., Proxy], constraint: str, given: Changed) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows(**given).save()


def test_the_database_takes_a_pair_once_and_nobody_for_themselves(rows: Callable[..., Proxy], ani: Standing) -> None:
    with pytest.raises(IntegrityError, match="proxy_for_somebody_else"), transaction.atomic():
        rows(principal_id=ani.citizen).save()
    rows().save()
    with pytest.raises(IntegrityError, match="proxy_once"), transaction.atomic():
        rows().save()
    rows(purpose="permits").save()
    rows(ended_at=NOW, ended_by="x").save()
