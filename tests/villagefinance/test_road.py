"""The road of a payment into the books (docs/roads.md)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from confirming import confirmed
from kit.roads import road
from villagefinance.payments import approved, bill, rich, state
from villagefinance.test_payment_pages import NOW, client_of, page
from villagefinance.world import ACCOUNT, YEAR, World


def test_a_payment_is_posted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rich(world)
    number = approved(world, bill(1_000_000))
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    treasurer, address = client_of(world, "treasurer"), page("pay-request", YEAR, number)
    with road("A payment is posted") as step:
        step(lambda: confirmed(treasurer, address, {"bank_account": ACCOUNT, "day": f"{YEAR}-06-16"}))
    assert state(world, number) == "settled"
