"""What the demonstration draws: the same for a seed, and fit for its instrument."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from io import BytesIO

import pytest

from pilar import index
from pilar.evaluation import loaders
from pilar.evaluation.rules import demonstration as plan
from pilar.evaluation.rules.answers import faults_of
from pilar.evaluation.rules.demonstration import REGION
from pilar.evaluation.rules.marking import checked_mark
from pilar.evidence.rules import detect


def test_the_same_seed_gives_the_same_marks() -> None:
    regions = ("36.03", "36.71")
    assert plan.stages(regions, random.Random(3)) == plan.stages(regions, random.Random(3))
    leaf = instrument().leaves[0]
    first, second = (plan.draw_answer(leaf, 2.5, random.Random(seed)) for seed in (3, 3))
    assert first == second


def instrument() -> index.Instrument:
    text = (loaders.reference.data_folder() / "instruments" / "smart-city-2024.yaml").read_text(encoding="utf-8")
    return index.parse_instrument(text, name="2024")


@pytest.mark.parametrize("seed", range(5))
def test_what_is_drawn_fits_the_instrument(seed: int) -> None:
    tree, draw = instrument(), random.Random(seed)
    for leaf in tree.leaves:
        for strength in (-3.0, 0.5, 2.5, 9.0):
            given = plan.draw_answer(leaf, strength, draw)
            assert given.is_answered
            assert faults_of(tree, leaf, given) == ()
            marks = plan.draw_marks(leaf, tree.scale, strength, draw)
            assert len(marks) == plan.PANEL
            assert all(checked_mark(tree, leaf, mark) == mark for mark in marks)
            settled = plan.settled(leaf, tree.scale, marks)
            assert checked_mark(tree, leaf, settled.value) == settled.value


@pytest.mark.parametrize("count", [1, 3, 140, 141, 142, 513])
def test_regions_are_spread_and_hold_the_example_region(count: int) -> None:
    codes = [f"{province:02}.{region:02}" for province in range(11, 95) for region in range(1, 8)]
    others = [code for code in codes if code != REGION][: count - 1]
    chosen = plan.chosen_regions([*others, REGION])
    assert len(chosen) == min(count, plan.REGIONS)
    assert REGION in chosen
    assert set(chosen) <= {*others, REGION}


def test_the_file_of_the_evidence_is_a_pdf() -> None:
    file = BytesIO(plan.sample_pdf("Bukti contoh (1)"))
    assert detect(file, "bukti.pdf", largest=10_000, most_pixels=1).media_type == "application/pdf"


def test_dates_follow_each_other() -> None:
    first, second = plan.periods(datetime(2026, 3, 1, 20, tzinfo=UTC)).values()
    assert first.opens_at < first.closes_at < second.opens_at < second.closes_at
    for past in plan.PAST.values():
        moments = [past.period.opens_at, *past.moved[1:], past.published_at]
        assert moments == sorted(set(moments))
        assert past.moved[1] == past.period.closes_at
        assert past.published_at.year == 2025
