"""Scenario before approval: who would move, and the draft instrument."""

from __future__ import annotations

from django.test import Client

from evaluation.cycle.agreed import agree, compute
from evaluation.cycle.world import CODE, World

ADDRESS = f"/en/kerja/kampanye/{CODE}/hasil/1/versi/1/skenario/"


def test_x(world: World) -> None:
    agree(world)
    compute(world)
    client = Client()
    client.force_login(world.user("secretariat"))
    for q in ("", "?w.output=60", "?w.output=60&w.outcome=40&below=outcome", "?w.policy=70"):
        answer = client.get(ADDRESS + q)
        print(answer.status_code, answer.content.decode().split("<main")[1])
