"""The pages of a budget: a walk from the draft to its documents of execution, each role with its own account."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from confirming import confirmed
from pilar.villagefinance.models import BudgetVersion
from villagefinance.accounts import client_of
from villagefinance.drafting import COMING
from villagefinance.drafts import rows
from villagefinance.world import REGION, VILLAGE, World

pytestmark = pytest.mark.django_db


def said(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return html.unescape(answer.content.decode())


def page(name: str, *more: object) -> str:
    return reverse(f"villagefinance:{name}", args=[VILLAGE, COMING, 1, *more])


def state() -> str:
    return str(BudgetVersion.objects.get(village=VILLAGE, year=COMING, number=1).state)


def sent_lines(client: Client, address: str, lines: list[dict[str, object]]) -> Any:
    fields = {f"items-{place}-{name}": value for place, row in enumerate(lines) for name, value in row.items()}
    return client.post(address, {"items-rows": len(lines), **fields, "do": "save"})


def test_a_budget_is_drawn_up_agreed_evaluated_enacted_and_planned_on_its_pages(world: World) -> None:
    secretary, council, head = (client_of(world, who) for who in ("secretary", "council", "head"))
    camat, treasurer = client_of(world, "camat"), client_of(world, "treasurer")
    home = reverse("villagefinance:village", args=[VILLAGE])
    begin = reverse("villagefinance:begin", args=[VILLAGE, COMING])
    assert begin in said(secretary.get(f"{home}?tahun={COMING}"))
    assert secretary.post(begin, {"head": 1, "secretary": 1, "staff": 3})["Location"] == page("budget")
    assert secretary.post(page("add-activity"), {"activity": "2.3.10"})["Location"] == page("lines", "2.3.10")
    by_activity: dict[str, list[dict[str, object]]] = {}
    for one in rows():
        item: dict[str, object] = {"account": one.account, "fund": one.fund, "description": "Uji"}
        price = f"{one.amount:.0f}"
        item |= {"volume": "1", "unit": "paket", "unit_price": price} if one.activity else {"amount": price}
        by_activity.setdefault(one.activity, []).append(item)
    for activity, lines in by_activity.items():
        address = page("lines", activity) if activity else page("others")
        assert sent_lines(secretary, address, lines)["Location"] == page("budget"), activity
    shown = said(secretary.get(page("budget")))
    assert "1.650.000.000" in shown
    assert confirmed(council, page("agree"), {"minutes": "BA 1", "day": "2026-01-20"}).status_code == 302
    assert page("submit") in said(head.get(f"{home}?tahun={COMING}"))
    assert confirmed(head, page("submit"), {"letter": "141/1"}).status_code == 302
    region = reverse("villagefinance:villages", args=[REGION])
    assert page("sheet") in said(camat.get(f"{region}?tahun={COMING}"))
    given = {"fit": "fit", "letter": "900/1", "day": "2026-01-20", "told": "Baik"}
    assert confirmed(camat, page("evaluate"), given).status_code == 302
    given = {"regulation": "1/2026", "elaboration": "2/2026", "day": "2026-01-20"}
    assert confirmed(head, page("enact"), given).status_code == 302
    assert state() == "enacted"
    assert treasurer.post(page("spread-cash")).status_code == 302
    assert confirmed(secretary, page("check-execution")).status_code == 302
    assert confirmed(head, page("approve-execution")).status_code == 302
    assert "141/1" in said(council.get(page("budget")))
