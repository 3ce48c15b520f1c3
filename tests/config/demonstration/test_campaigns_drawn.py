"""What the demonstration draws for its campaigns: fit for their instrument."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import pytest

from pilar import index
from pilar.config.drawn.campaigns import FASTER, PANEL, REGIONS, chosen_regions, draw_answer, draw_marks
from pilar.config.drawn.plans import recommended
from pilar.evaluation.rules.answers import faults_of
from pilar.evaluation.rules.marking import checked_mark
from pilar.platform.folders import data_folder

pytestmark = pytest.mark.thorough

REGION = "36.03"


def instrument() -> index.Instrument:
    text = (data_folder() / "instruments" / "smart-city-2024.yaml").read_text(encoding="utf-8")
    return index.parse_instrument(text, name="2024")


@pytest.mark.parametrize("seed", range(5))
def test_what_is_drawn_fits_the_instrument(seed: int) -> None:
    tree, draw = instrument(), random.Random(seed)
    for leaf in tree.leaves:
        for strength in (-3.0, 0.5, 2.5, 9.0):
            given = draw_answer(leaf, strength, draw)
            assert given.is_answered
            assert faults_of(tree, leaf, given) == ()
            marks = draw_marks(leaf, tree.scale, strength, draw)
            assert len(marks) == PANEL
            assert all(checked_mark(tree, leaf, mark) == mark for mark in marks)


@pytest.mark.parametrize("count", [1, 3, 140, 141, 142, 513])
def test_regions_are_spread_and_hold_the_example_region(count: int) -> None:
    codes = [f"{province:02}.{region:02}" for province in range(11, 95) for region in range(1, 8)]
    others = [code for code in codes if code != REGION][: count - 1]
    chosen = chosen_regions([*others, REGION], REGION)
    assert len(chosen) == min(count, REGIONS)
    assert REGION in chosen
    assert set(chosen) <= {*others, REGION}


def test_of_two_recommendations_about_permits_that_to_be_faster_changes_the_plan() -> None:
    def row(words: str, node: str = "izin", changes: tuple[str, ...] = ()) -> Any:
        return SimpleNamespace(follow_up=SimpleNamespace(node=node, recommendation=words), changes=changes)

    def chosen(*rows: Any) -> list[str]:
        return [one.recommendation for one in recommended(rows=rows, node="izin")]

    assert chosen(row("perbaiki"), row(FASTER), row("lain", "jalan")) == [FASTER]
    assert chosen(row("perbaiki"), row("lagi")) == ["perbaiki"]
    assert chosen(row("lain", "jalan"), row(FASTER, changes=("usulan",))) == []
