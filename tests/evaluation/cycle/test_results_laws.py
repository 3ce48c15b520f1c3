"""Results as a pure computation: order, bytes, ranks, improvement, comparison of instruments."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.cycle.world import INSTRUMENT
from pilar import index
from pilar.evaluation.rules.computing import (
    Entry,
    Previous,
    PreviousOrigin,
    compute,
    explain,
    input_hash,
    rank_rows,
    scores_alike,
)
from pilar.evaluation.rules.synthetic import document
from pilar.platform.errors import Faults

TREE = index.parse_instrument(INSTRUMENT, name="laws")
RANGES = {
    "policy": st.integers(0, 4).map(Decimal),
    "budget": st.integers(0, 4).map(Decimal),
    "programmes": st.sampled_from([Decimal(0), Decimal(1), Decimal(4)]),
    "poverty": st.sampled_from([Decimal(1), Decimal(2), Decimal(4)]),
    "survey": st.integers(100, 400).map(lambda cents: Decimal(cents) / 100),
}
MARKS = st.fixed_dictionaries({}, optional=RANGES)
PREVIOUS = st.none() | st.builds(
    Previous,
    final=st.integers(0, 400).map(lambda cents: Decimal(cents).scaleb(-2)),
    origin=st.sampled_from(PreviousOrigin),
    comparable=st.booleans(),
)
ENTRIES = st.lists(
    st.builds(
        Entry,
        region=st.integers(1, 40).map(lambda number: f"36.{number:02}"),
        province=st.sampled_from(["31", "36"]),
        group=st.sampled_from(["regular", "new"]),
        marks=MARKS,
        previous=PREVIOUS,
    ),
    unique_by=lambda entry: entry.region,
    max_size=12,
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_regions_marks_and_trailing_zeros_does_not_change_a_byte(
    entries: list[Entry], draw: random.Random
) -> None:
    def shuffled(entry: Entry) -> Entry:
        stored = [(node, value * Decimal("1.0000")) for node, value in entry.marks.items()]
        return replace(entry, marks=dict(draw.sample(stored, len(stored))))

    assert compute(TREE, map(shuffled, draw.sample(entries, len(entries)))) == compute(TREE, entries)


@given(ENTRIES.filter(bool), st.sampled_from(sorted(RANGES)), st.data())
def test_another_mark_is_another_input(entries: list[Entry], node: str, data: st.DataObject) -> None:
    first = entries[0]
    other = data.draw(RANGES[node].filter(lambda value: value != first.marks.get(node)))
    changed = [replace(first, marks={**first.marks, node: other}), *entries[1:]]
    assert input_hash(TREE, changed) != input_hash(TREE, entries)


@given(ENTRIES)
def test_each_row_is_what_the_engine_says_and_adds_up(entries: list[Entry]) -> None:
    for row, entry in zip(compute(TREE, entries).rows, sorted(entries, key=lambda entry: entry.region), strict=True):
        if row.final is None:
            assert row.no_score
            assert (row.final_exact, row.rank_in_group, row.rank_in_province, row.rank_in_nation) == (
                "",
                None,
                None,
                None,
            )
            assert row.improvement is None
            continue
        exact = Fraction(row.final_exact)
        assert row.final == index.round_published(exact, 2)
        assert Fraction(row.scores["final"]) == exact
        assert {node: Fraction(row.scores[node]) for node in entry.marks} == {
            node: Fraction(value) for node, value in entry.marks.items()
        }
        parts = explain(TREE, row.scores)
        assert parts.score == exact
        assert sum(Fraction(part.contribution) for part in parts.children) == exact
        assert (row.improvement is None) == (entry.previous is None)
        if entry.previous is not None:
            assert row.improvement == row.final - entry.previous.final
            assert row.comparable is entry.previous.comparable


@given(ENTRIES)
def test_ranks_count_the_better_ones_and_ties_share(entries: list[Entry]) -> None:
    provinces = {entry.region: entry.province for entry in entries}
    rows = [row for row in compute(TREE, entries).rows if row.final is not None]
    for row in rows:
        better = [one for one in rows if Fraction(one.final_exact) > Fraction(row.final_exact)]
        assert row.rank_in_nation == 1 + len(better)
        assert row.rank_in_group == 1 + sum(one.group == row.group for one in better)
        assert row.rank_in_province == 1 + sum(provinces[one.region] == provinces[row.region] for one in better)


@given(ENTRIES)
def test_the_ranking_without_nodes_has_the_same_figures(entries: list[Entry]) -> None:
    ordered = sorted(entries, key=lambda entry: entry.region)
    bare = rank_rows(TREE, ordered, nodes=False)
    assert [replace(row, scores={}) for row in compute(TREE, entries).rows] == list(bare)


def test_a_mark_off_the_scale_is_told_with_region_and_indicator() -> None:
    with pytest.raises(Faults) as refused:
        compute(TREE, [Entry("36.03", "36", "regular", {"survey": Decimal(5), "unknown": Decimal(1)})])
    assert {fault.code for fault in refused.value.faults} == {"out-of-scale", "unknown-node"}
    assert all("36.03" in fault.text() for fault in refused.value.faults)


def test_instruments_score_alike_if_only_name_year_notes_and_sources_differ() -> None:
    renamed = INSTRUMENT.replace("cycle-test", "cycle-next").replace("year: 2026", "year: 2027")
    renamed = renamed.replace("Instrumen uji", "Lain").replace("https://example.org/scale", "https://example.org/other")
    assert scores_alike(TREE, index.parse_instrument(renamed, name="renamed"))
    for before, after in (("weight: 40", "weight: 50"), ("Kurang", "Buruk"), ("missing: zero", "missing: require")):
        other = INSTRUMENT.replace(before, after).replace(
            "weight: 60", "weight: 50" if "40" in before else "weight: 60"
        )
        assert not scores_alike(TREE, index.parse_instrument(other, name="other"))


def test_the_synthetic_instrument_has_a_hundred_indicators_in_four_levels() -> None:
    tree = index.parse_instrument(document(), name="synthetic")
    assert len(tree.leaves) == 100
    assert {tree.path(leaf.code).count("/") for leaf in tree.leaves} == {3}
