"""A budget drawn up, agreed, evaluated, enacted and carried out: who may, in which order, and what is kept of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pilar.platform.errors import Faults
from pilar.villagefinance import operations as do
from pilar.villagefinance.models import BudgetVersion
from pilar.villagefinance.queries.budgets import budget
from pilar.villagefinance.queries.versions import versions
from pilar.villagefinance.rules.budgets import BudgetElsewhere
from villagefinance import drafting
from villagefinance.drafting import AT, COMING, DAY, DRAWN
from villagefinance.world import PEOPLE, VILLAGE, World

pytestmark = pytest.mark.django_db


def state(number: int = 1, year: int = COMING) -> str:
    return str(BudgetVersion.objects.get(village=VILLAGE, year=year, number=number).state)


def codes(error: pytest.ExceptionInfo[Faults]) -> list[str]:
    return [one.code for one in error.value.faults]


def test_a_budget_goes_from_draft_to_its_documents_of_execution(world: World) -> None:
    drafting.check(world)
    with pytest.raises(BudgetElsewhere):
        do.enact_budget(by=PEOPLE["head"], **AT, regulation="x", elaboration="x", day=DAY, now=DRAWN)
    do.approve_execution(by=PEOPLE["head"], **AT, now=DRAWN)
    (found,) = versions(VILLAGE, COMING, scope=PEOPLE["council"])
    assert [one.act for one in found.steps] == [
        "agreed", "submitted", "evaluated", "enacted", "checked", "approved",
    ]  # fmt: skip
    who = ("council", "head", "camat", "head", "secretary", "head")
    assert [one.by for one in found.steps] == [PEOPLE[one].actor.name.reference for one in who]
    assert (found.rule_number, found.in_force_from, found.approved is not None) == ("1/2026", DAY, True)
    whole = budget(VILLAGE, COMING, 1, scope=PEOPLE["camat"])
    assert whole.draft.total("4") == Decimal(1_650_000_000)
    assert not whole.unplanned
