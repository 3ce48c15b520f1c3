"""Panels: full, free of conflicts, each with a chair, and as even as they can be (against trying everything)."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilar.evaluation.rules.assignment import Assessor, Bar, Proposal, Sitting, Task, assign
from pilar.platform.errors import Faults


def people(count: int, chairs: int) -> tuple[Assessor, ...]:
    return tuple(Assessor(key, f"Asesor {key:02}", may_chair=key < chairs) for key in range(count))


def places(count: int) -> dict[str, str]:
    return {f"36.{number:02}": f"Kabupaten {number}" for number in range(1, count + 1)}


def panel(proposal: Proposal, region: str) -> list[int]:
    found = next(one for one in proposal.panels if one.region == region)
    return [seat.assessor.key for seat in found.seats]


@st.composite
def small_tasks(draw: st.DrawFn) -> Task:
    regions, assessors = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    codes = tuple(places(regions))
    pairs = st.tuples(st.integers(0, assessors - 1), st.sampled_from(codes))
    return Task(
        places(regions),
        people(assessors, draw(st.integers(0, assessors))),
        draw(st.integers(1, 3)),
        dict.fromkeys(draw(st.sets(pairs, max_size=6)), Bar.HOME),
        draw=draw(st.integers(0, 3)),
    )


def every_panel(task: Task, region: str) -> list[tuple[int, ...]]:
    free = [one for one in task.assessors if (one.key, region) not in task.barred]
    return [
        tuple(one.key for one in chosen)
        for chosen in combinations(free, task.size)
        if any(one.may_chair for one in chosen)
    ]


@settings(deadline=None)  # the first case imports SciPy
@given(task=small_tasks())
def test_it_finds_the_evenest_panels_or_says_for_which_regions_there_are_none(task: Task) -> None:
    choices = {region: every_panel(task, region) for region in task.regions}
    impossible = {task.regions[region] for region, panels in choices.items() if not panels}
    if impossible:
        with pytest.raises(Faults) as refused:
            assign(task)
        assert {fault.fields["region"] for fault in refused.value.faults} == impossible
        return
    proposal = assign(task)
    for found in proposal.panels:
        assert tuple(sorted(panel(proposal, found.region))) in choices[found.region]
        assert [seat.is_chair for seat in found.seats] == [True] + [False] * (task.size - 1)
        assert found.seats[0].assessor.may_chair
    evenest = min(
        sum(load * load for load in Counter(key for chosen in every for key in chosen).values())
        for every in product(*choices.values())
    )
    assert sum(load * load for load in proposal.loads.values()) == evenest
    assert sum(proposal.loads.values()) == task.size * len(task.regions)
    assert sum(proposal.chaired.values()) == len(task.regions)


@settings(deadline=None)
@given(
    regions=st.integers(1, 30), assessors=st.integers(6, 12), chairs=st.integers(3, 6), size=st.integers(3, 6),
    draw=st.integers(0, 9),
)  # fmt: skip
def test_without_conflicts_loads_differ_by_one_at_most_if_the_chairs_suffice(
    regions: int, assessors: int, chairs: int, size: int, draw: int
) -> None:
    proposal = assign(Task(places(regions), people(assessors, chairs), size, draw=draw))
    loads, chaired = proposal.loads.values(), proposal.chaired.values()
    assert max(chaired) - min(chaired) <= 1
    if regions * size // assessors * chairs >= regions:
        assert max(loads) - min(loads) <= 1


def test_the_same_draw_gives_the_same_panels_and_another_gives_others() -> None:
    first, again, other = (assign(Task(places(20), people(12, 4), 3, draw=draw)) for draw in (1, 1, 2))
    assert first == again
    assert set(first.seats) != set(other.seats)


def test_seats_that_stay_stay_and_count() -> None:
    kept = [Sitting("36.01", 5), Sitting("36.01", 4), Sitting("36.02", 5), Sitting("36.02", 0, True)]
    proposal = assign(Task(places(4), people(6, 2), 3, {(5, "36.01"): Bar.MENTOR}, kept))
    assert {4, 5} <= set(panel(proposal, "36.01"))
    assert panel(proposal, "36.02")[0] == 0
    assert {(seat.region, seat.assessor) for seat in kept} == {
        (one.region, seat.assessor.key) for one in proposal.panels for seat in one.seats if seat.kept
    }
    assert max(proposal.loads.values()) - min(proposal.loads.values()) <= 1


def test_a_panel_that_is_larger_keeps_its_size() -> None:
    kept = [Sitting("36.01", key) for key in range(4)]
    assert len(panel(assign(Task(places(2), people(6, 2), 3, kept=kept)), "36.01")) == 4


def test_chairs_are_even_where_many_may_chair() -> None:
    proposal = assign(Task(places(50), people(20, 10), 3))
    assert set(proposal.chaired.values()) == {5}
    assert set(proposal.loads.values()) == {7, 8}


def test_a_region_without_enough_assessors_is_named_with_the_numbers() -> None:
    barred = {(key, "36.02"): Bar.EMPLOYER for key in range(3)}
    with pytest.raises(Faults) as refused:
        assign(Task(places(3), people(5, 2), 3, barred))
    (fault,) = refused.value.faults
    assert fault.code == "too-few-assessors"
    assert fault.fields == {"region": "Kabupaten 2", "size": 3, "free": 2}


def test_a_full_panel_of_people_who_may_not_chair_is_named() -> None:
    kept = [Sitting("36.01", key) for key in (3, 4, 5)]
    with pytest.raises(Faults) as refused:
        assign(Task(places(1), people(6, 2), 3, kept=kept))
    assert [fault.code for fault in refused.value.faults] == ["no-chair"]


def test_a_seat_of_somebody_who_is_no_assessor_any_more_is_named() -> None:
    with pytest.raises(Faults) as refused:
        assign(Task(places(1), people(4, 2), 3, kept=[Sitting("36.01", 99)]))
    assert [fault.code for fault in refused.value.faults] == ["former-assessor"]


def test_each_seat_says_why_and_who_was_kept_out() -> None:
    barred = {(3, "36.01"): Bar.HOME, (2, "36.01"): Bar.LAST_YEAR}
    proposal = assign(Task(places(2), people(6, 2), 2, barred, [Sitting("36.02", 5)]))
    first = proposal.panels[0]
    assert [(one.key, bar) for one, bar in first.barred] == [(2, Bar.LAST_YEAR), (3, Bar.HOME)]
    chair, member = first.seats
    assert chair.reason.fields["chaired"] == 1
    assert member.reason.fields.keys() == {"load", "least", "most"}
    assert any(seat.kept and not seat.reason.fields for seat in proposal.panels[1].seats)


def test_no_regions_need_nobody() -> None:
    assert assign(Task({}, (), 3)).panels == ()
