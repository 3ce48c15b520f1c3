"""Roles held from a day to a day, by the clock of the region."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from confirming import confirmed
from people.team import NOW, Team, account
from pilar.areas.reference import midnight_in, today_in
from pilar.people import operations, queries
from pilar.people.models import Membership, User
from pilar.people.rules import OPERATOR, Role
from pilar.platform import audit
from pilar.platform.errors import Faults

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ZONES = {"": 7, "36.03": 7, "51.71": 8, "91.71": 9}
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31)) | st.sampled_from([
    date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2027, 12, 31),
])  # fmt: skip


@given(region=st.sampled_from([*ZONES]), first=DAYS, length=st.integers(0, 400), moment=st.data())
def test_a_role_holds_exactly_on_its_days(region: str, first: date, length: int, moment: Any) -> None:
    """Midnights of the region are where days begin and end: 23.59 of the last day is in, 00.00 of the next is not."""
    last = first + timedelta(days=length)
    since, until = midnight_in(region, first), midnight_in(region, last + timedelta(days=1))
    near = st.sampled_from([since, until]).flatmap(
        lambda edge: st.integers(-120, 120).map(lambda seconds: edge + timedelta(seconds=seconds))
    )
    far = st.integers(-500, 900).map(lambda hours: since + timedelta(hours=hours * 11))
    at = moment.draw(near | far)
    by_the_wall = (at.astimezone(UTC) + timedelta(hours=ZONES[region])).date()
    assert today_in(region, at) == by_the_wall
    assert (since <= at < until) == (first <= by_the_wall <= last)
    assert today_in(region, until - timedelta(microseconds=1)) == last


def wib(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC) - timedelta(hours=7)  # type: ignore[misc]


def roles(team: Team, moment: datetime) -> list[str]:
    return [held.role for held in team.standing("verifier", moment).memberships]


def acting(team: Team, first: date | None, last: date | None, now: datetime = NOW, **more: Any) -> int:
    """The verifier acts for the coordinator."""
    return operations.grant_membership(
        by=OPERATOR, user=team.verifier, role=Role.COORDINATOR, region="36.03", valid_from=first, valid_until=last,
        now=now, **more,
    )  # fmt: skip


def test_who_acts_for_a_month_has_the_role_for_that_month(team: Team) -> None:
    acting(team, date(2028, 2, 1), date(2028, 2, 29))
    for moment, holds in (
        (wib(2028, 1, 31, 23, 59), False), (wib(2028, 2, 1), True), (wib(2028, 2, 28, 23, 59), True),
        (wib(2028, 2, 29, 23, 59, 59), True), (wib(2028, 3, 1), False),
    ):  # fmt: skip
        assert ("coordinator" in roles(team, moment)) is holds, moment


def test_a_role_to_come_is_shown_and_gives_nothing(team: Team) -> None:
    acting(team, date(2026, 4, 1), date(2026, 4, 30))
    found = queries.account(team.verifier, scope=OPERATOR, now=NOW)
    assert [row.role for row in found.memberships] == [Role.VERIFIER]
    (row,) = found.to_come
    assert (row.role, row.valid_from, row.valid_until) == (Role.COORDINATOR, date(2026, 4, 1), date(2026, 4, 30))
    assert roles(team, NOW) == ["verifier"]


def test_who_is_to_come_is_known_to_the_coordinator(team: Team) -> None:
    key = operations.create_account(
        by=team.standing("coordinator"), email="baru@contoh.invalid", name="Baru", role=Role.VERIFIER, region="36.03",
        valid_from=date(2026, 5, 1), now=NOW,
    )  # fmt: skip
    assert queries.account(key, scope=team.standing("coordinator"), now=NOW).to_come[0].valid_until is None
    operations.invite(by=team.standing("coordinator"), user=key, now=NOW)


def test_today_counts_from_now_and_days_that_are_over_are_refused(team: Team) -> None:
    today = date(2026, 3, 1)
    key = acting(team, today, today)
    row = Membership.objects.get(pk=key)
    assert (row.since, row.until) == (NOW, wib(2026, 3, 2))
    later = date(2026, 4, 1)
    for first, last, code in (
        (today - timedelta(days=1), None, "day-is-over"), (None, today - timedelta(days=1), "day-is-over"),
        (later, later - timedelta(days=1), "ends-before-it-begins"), (None, date(9999, 12, 31), "day-too-far"),
    ):  # fmt: skip
        with pytest.raises(Faults) as refused:
            acting(team, first, last)
        assert [(fault.code, fault.place) for fault in refused.value.faults] == [
            (code, "valid_from" if last is None else "valid_until")
        ]


def test_the_same_role_is_not_held_twice_on_a_day(team: Team) -> None:
    april = date(2026, 4, 1), date(2026, 4, 30)
    acting(team, *april)
    for first, last in ((None, None), (None, april[0]), (april[1], None), (date(2026, 4, 9), date(2026, 4, 9))):
        with pytest.raises(operations.AlreadyHeld):
            acting(team, first, last)
    acting(team, None, date(2026, 3, 31))
    acting(team, date(2026, 5, 1), None)


def test_the_database_refuses_the_same_role_on_the_same_days(team: Team) -> None:
    def save(**given: Any) -> None:
        with transaction.atomic():
            Membership.objects.create(user_id=team.verifier, role="verifier", region_id="36.03", **given)

    Membership.objects.filter(user=team.verifier).update(until=NOW + timedelta(days=9))
    with pytest.raises(IntegrityError, match="membership_held_once"):
        save(since=NOW + timedelta(days=8))
    with pytest.raises(IntegrityError, match="membership_held_once"):
        save(since=NOW - timedelta(days=1), until=NOW + timedelta(seconds=1))
    save(since=NOW + timedelta(days=9))
    save(since=NOW - timedelta(days=1), until=NOW)
    save(since=NOW + timedelta(days=1), until=NOW + timedelta(days=1))  # ended before it began


class TestEnding:
    def test_with_a_day_it_holds_until_midnight_of_the_region(self, team: Team) -> None:
        held = Membership.objects.get(user=team.verifier)
        by = team.standing("coordinator")
        operations.end_membership(by=by, membership=held.pk, valid_until=date(2026, 3, 10), now=NOW)
        assert roles(team, wib(2026, 3, 10, 23, 59)) == ["verifier"]
        assert roles(team, wib(2026, 3, 11)) == []
        (event, *_) = audit.events(target="people.membership", key=held.pk)
        assert (event.before and event.before["until"], event.after) == (None, {"until": "2026-03-11T00:00:00+07:00"})
        operations.end_membership(by=by, membership=held.pk, valid_until=date(2026, 3, 20), now=NOW)
        operations.end_membership(by=by, membership=held.pk, now=NOW + timedelta(hours=1))
        assert roles(team, NOW + timedelta(hours=1)) == []
        with pytest.raises(operations.MembershipEnded):
            operations.end_membership(by=by, membership=held.pk, now=NOW + timedelta(hours=2))

    def test_what_has_not_begun_stays_on_record(self, team: Team) -> None:
        key = acting(team, date(2026, 4, 1), date(2026, 4, 30))
        operations.end_membership(by=OPERATOR, membership=key, now=NOW)
        row = Membership.objects.get(pk=key)
        assert row.until == row.since
        assert roles(team, wib(2026, 4, 1)) == ["verifier"]
        acting(team, date(2026, 4, 1), date(2026, 4, 30))

    def test_days_that_are_over_and_days_given_anew(self, team: Team) -> None:
        key = acting(team, None, date(2026, 3, 31))
        acting(team, date(2026, 4, 1), None)
        with pytest.raises(operations.AlreadyHeld):
            operations.end_membership(by=OPERATOR, membership=key, valid_until=date(2026, 4, 1), now=NOW)
        with pytest.raises(Faults, match="sudah lewat"):
            operations.end_membership(by=OPERATOR, membership=key, valid_until=date(2026, 2, 28), now=NOW)

    def test_a_secretariat_without_an_end_stays(self, team: Team) -> None:
        account("wati@contoh.invalid", Role.SECRETARIAT)
        second = Membership.objects.get(user__email="wati@contoh.invalid")
        operations.end_membership(by=OPERATOR, membership=second.pk, valid_until=date(2026, 3, 9), now=NOW)
        first = Membership.objects.get(user=team.secretariat)
        with pytest.raises(operations.LastSecretariat):
            operations.end_membership(by=OPERATOR, membership=first.pk, valid_until=date(2026, 3, 9), now=NOW)


def test_who_is_anonymised_holds_nothing_later_either(team: Team) -> None:
    key = acting(team, date(2026, 4, 1), date(2026, 4, 30))
    operations.anonymise(by=team.standing("secretariat"), user=team.verifier, now=NOW)
    row = Membership.objects.get(pk=key)
    assert row.until == row.since, "kept, as long as nothing"


class TestPages:
    @pytest.fixture
    def desk(self, team: Team, client: Client) -> Client:
        client.force_login(User.objects.get(pk=team.coordinator), BACKEND)
        return client

    def test_a_role_is_given_for_days_and_both_are_shown(self, team: Team, desk: Client) -> None:
        today = timezone.localdate()
        first, last = today + timedelta(days=20), today + timedelta(days=50)
        answer = desk.post(
            f"/akun/{team.verifier}/",
            {"role": "contributor", "office": team.office, "valid_from": f"{first}", "valid_until": f"{last}"},
        )
        assert answer.status_code == HTTPStatus.FOUND
        for who, address in ((team.coordinator, f"/akun/{team.verifier}/"), (team.verifier, "/akun-saya/")):
            desk.force_login(User.objects.get(pk=who), BACKEND)
            shown = desk.get(address).content.decode()
            for wanted in ("Mulai", "Sampai", "belum", f'datetime="{first}', f'datetime="{last}'):
                assert wanted in shown, (address, wanted)

    def test_a_fault_stands_at_its_day(self, team: Team, desk: Client) -> None:
        answer = desk.post(f"/akun/{team.verifier}/", {"role": "contributor", "office": team.office,
                                                       "valid_until": "2020-01-01"})  # fmt: skip
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert answer.context["form"].errors["valid_until"] == ["Hari ini sudah lewat: tidak seorang pun bertindak "
                                                                "di masa lalu"]  # fmt: skip

    def test_a_role_is_ended_with_a_day(self, team: Team, desk: Client) -> None:
        held = Membership.objects.get(user=team.verifier)
        day = timezone.localdate() + timedelta(days=3)
        answer = confirmed(desk, f"/akun/{team.verifier}/peran/{held.pk}/akhiri/", {"valid_until": f"{day}"})
        assert answer["Location"] == f"/akun/{team.verifier}/"
        held.refresh_from_db()
        assert held.until == midnight_in("36.03", day + timedelta(days=1))
        gone = confirmed(desk, f"/akun/{team.verifier}/peran/{held.pk}/akhiri/", {"valid_until": "2020-01-01"})
        assert gone.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
