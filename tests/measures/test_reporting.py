"""Values reported, by programs and by hand: what is taken, what is not, and that sending twice changes nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from measures.world import OWN, World, stored

pytestmark = pytest.mark.django_db


def test_from_the_definition_to_the_page(world: World, client: Client) -> None:
    answer = client.post(
        f"/api/v1/regions/{OWN}/values",
        {"rows": [
            {"measure": "izin-terbit", "period": "2026-03-01", "value": "12"},
            {"measure": "izin-terbit", "period": "2026-03-02", "value": 1250},
            {"measure": "izin-terbit", "period": "2026-03-03", "value": "-1"},
        ]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {world.secret}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert [told[name] for name in ("accepted", "unchanged", "corrected", "refused")] == [2, 0, 0, 1]
    assert [row["outcome"] for row in told["rows"]] == ["accepted", "accepted", "refused"]
    assert told["rows"][2]["faults"][0]["code"] == "implausible"
    assert stored() == [("2026-03-01", 1, Decimal(12)), ("2026-03-02", 1, Decimal(1250))]
    page = client.get(f"/ukuran/{OWN}/nilai/izin-terbit/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "1.250" in text
    assert "<svg" in text
    assert "2 Maret 2026" in text
