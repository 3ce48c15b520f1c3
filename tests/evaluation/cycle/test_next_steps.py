"""What to raise next: gains, the cheapest steps to a goal, and who may see them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from evaluation.cycle.agreed import MARKS, agree
from evaluation.cycle.panel import hand_in
from evaluation.cycle.world import INSTRUMENT, NEIGHBOUR, OWN, World
from kit.worlds import once
from pilar import index
from pilar.evaluation.models import AgreedMark, Answer
from pilar.evaluation.queries.next_steps import position, steps_to
from pilar.evaluation.rules import next_steps as rules
from pilar.evaluation.rules.next_steps import NoStepsInTime, Wish, cheapest, read_wish
from pilar.evaluation.rules.stages import PhaseState
from pilar.index.next_steps import NextSteps, OutOfReach
from pilar.people.rules import NotAllowed, NotFound
from pilar.platform.errors import Faults

TREE = index.parse_instrument(INSTRUMENT)
BANDED = ("programmes", "poverty")
MARKED: dict[str, index.Answer | None] = {
    code: index.Mark(Decimal(text)) if code in BANDED else Decimal(text) for code, text in MARKS[OWN].items()
}
"""Kabupaten Tangerang: 0.4 · (3 + 4)/2 + 0.6 · (4 + 2 + 3.25)/3 = 3.25. One point of policy or budget gains 0.2, of
the others 0.2, so: policy to 4 +0.2, poverty to its next mark 4 +0.4, survey to 4 +0.15; the rest is at its highest."""


def page(world: World, who: str, query: str = "", *, key: int = 0, region: str = OWN) -> tuple[int, str]:
    client = Client()
    client.force_login(world.user(who, region))
    answer = client.get(f"/en/kerja/penilaian/{key or world.assessment(OWN).pk}/langkah/{query}")
    return answer.status_code, " ".join(answer.content.decode().split())


def answer_of(page: str) -> str:
    """The part of the page with the steps."""
    return page.partition('id="steps"')[2].partition("Goal and conditions")[0]


@once
def agreed(world: World) -> World:
    agree(world, 1, PhaseState.OBJECTION)
    return world


def steps(wish: Wish) -> dict[str, Decimal]:
    found = cheapest(TREE, MARKED, wish)
    assert isinstance(found, NextSteps)
    return {step.code: step.after for step in found.steps}


def test_the_gain_of_each_indicator_by_hand() -> None:
    gains = {one.code: (one.gain, one.highest_gain) for one in rules.outlook(TREE, MARKED).gains}
    shown = {code: tuple(map(float, pair)) for code, pair in gains.items()}
    assert shown == {
        "poverty": (0.4, 0.4),
        "policy": (0.2, 0.2),
        "survey": (0.15, 0.15),
        "budget": (0, 0),
        "programmes": (0, 0),
    }


def test_the_cheapest_steps_follow_the_efforts() -> None:
    more = Wish(points=Decimal("0.3"))
    assert steps(more) == {"poverty": Decimal(4)}
    dear = Wish(points=Decimal("0.3"), efforts={"poverty": Decimal(3)})
    assert steps(dear) == {"policy": Decimal(4), "survey": Decimal(4)}
    assert steps(Wish(points=Decimal("0.3"), efforts={"poverty": Decimal("1.5")})) == {"poverty": Decimal(4)}


def test_what_cannot_be_raised_is_left_and_the_highest_is_said() -> None:
    found = cheapest(TREE, MARKED, Wish(points=Decimal("0.3"), fixed=frozenset({"poverty", "survey"})))
    assert isinstance(found, OutOfReach)
    assert (found.target, found.published) == (Decimal("3.55"), Decimal("3.45"))


def test_where_time_runs_out_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_given: object, **_named: object) -> None:
        raise RuntimeError("Time limit reached.")

    monkeypatch.setattr(rules, "next_steps", stopped)
    with pytest.raises(NoStepsInTime) as told:
        cheapest(TREE, MARKED, Wish(points=Decimal("0.3")))
    assert told.value.status == 503
    assert "tidak ditemukan langkah" in str(told.value)


def test_another_mean_is_refused_with_a_sentence() -> None:
    text = INSTRUMENT.replace("weight: 60\n      source: assumption\n      aggregation: weighted-mean",
                              "weight: 60\n      source: assumption\n      aggregation: geometric-mean")  # fmt: skip
    with pytest.raises(Faults) as told:
        cheapest(index.parse_instrument(text), MARKED, Wish(points=Decimal("0.1")))
    assert [fault.code for fault in told.value.faults] == ["not-linear"]


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"goal": "points"}, ["points"]),
        ({"goal": "points", "points": "0"}, ["points"]),
        ({"goal": "points", "points": "9"}, ["points"]),
        ({"goal": "points", "points": "0.123"}, ["points", "points"]),
        ({"goal": "points", "points": "many"}, ["points", "points"]),
        ({"goal": "very_good"}, ["goal"]),
        ({"goal": "points", "points": "0,1", "efforts": {"policy": "-1", "nothing": "2"}}, ["policy", ""]),
        ({"goal": "points", "points": "0,1", "efforts": {"policy": "1/2"}}, ["policy"]),
        ({"goal": "points", "points": "0,1", "fixed": ["final"]}, [""]),
    ],
)
def test_what_cannot_be_asked_for_is_told_where(given: dict[str, Any], places: list[str]) -> None:
    wish, faults = read_wish(TREE, **{"points": "", "efforts": {}, "fixed": [], **given})
    assert wish is None
    assert {fault.place for fault in faults} == set(places)


def test_numbers_are_read_in_both_notations_and_one_is_usual() -> None:
    efforts = {"policy": "2,5", "budget": "1", "survey": ""}
    assert read_wish(TREE, "points", "0.3", efforts, ["poverty"]) == (
        Wish("points", Decimal("0.3"), {"policy": Decimal("2.5")}, frozenset({"poverty"})),
        (),
    )
    assert read_wish(TREE, "", "", {}, []) == (None, ())


def test_the_page_shows_gains_and_steps_from_the_agreed_marks(agreed: World) -> None:
    status, said = page(agreed, "coordinator", "?goal=points&points=0,3&e.poverty=3")
    assert status == 200
    assert "From the marks that the panel agreed on" in said
    found = answer_of(said)
    for text in ("3.60", "the goal asks for 3.55", "Policy", "Survey", "+0.35"):
        assert text in found, text
    assert "Poverty" not in found
    assert 'name="e.poverty" value="3"' in said


def test_what_cannot_be_reached_says_the_highest(agreed: World) -> None:
    said = page(agreed, "verifier", "?goal=points&points=2")[1]
    assert "A final of 5.25 cannot be reached under these conditions; the highest is 4.00." in answer_of(said)


def test_before_agreed_marks_show_own_answers_are_taken_with_their_quantities(world: World) -> None:
    hand_in(world)
    said = page(world, "contributor", "?goal=points&points=0.3&fixed=policy&fixed=budget")[1]
    assert "From your own answers" in said
    assert "bring it below 5 per cent of the population" in answer_of(said)


def test_the_secretariat_sees_a_panels_marks_no_earlier_than_the_region(world: World) -> None:
    agree(world, 1, PhaseState.AGREED)
    assert "From your own answers" in page(world, "secretariat")[1]
    world.set_phase(PhaseState.OBJECTION)
    assert "From the marks that the panel agreed on" in page(world, "secretariat")[1]


def test_agreed_marks_keep_the_quantity_that_gives_them(world: World) -> None:
    hand_in(world)
    agree(world, 1, PhaseState.OBJECTION)
    found = position(world.assessment(OWN).pk, by=world.who("coordinator"))
    assert found.answers["poverty"] == index.Quantity(Decimal("6.9300")), "6.93 per cent gives the agreed 2"
    assert found.answers["policy"] == Decimal(3)
    AgreedMark.objects.filter(assessment=world.assessment(OWN), node="poverty").update(value=1)
    again = position(world.assessment(OWN).pk, by=world.who("coordinator"))
    assert again.answers["poverty"] == index.Mark(Decimal(1))


def test_without_a_final_there_is_nothing_to_start_from(world: World) -> None:
    world.set_phase(PhaseState.OPEN)
    status, said = page(world, "coordinator", "?goal=points&points=0.3")
    assert status == 200
    assert "There is no final to start from" in said
    assert "Without an answer: Programmes realised, Poverty, Survey" in said.replace("Policy, Budget, ", "")
    assert steps_to(position(world.assessment(OWN).pk, by=world.who("coordinator")), Wish(points=Decimal(1))) is None


def test_blanks_that_others_carry_stay_and_the_page_says_so(agreed: World) -> None:
    AgreedMark.objects.filter(assessment=agreed.assessment(OWN), node="survey").delete()
    Answer.objects.create(assessment=agreed.assessment(OWN), node="survey", not_applicable=True)
    said = page(agreed, "coordinator", "?goal=points&points=0.3")[1]
    blanks = said.partition("Blanks whose weight the others carry</h2>")[2]
    assert "These are left as they are in the steps above" in blanks
    # Programmes 4 and poverty 2: the mean of outcome is 3, and answering the survey pays from 3 on.
    assert 'data-label="Break-even mark">3<' in blanks


def test_faults_are_told_with_the_name_of_the_indicator(agreed: World) -> None:
    status, said = page(agreed, "coordinator", "?goal=points&points=0.3&e.policy=1e999")
    assert status == 422
    assert "Policy: “1e999” is no number" in said
    assert 'value="1e999"' in said, "what was typed is not lost"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("points=abc", "Points more: “abc” is no number. Write it such as 1250 or 2.5"),
        ("points=9/10", "Points more: “9/10” is no number."),
        ("points=10%25", "Points more: 10 % is a percentage, which does not belong here"),
        ("points=0.001", "Points more: Write a number with at most 2 decimals"),
        ("points=0.1&e.policy=x", "Policy: “x” is no number."),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_marked(agreed: World, query: str, sentence: str) -> None:
    status, said = page(agreed, "coordinator", f"?goal=points&{query}")
    assert status == 422
    assert sentence in said
    assert said.count('aria-invalid="true"') == 1
    field = "e.policy" if "e.policy" in query else "points"
    assert 'aria-invalid="true"' in said.partition(f'name="{field}"')[2].partition(">")[0]
    assert "Leave the cell blank" not in said, "there are no cells here"


def test_only_the_team_and_the_secretariat_see_it(agreed: World) -> None:
    key = agreed.assessment(OWN).pk
    for name in ("coordinator", "contributor", "colleague", "verifier", "secretariat"):
        assert position(key, by=agreed.who(name)).header.key == key
    for name in ("chair", "assessor1"):
        with pytest.raises(NotAllowed):
            position(key, by=agreed.who(name))
    for who in (agreed.who("assessor4"), agreed.who("coordinator", NEIGHBOUR), agreed.who("public")):
        with pytest.raises(NotFound):
            position(key, by=who)


def test_the_same_as_json(agreed: World) -> None:
    client = Client()
    client.force_login(agreed.user("coordinator"))
    address = f"/api/v1/assessments/{agreed.assessment(OWN).pk}/next-steps"
    found = client.get(address, {"goal": "points", "points": "0.3", "effort": ["poverty:3"]}).json()
    assert (found["final"], found["agreed"], found["gains"][0]["node"]) == ("3.25", True, "poverty")
    assert (found["outcome"]["final"], found["outcome"]["effort"]) == ("3.60", "2")
    assert {step["node"]: step["gain"] for step in found["outcome"]["steps"]} == {"policy": "1/5", "survey": "3/20"}
    assert client.get(address).json()["outcome"] is None
    assert client.get(address, {"goal": "points", "points": "0.3", "effort": ["poverty"]}).status_code == 422


def test_a_page_costs_few_queries(agreed: World, django_assert_max_num_queries: Any) -> None:
    by = agreed.who("coordinator")
    with django_assert_max_num_queries(6):
        position(agreed.assessment(OWN).pk, by=by)
