"""Why a final changed: what pages, sheets and JSON say of it, to whom."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client

from evaluation.cycle.next_year import NEXT, publish_next_year
from evaluation.cycle.world import FAR, NEIGHBOUR, OWN, World
from pilar.evaluation.models import Snapshot
from pilar.evaluation.queries.changes import NotKnown, public_change
from pilar.people.rules import PUBLIC


def test_x(world: World) -> None:
    publish_next_year(world)
    c = public_change(NEXT, 1, OWN, scope=PUBLIC)
    print(c.split, c.ranks)
    print(Client().get(f"/hasil/pilar/{NEXT}/1/{OWN}/").content.decode().split("<main")[1])
