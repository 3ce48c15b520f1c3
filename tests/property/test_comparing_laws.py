"""Laws of comparing programmes and versions: nothing is told of what is equal, and back is there in a mirror."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pilar.masterplan.rules.comparing import FIELDS, ROWS, ChangeKind, differences, programme_changes
from pilar.masterplan.rules.content import (
    Activity,
    Budget,
    Content,
    Fund,
    Horizon,
    Judged,
    Monitored,
    Risk,
    Target,
)
from pilar.masterplan.rules.quarters import Quarter
from property.test_index_laws import law

WORDS, NUMBERS = st.sampled_from(["", "satu", "dua"]), st.integers(1, 3)
YEARS = st.sampled_from([2026, 2027])
QUARTERS = st.builds(Quarter, YEARS, st.integers(1, 4))
AMOUNTS = st.decimals(0, 9, places=0)


def rows(of: st.SearchStrategy[Any], key: Callable[[Any], object]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3, unique_by=key).map(tuple)


TARGETS = st.builds(
    Target, NUMBERS, WORDS, WORDS, base=st.none() | AMOUNTS,
    yearly=st.lists(st.tuples(YEARS, AMOUNTS), max_size=2, unique_by=lambda pair: pair[0]).map(tuple),
)  # fmt: skip
CONTENTS = st.builds(
    Content,
    title=WORDS, part=WORDS, owner=NUMBERS, description=WORDS, need=WORDS, horizon=st.sampled_from(Horizon),
    quick_win=st.booleans(), partners=st.lists(NUMBERS, max_size=2).map(tuple), outside_partners=WORDS, link=WORDS,
    sipd_code=WORDS, objective=WORDS, weight=st.none() | AMOUNTS,
    targets=rows(TARGETS, ROWS["targets"]),
    budgets=rows(st.builds(Budget, YEARS, st.sampled_from(Fund), AMOUNTS), ROWS["budgets"]),
    activities=rows(
        st.builds(Activity, NUMBERS, WORDS, QUARTERS, QUARTERS, weight=st.none() | AMOUNTS), ROWS["activities"]
    ),
    risks=rows(st.builds(Risk, WORDS, WORDS), ROWS["risks"]),
    monitored=rows(st.builds(Monitored, NUMBERS, WORDS, WORDS, YEARS), ROWS["monitored"]),
    judged=rows(st.builds(Judged, WORDS, NUMBERS), ROWS["judged"]),
)  # fmt: skip
VERSIONS = st.dictionaries(st.sampled_from(["P001", "P002", "P003"]), CONTENTS)


def test_every_field_is_compared() -> None:
    assert {one.name for one in fields(Content)} == {*FIELDS, *ROWS}


@law
@given(CONTENTS, CONTENTS)
def test_what_differs_is_all_that_differs(before: Content, after: Content) -> None:
    found = {one.field: one for one in differences(before, after)}
    assert all(one.before != one.after for one in found.values())
    assert {name for name in FIELDS if name in found} == {
        name for name in FIELDS if getattr(before, name) != getattr(after, name)
    }
    for name, key in ROWS.items():
        mended = {key(row): row for row in getattr(before, name)}
        for one in found.values():
            if one.field.startswith(f"{name}."):
                old = one.before or one.after
                mended.pop(key(old), None)
                mended |= {key(one.after): one.after} if one.after is not None else {}
        assert mended == {key(row): row for row in getattr(after, name)}
    back = {one.field: (one.after, one.before) for one in differences(after, before)}
    assert back == {name: (one.before, one.after) for name, one in found.items()}


@law
@given(CONTENTS, CONTENTS, st.sets(st.sampled_from([*FIELDS, *ROWS])), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_no_change(before: Content, other: Content, taken: set[str], random: Random) -> None:
    after = replace(before, **{name: getattr(other, name) for name in taken})

    def shuffled(of: Content) -> Content:
        mixed = {name: random.sample(getattr(of, name), len(getattr(of, name))) for name in ROWS}
        return replace(of, **{name: tuple(some) for name, some in mixed.items()})

    assert differences(before, shuffled(before)) == ()
    kinds, mixed = (
        [one.kinds for one in programme_changes({"P001": old}, {"P001": new})]
        for old, new in ((before, after), (shuffled(before), shuffled(after)))
    )
    assert kinds == mixed


@law
@given(VERSIONS, VERSIONS)
def test_versions_differ_by_their_programmes(before: dict[str, Content], after: dict[str, Content]) -> None:
    found = programme_changes(before, after)
    codes = [one.code for one in found]
    assert codes == sorted({*codes})
    assert {one.code for one in found if ChangeKind.ADDED in one.kinds} == after.keys() - before.keys()
    assert {one.code for one in found if ChangeKind.DROPPED in one.kinds} == before.keys() - after.keys()
    for code in before.keys() & after.keys():
        told = [one for one in found if one.code == code]
        assert [one.differences for one in told] == [some for some in [differences(before[code], after[code])] if some]
        for one in told:
            moved = (before[code].part, before[code].owner) != (after[code].part, after[code].owner)
            assert (ChangeKind.MOVED in one.kinds) == moved
            assert (ChangeKind.REWORDED in one.kinds) == (one.kinds == (ChangeKind.REWORDED,))
    assert programme_changes(after, after) == ()
    there = {one.code: (one.before, one.after) for one in found}
    assert there == {one.code: (one.after, one.before) for one in programme_changes(after, before)}
