"""The example of docs/measures.md does what the document says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from measures.world import OWN, World

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "measures.md"


@pytest.mark.django_db
def test_the_example_is_taken_and_can_be_sent_again(world: World, client: Client) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    for outcomes in (["accepted", "accepted", "corrected"], ["refused", "unchanged", "unchanged"]):
        answer = client.post(
            f"/api/v1/regions/{OWN}/values", json.loads(example), content_type="application/json",
            headers={"Authorization": f"Bearer {world.secret}"},
        )  # fmt: skip
        assert [row["outcome"] for row in answer.json()["rows"]] == outcomes
