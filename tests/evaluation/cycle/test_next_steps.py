"""What to raise next: gains, the cheapest steps, and who may see them."""

from __future__ import annotations

from django.test import Client

from evaluation.cycle.agreed import agree
from evaluation.cycle.panel import hand_in
from evaluation.cycle.world import OWN, World
from pilar.evaluation.rules.stages import PhaseState


def page(world: World, who: str, key: int, query: str = "", region: str = OWN) -> tuple[int, str]:
    client = Client()
    client.force_login(world.user(who, region))
    answer = client.get(f"/en/kerja/penilaian/{key}/langkah/{query}")
    return answer.status_code, " ".join(answer.content.decode().split())


def test_x(world: World) -> None:
    agree(world, 1, PhaseState.OBJECTION)
    key = world.assessment(OWN).pk
    code, text = page(world, "coordinator", key, "?goal=points&points=0,3&e.policy=2")
    print(code, text.split("<main")[1])


def test_y(world: World) -> None:
    key = hand_in(world)
    code, text = page(world, "coordinator", key, "?goal=points&points=0.3&fixed=policy&fixed=budget")
    print(code, text.split("<main")[1])
