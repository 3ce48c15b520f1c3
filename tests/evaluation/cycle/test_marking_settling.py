"""Two tabs of the chair: a decision is made over what was seen, and neither is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.cycle.panel import hand_in, mark_all, settled_version
from evaluation.cycle.world import NEIGHBOUR, NOW, World
from pilar.evaluation import operations
from pilar.evaluation.models import AgreedMark
from pilar.evaluation.rules.stages import AssessmentState
from pilar.platform.versions import Outdated

pytestmark = pytest.mark.django_db


def settle(world: World, key: int, **changed: Any) -> None:
    given = {"node": "policy", "value": Decimal(2), "reason": "Perbup belum diundangkan", "now": NOW, **changed}
    operations.settle_mark(by=world.who("chair"), assessment=key, **given)


def test_who_has_not_seen_what_stands_there_does_not_settle_over_it(world: World, key: int) -> None:
    mark_all(world, key, assessor1={"policy": 1})
    settle(world, key, seen_version=0)
    first = settled_version(key)
    with pytest.raises(Outdated) as refused:
        settle(world, key, value=Decimal(1), reason="Jendela kedua", seen_version=0)
    assert (refused.value.stored.version, refused.value.stored.values["value"]) == (first, 2)
    assert refused.value.stored.values["reason"] == "Perbup belum diundangkan"
    assert refused.value.stored.by == world.user("chair").name
    assert AgreedMark.objects.get(node="policy").value == 2
    later = NOW + timedelta(hours=1)
    settle(world, key, value=Decimal(1), reason="Jendela kedua", seen_version=first, now=later)
    assert AgreedMark.objects.get(node="policy").value == 1
    assert settled_version(key) > first
    with pytest.raises(Outdated):
        settle(world, key, value=Decimal(3), reason="Jendela ketiga", seen_version=first, now=later)


def test_a_mark_of_the_rule_that_came_anew_is_another_version(world: World, key: int) -> None:
    """Two tabs again: what the rule found, took back and found again is not what was seen."""
    mark_all(world, key)
    seen = settled_version(key)
    later = NOW + timedelta(hours=1)
    operations.reopen_marking(
        by=world.who("chair"), assessment=key, assessor=world.key("assessor1"), reason="Bukti baru", now=later
    )
    operations.finish_marking(by=world.who("assessor1"), assessment=key, now=later)
    with pytest.raises(Outdated):
        settle(world, key, seen_version=seen)


def test_the_page_shows_both_and_the_chair_chooses(world: World, key: int) -> None:
    mark_all(world, key, assessor1={"survey": "1.2"})
    client, address = Client(), reverse("evaluation:settle-mark", args=[key, "survey"])
    client.force_login(world.user("chair"), "allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(address, {"value": "2,5", "reason": "Sampel kecil"}).status_code == 302
    stale = client.post(address, {"value": "1,5", "reason": "Tab kedua", "version": "0"})
    shown = stale.content.decode()
    assert stale.status_code == 409
    assert "Tersimpan: 2,5. Alasan: Sampel kecil" in shown
    assert "Tab kedua</textarea>" in shown
    over = re.search(r'name="over" value="([0-9]+)"', shown)
    assert over is not None
    typed = {"value": "1,5", "reason": "Tab kedua", "version": "0", "over": over[1]}
    assert client.post(address, typed).status_code == 302
    assert AgreedMark.objects.get(node="survey").reason == "Tab kedua"


def test_another_regions_panel_is_another_matter(world: World, key: int) -> None:
    other = hand_in(world, NEIGHBOUR)
    mark_all(world, key)
    assert world.assessment(NEIGHBOUR).state == AssessmentState.SUBMITTED
    assert not AgreedMark.objects.filter(assessment=other).exists()
