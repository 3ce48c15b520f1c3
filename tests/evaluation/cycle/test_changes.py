"""Why a final changed: what pages, sheets and JSON say of it, to whom."""

from __future__ import annotations

from django.test import Client

from evaluation.cycle.next_year import NEXT, publish_next_year
from evaluation.cycle.world import OWN, World
from pilar.evaluation.queries.changes import public_change
from pilar.people.rules import PUBLIC


def test_x(world: World) -> None:
    publish_next_year(world)
    c = public_change(NEXT, 1, OWN, scope=PUBLIC)
    print(c.split, c.ranks)
    print(Client().get(f"/hasil/pilar/{NEXT}/1/{OWN}/").content.decode().split("<main")[1])
