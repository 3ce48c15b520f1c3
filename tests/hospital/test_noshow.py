"""The risk that somebody does not come: what it learns, what it never asks."""

from __future__ import annotations

import random
from dataclasses import fields

import pytest

from pilar.hospital.rules.noshow import Booked, Risks

USUAL = 0.1


def past(count: int) -> list[tuple[Booked, bool]]:
    """Who was often absent is absent twice as often; who booked long ago, three times."""
    draw = random.Random(5)
    found = []
    for _one in range(count):
        before = draw.randrange(6)
        booked = Booked(draw.randrange(30), before, draw.randint(0, before), draw.random() < 0.6)
        risk = 0.06 * (3 if booked.ahead > 14 else 1) * (2 if booked.absent * 2 > before else 1)
        found.append((booked, draw.random() < risk))
    return found


def test_it_asks_for_nothing_about_a_person_but_their_own_bookings() -> None:
    assert [one.name for one in fields(Booked)] == ["ahead", "before", "absent", "control"]


def test_it_learns_who_is_absent_and_its_sum_is_as_many_as_were() -> None:
    learned, later = past(4_000), past(9_000)[4_000:]
    risks = Risks(learned, usual=USUAL)

    expected = sum(risks.of(one) for one, _absent in later)
    assert expected == pytest.approx(sum(absent for _one, absent in later), rel=0.1)
    soon, late = Booked(3, 5, 0, control=True), Booked(20, 5, 5, control=True)
    assert 0.03 < risks.of(soon) < 0.09
    assert risks.of(late) > 3 * risks.of(soon)


def test_without_records_it_is_what_is_assumed_and_few_records_move_it_little() -> None:
    one = Booked(5, 0, 0, control=False)
    assert Risks([], usual=USUAL).of(one) == pytest.approx(USUAL)
    assert 0.05 < Risks([(one, False)] * 5, usual=USUAL).of(one) < USUAL
    assert Risks([(one, True)] * 500, usual=USUAL).of(one) > 0.9
