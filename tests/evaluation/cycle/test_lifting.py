"""What would lift the index, beginning with what is measured."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from evaluation.cycle import plan
from evaluation.cycle.test_answers_operations import save
from evaluation.cycle.test_answers_pages import Visitor
from evaluation.cycle.test_chains import AFTER
from evaluation.cycle.test_next_steps import MARKED, TREE
from evaluation.cycle.world import FAR, LEAVES, OWN, World
from kit.worlds import once
from masterplan.reporting import MEASURE, add_measure, bound, clock, in_force, tell
from pilar import index
from pilar.evaluation.queries.lifting import measure_steps
from pilar.evaluation.rules.answers import Given
from pilar.evaluation.rules.lifting import Lift, lift
from pilar.evaluation.rules.stages import PhaseState
from pilar.masterplan.rules.content import Target

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
GAIN = Fraction(3, 10)
"""The share goes from 0 of 2 (mark 1) to 1 of 2 (mark 2); the survey does not apply: 0.6 · (2 − 1) / 2."""


@once
def behind(world: World) -> World:
    """Two programmes that are not realised; of 600 permits 75 are measured by the quarter that counts, the first."""
    planned(world, bound())
    for node in LEAVES:
        save(world, node, given=Given(realised=Decimal(0), planned=Decimal(2)) if node == "programmes" else None)
    return world


@once
def half_known(world: World) -> World:
    """As before, but of a second measured target of each programme nothing is known."""
    planned(world, bound(), replace(bound("izin-tepat"), number=2))
    for node in LEAVES:
        save(world, node, given=Given(realised=Decimal(0), planned=Decimal(2)) if node == "programmes" else None)
    return world


@once
def unanswered(world: World) -> World:
    """As at first, but the indicator of the programmes has no answer."""
    planned(world, bound())
    for node in LEAVES:
        if node != "programmes":
            save(world, node)
    return world


def planned(world: World, *targets: Target) -> None:
    world.set_phase(PhaseState.OPEN)
    made = plan.start(world)
    for target in targets:
        add_measure(made, code=target.measure)
    in_force(made, 2, targets=targets)
    tell(made, *((month, "25") for month in MONTHS))


@pytest.fixture(autouse=True)
def figures(monkeypatch: pytest.MonkeyPatch) -> None:
    plan.ask_for_figures(monkeypatch)
    clock(monkeypatch, AFTER)


@pytest.mark.parametrize(
    ("realised", "planned", "open_ones", "expected"),
    [
        (0, 4, 4, Lift(2, Fraction(1), Fraction(2), Fraction(1, 5))),  # one of four is 25 per cent: still the mark 1
        (0, 4, 1, None),
        (0, 0, 3, None),
        (3, 4, 1, Lift(1, Fraction(1), Fraction(4), Fraction(3, 5))),
    ],
)
def test_the_fewest_programmes_that_are_enough(
    realised: int, planned: int, open_ones: int, expected: Lift | None
) -> None:
    answers = {**MARKED, "programmes": index.Mark(Decimal(1))}
    found = lift(TREE, answers, "programmes", realised=realised, planned=planned, open_ones=open_ones)
    assert found == expected


def test_from_a_measure_to_the_final(behind: World) -> None:
    found = measure_steps(behind.assessment().pk, by=behind.who("coordinator"), now=AFTER)
    (step,) = found.steps
    assert (step.node, step.realised, step.planned, step.then) == ("programmes", 0, 2, 1)
    assert step.lift == Lift(1, Fraction(1), Fraction(2), GAIN)
    (programme,) = step.programmes
    (target,) = programme.targets
    assert (programme.link.row.code, target.figure.value, target.figure.wanted) == ("P001", Decimal(75), Decimal(600))
    assert target.measured is not None
    assert target.measured.measure.code == MEASURE


def test_the_page_shows_the_chain_and_what_is_assumed(behind: World) -> None:
    said = Visitor(behind, "coordinator").said("langkah/ukuran/")
    for part in (
        "What is assumed", "at least 90 per cent", "from 75 to 600 izin", "from 0 of 2 to 1 of 2",
        "from 1 to 2", "+0.3", "Program nomor 0",
    ):  # fmt: skip
        assert part in said, part
    assert (
        "/langkah/ukuran/"
        in Visitor(behind, "coordinator")
        .client.get(Visitor(behind, "coordinator").address("langkah/"))
        .content.decode()
    )


def test_a_programme_with_a_target_of_which_nothing_is_known_is_left_out(half_known: World) -> None:
    found = measure_steps(half_known.assessment().pk, by=half_known.who("coordinator"), now=AFTER)
    assert found.version is not None
    assert found.steps == ()


def test_an_indicator_without_an_answer_is_named(unanswered: World) -> None:
    found = measure_steps(unanswered.assessment().pk, by=unanswered.who("coordinator"), now=AFTER)
    assert (found.steps, [one.en for one in found.unanswered]) == ((), ["Programmes realised"])
    said = Visitor(unanswered, "coordinator").said("langkah/ukuran/")
    assert "No answer yet, so there is no mark to start from: Programmes realised" in said
    assert "too few for a better mark" not in said


def test_without_a_plan_it_says_why_there_is_nothing(opened: World) -> None:
    assert "No measure would lift an indicator now" in Visitor(opened, "coordinator").said("langkah/ukuran/")


@pytest.mark.parametrize(("name", "region", "status"), [("secretariat", OWN, 200), ("coordinator", FAR, 404)])
def test_who_sees_it(behind: World, name: str, region: str, status: int) -> None:
    Visitor(behind, name, region).said("langkah/ukuran/", status)
