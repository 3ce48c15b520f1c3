"""Laws of the districts that are shown: whatever is added and subtracted tells of nobody or of at least five."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.selection import examples
from pilar.surveys.rules.anonymous import NOT_TOLD, WHOLE, Block, told_blocks

CELLS = {1: "economy", 2: "economy", 3: "living", 4: ""}
DISTRICTS = ("", "a", "b", "c")
Counts = dict[tuple[int, str], int]


@st.composite
def surveys(draw: st.DrawFn, most: int = 9) -> Counts:
    """Answers by programme and district; programmes have at least five, as those that are shown have."""
    counts: Counts = {}
    for cell in draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4, unique=True)):
        for district in DISTRICTS:
            count = draw(st.one_of(st.just(0), st.integers(0, most)))
            if count:
                counts[cell, district] = count
        if sum(count for (one, _district), count in counts.items() if one == cell) < 5:
            counts[cell, "a"] = counts.get((cell, "a"), 0) + 5
    return counts


def shown_sums(counts: Counts, told: frozenset[Block]) -> list[set[tuple[int, str]]]:
    """Who is in each of the sums that are shown: programmes, and districts of all programmes or of a pillar's."""
    cells = [{atom for atom in counts if atom[0] == cell} for cell in CELLS]
    blocks = [
        {atom for atom in counts if atom[1] == district and pillar in (WHOLE, CELLS[atom[0]])}
        for pillar, district in told
    ]
    return [one for one in cells + blocks if one]


def smallest_told(counts: Counts, told: frozenset[Block]) -> int:
    """The fewest answers that a combination of shown sums is made of, found without the rule's graph.

    Answers of one programme and district are in the same sums. A combination that is zero outside of a group, and not
    zero in it, exists if the sums are less independent without the group.
    """
    atoms = sorted(counts)
    sums = np.array([[float(atom in one) for atom in atoms] for one in shown_sums(counts, told)])
    rank = np.linalg.matrix_rank(sums)
    few = [place for place, atom in enumerate(atoms) if counts[atom] < 5]
    smallest = 5
    for size in range(1, 5):
        for group in combinations(few, size):
            count = sum(counts[atoms[place]] for place in group)
            if count < smallest and np.linalg.matrix_rank(np.delete(sums, group, axis=1)) < rank:
                smallest = count
    return smallest


@given(surveys())
@settings(max_examples=examples(150), deadline=None)
def test_no_combination_of_shown_sums_tells_of_fewer_than_five(counts: Counts) -> None:
    assert smallest_told(counts, told_blocks(counts, CELLS)) >= 5


@given(surveys())
@settings(deadline=None)
def test_what_is_shown_is_of_five_and_so_is_what_is_not(counts: Counts) -> None:
    told = told_blocks(counts, CELLS)
    size: dict[Block, int] = defaultdict(int)
    for (cell, district), count in counts.items():
        for pillar in {WHOLE, CELLS[cell]}:
            size[pillar, district] += count
    assert all(size[one] >= 5 for one in told)
    assert all(district != NOT_TOLD for _pillar, district in told)
    assert all((WHOLE, district) in told for _pillar, district in told)
    hidden = sum(count for (_cell, district), count in counts.items() if (WHOLE, district) not in told)
    assert hidden == 0 or hidden >= 5


@given(surveys(most=60))
@settings(deadline=None)
def test_the_same_answers_show_the_same_in_whatever_order(counts: Counts) -> None:
    assert told_blocks(counts, CELLS) == told_blocks(dict(reversed(counts.items())), CELLS)


@given(st.dictionaries(st.tuples(st.sampled_from(sorted(CELLS)), st.sampled_from("abc")), st.integers(5, 40)))
def test_where_five_answered_everywhere_all_is_shown(counts: Counts) -> None:
    told = told_blocks(counts, CELLS)
    assert told >= {(WHOLE, district) for _cell, district in counts}
    assert told >= {(CELLS[cell], district) for cell, district in counts}
