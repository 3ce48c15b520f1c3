"""Documents of execution that the head gives back, and who is told when it is their turn."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection

from pilar.people.models import Notice
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BudgetAmount
from pilar.villagefinance.queries.versions import versions
from pilar.villagefinance.rules.budgets import BudgetElsewhere
from villagefinance import drafting
from villagefinance.accounts import account
from villagefinance.drafting import AT, COMING, DAY, DRAWN
from villagefinance.world import PEOPLE, VILLAGE, World

pytestmark = pytest.mark.django_db


def test_what_the_head_gives_back_is_planned_and_checked_anew(world: World) -> None:
    drafting.check(world)
    do.return_execution(by=PEOPLE["head"], **AT, reason="Panen baru bulan Mei", now=DRAWN)
    with pytest.raises(BudgetElsewhere):
        do.approve_execution(by=PEOPLE["head"], **AT, now=DRAWN)
    line = BudgetAmount.objects.filter(village=VILLAGE, year=COMING).order_by("line")[0]
    months = [*[Decimal(0)] * 4, line.amount, *[Decimal(0)] * 7]
    do.set_cash_plan(by=PEOPLE["treasurer"], **AT, months={line.line: months})
    do.check_execution(by=PEOPLE["secretary"], **AT, now=DRAWN)
    do.approve_execution(by=PEOPLE["head"], **AT, now=DRAWN)
    found = versions(VILLAGE, COMING, scope=PEOPLE["head"])[0]
    assert [one.act for one in found.steps[-4:]] == ["checked", "unchecked", "checked", "approved"]
    assert found.approved
    do.return_execution(by=PEOPLE["head"], **AT, reason="RAK perlu diubah", now=DRAWN)
    found = versions(VILLAGE, COMING, scope=PEOPLE["head"])[0]
    assert (found.approved, found.checked, found.given_back) == (None, None, True)
    with pytest.raises(BudgetElsewhere):
        do.return_execution(by=PEOPLE["head"], **AT, reason="Uji", now=DRAWN)


def test_who_acts_next_is_told_until_when_and_no_longer_once_it_is_done(world: World) -> None:
    with connection.cursor() as cursor:  # whose keys are none of those that act here
        cursor.execute("SELECT setval(pg_get_serial_sequence('people_user', 'id'), 100)")
    camat, head = account("camat"), account("head")
    drafting.submit(world)
    (told,) = Notice.objects.filter(user=camat)
    assert (told.address, told.done_at) == ("/keuangan-desa/36.03.01.2001/2026/1/", None)
    assert told.deadline == datetime(2026, 2, 19, 17, tzinfo=UTC)
    do.evaluate_budget(by=PEOPLE["camat"], **AT, fit=True, letter="900/1", day=DAY, now=DRAWN)
    told.refresh_from_db()
    assert told.done_at is not None
    assert Notice.objects.filter(user=head, done_at=None).get().sentence == "The budget of %(village)s is evaluated"
