"""R9: those who make, check, approve and pay hold the role on that day, by the clock of the region."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from kit.worlds import once
from pilar.people import operations as people
from pilar.people import queries
from pilar.people.models import Membership, User
from pilar.people.rules import OPERATOR, HeldRole, NotFound, Standing
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import PaymentRequest
from pilar.villagefinance.rules.requests import RequestState
from pilar.villagefinance.rules.roles import Role
from villagefinance import accounts
from villagefinance.payments import (
    ADVANCE,
    APPROVED,
    CHECKED,
    MILLION,
    SUBMITTED,
    account,
    approved,
    bill,
    faults,
    move,
    pay,
    rich,
    settle,
    write,
)
from villagefinance.world import ACCOUNT, NOW, VILLAGE, YEAR, World

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 20)


@once
def paying(world: World) -> World:
    rich(world)
    return world


def held(who: str, now: datetime = NOW) -> Standing:
    return queries.standing(accounts.account(who), now)


def advance(world: World, number: int, to: RequestState, by: Standing, now: datetime = NOW) -> None:
    do.move_request(by=by, village=world.village, year=YEAR, number=number, to=to, now=now)


def test_a_treasurer_whose_time_is_over_pays_nothing(paying: World) -> None:
    number = approved(paying, bill(MILLION))
    key = Membership.objects.get(user=accounts.account("treasurer")).pk
    people.end_membership(by=OPERATOR, membership=key, valid_until=TODAY, now=NOW)

    def pay(now: datetime) -> None:
        do.pay_request(
            by=held("treasurer", now), village=paying.village, year=YEAR, number=number, bank_account=ACCOUNT,
            day=date(YEAR, 12, 30), now=now,
        )  # fmt: skip

    with pytest.raises(NotFound):
        pay(NOW + timedelta(days=1))
    pay(NOW + timedelta(hours=2))


def test_a_head_whose_time_is_to_come_approves_nothing_before_its_first_day(paying: World) -> None:
    number = write(paying, bill(MILLION))
    move(paying, number, SUBMITTED, "executor")
    move(paying, number, CHECKED, "secretary")
    key = people.create_account(
        by=OPERATOR, email="kepala.baru@contoh.invalid", name="Kepala baru", role=Role.HEAD, region="36.03",
        unit=VILLAGE, valid_from=TODAY + timedelta(days=1), now=NOW,
    )  # fmt: skip
    new = User.objects.get(pk=key)
    with pytest.raises(NotFound):
        advance(paying, number, APPROVED, queries.standing(new, NOW))
    tomorrow = NOW + timedelta(days=1)
    advance(paying, number, APPROVED, queries.standing(new, tomorrow), tomorrow)
    row = PaymentRequest.objects.get(**paying.of_year, number=number)
    assert (str(row.maker), str(row.checker), str(row.approver)) == ("Kasi", "Sekretaris", "Kepala baru")


def test_one_person_with_two_roles_is_still_one_person(paying: World) -> None:
    number = write(paying, bill(MILLION))
    move(paying, number, SUBMITTED, "executor")
    both = paying.who("secretary")
    both = Standing(both.actor, (*both.memberships, HeldRole(Role.HEAD, "36.03", None, VILLAGE)))
    advance(paying, number, CHECKED, both)
    with faults("own-request"):
        advance(paying, number, APPROVED, both)


def test_who_wrote_the_account_of_an_advance_does_not_confirm_it(paying: World) -> None:
    number = approved(paying, bill(MILLION), kind=ADVANCE)
    pay(paying, number)
    one = paying.who("secretary")
    both = Standing(one.actor, (*one.memberships, HeldRole(Role.TREASURER, "36.03", None, VILLAGE)))
    given = {"by": both, "village": VILLAGE, "year": YEAR, "number": number, "now": NOW}
    do.account_for(**given, bills=[bill(MILLION)])
    with faults("own-account"):
        settle(paying, number)
    account(paying, number, bill(MILLION))
    assert settle(paying, number) is not None
