"""From a survey that is drawn up to its scores: the main path through the operations."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest

from kit.neighbours import own
from pilar.people.rules import OPERATOR, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.surveys import operations, queries
from pilar.surveys.models import Contact, Response, Trace, Unfinished
from pilar.surveys.operations import Entered, Source, answering
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import SurveyState
from pilar.surveys.rules.surveys import NotOpenYet, ReplayedAnswer, SurveyClosed, TooManyAnswers
from surveys.world import AFTER, CLOSES, NOW, World, impact, make_survey, satisfied

pytestmark = pytest.mark.django_db


def test_answers_become_scores(world: World) -> None:
    world.open()
    for marks in ((4, 3), (2, 3), (3, 1), (4, 4), (1, 3)):
        world.answer(impact(answers={"easier": marks[0], "quicker": marks[1]}))
    world.answer(place=1)
    found = queries.scores(world.row(), scope=world.who("coordinator"))
    first, second = found.cells
    assert [one.mean for one in first.items[:2]] == [Fraction(14, 5), Fraction(14, 5)]
    assert (first.cell.count, first.cell.missing, first.shown) == (5, 0, True)
    assert (second.cell.count, second.cell.missing, second.shown) == (1, 2, False)
    assert found.pillars == {"governance": (Fraction(28, 5) + 4 + 3 + 2 + 4 + 4) / 7, "living": None}
    operations.close_survey(by=world.who("coordinator"), survey=world.survey, now=AFTER)
    assert world.row().state is SurveyState.CLOSED


def test_a_satisfaction_survey_gives_the_index(world: World) -> None:
    world.survey = make_survey(world.cast, "ikm-2017")
    world.open()
    for marks in ((4, 4, 3, 4, 3, 4, 4, 3, 4), (3, 3, 3, 4, 4, 3, 4, 4, 3)):
        for _ in range(3):
            world.answer(satisfied(*marks))
    index = queries.scores(world.row(), scope=world.who("coordinator")).index
    assert index is not None
    assert index.score == Decimal("88.89")


def test_sent_twice_is_stored_once(world: World) -> None:
    world.open()
    key = uuid4()
    assert world.answer(key=key) is True
    assert world.answer(key=key) is False
    with pytest.raises(ReplayedAnswer):
        world.answer(impact(answers={"easier": 1}), key=key)
    with pytest.raises(ReplayedAnswer):
        world.answer(key=key, place=1)
    assert own(Response).count() == 1


def test_doubted_answers_are_kept_and_weighed(world: World) -> None:
    world.open()
    same = dict.fromkeys(("easier", "quicker", "clearer", "heard", "involved", "lasting", "wanted"), 4)
    device = Source(device="peramban-1")
    world.answer(source=device, place=1)
    world.answer(source=device)
    world.answer(source=device)
    world.answer(impact(answers=same))
    world.answer(began_at=NOW - timedelta(seconds=3))
    world.answer(impact(trap="http://"))
    rows = [(tuple(one.flags), one.weight) for one in own(Response).order_by("pk")]
    assert rows == [((), 100), ((), 100), (("repeated",), 0), (("straight",), 50), (("fast",), 0), (("bot",), 0)]
    (cell, other) = queries.cells(world.row(), scope=world.who("coordinator"))
    assert (other.count, other.counting) == (1, 1), "about another programme is not again"
    assert (cell.count, cell.counting) == (5, 2)


def test_what_is_not_asked_is_not_kept(world: World) -> None:
    world.open()
    world.answer(impact(answers={"used": "never", "easier": 4, "quicker": None}))
    kept = own(Response).get()
    assert ("easier" in kept.answers, kept.marks[:3]) == (False, [None, None, 4])


def test_faults_are_told_at_the_question(world: World) -> None:
    world.open()
    bad = impact(answers={"easier": 5, "used": "often", "heard": None, "nonsense": 1}, consent=False, profile={})
    with pytest.raises(Faults) as caught:
        world.answer(bad)
    places = {one.place: one.code for one in caught.value.faults}
    assert places == {
        "consent": "no-consent", "age": "no-profile", "sex": "no-profile", "education": "no-profile",
        "occupation": "no-profile", "easier": "no-mark", "heard": "not-answered", "nonsense": "unknown-item",
    }  # fmt: skip
    assert not own(Response).exists()


def test_a_survey_takes_answers_in_its_time_only(world: World) -> None:
    with pytest.raises(SurveyClosed):
        world.answer()
    world.open()
    with pytest.raises(NotOpenYet):
        world.answer(now=NOW - timedelta(hours=1))
    with pytest.raises(SurveyClosed):
        world.answer(now=CLOSES + timedelta(minutes=1))
    late = Entered(uuid4(), impact(), CLOSES - timedelta(hours=1), CLOSES - timedelta(minutes=50))
    by = world.who("contributor")
    assert operations.enter_answers(
        by=by, cell=world.cell(), mode=Mode.ENUMERATOR, entered=[late], now=CLOSES + timedelta(hours=3)
    ) == (1, {})  # fmt: skip
    with pytest.raises(Faults):
        operations.close_survey(by=world.who("coordinator"), survey=world.survey, now=CLOSES + timedelta(hours=3))


def test_one_network_cannot_flood_a_survey(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "MAX_A_MINUTE", 3)
    world.open()
    source = Source(origin="203.0.113.7")
    for _ in range(3):
        world.answer(source=source)
    with pytest.raises(TooManyAnswers):
        world.answer(source=source)
    assert world.answer(source=source, now=NOW + timedelta(minutes=2)) is True


def test_an_office_enters_for_its_own_programme_only(world: World) -> None:
    world.open()
    entered = [Entered(uuid4(), impact(), None, NOW)]
    for name, refused in (("verifier", NotAllowed), ("colleague", NotAllowed), ("neighbour", NotFound)):
        with pytest.raises(refused):
            operations.enter_answers(
                by=world.who(name), cell=world.cell(), mode=Mode.PAPER, entered=entered, now=NOW
            )  # fmt: skip
    wrong = Entered(uuid4(), impact(consent=False), None, NOW)
    count, faults = operations.enter_answers(
        by=world.who("contributor"), cell=world.cell(), mode=Mode.PAPER, entered=[*entered, wrong], now=NOW
    )
    assert (count, {key: [one.code for one in found] for key, found in faults.items()}) == (
        1, {wrong.key: ["no-consent"]},
    )  # fmt: skip


def test_what_tells_who_answered_is_erased(world: World) -> None:
    world.open()
    key = uuid4()
    operations.keep_unfinished(token=world.token(), key=key, body={"used": "often"}, now=NOW)
    assert queries.unfinished(key, token=world.token()) is not None
    assert queries.unfinished(key, token=world.token(1)) is None
    world.answer(key=key, source=Source("peramban-1", "203.0.113.7"), contact="0812")
    operations.keep_unfinished(token=world.token(), key=uuid4(), body={}, now=NOW)
    stored = own(Trace).get()
    assert len(stored.device) == 64
    assert "203" not in stored.origin[:3]
    assert operations.erase_expired(by=OPERATOR, now=NOW + timedelta(days=6)) == {
        "traces": 0, "contacts": 0, "unfinished": 0, "invitations": 0,
    }  # fmt: skip
    assert operations.erase_expired(by=OPERATOR, now=NOW + timedelta(days=8))["unfinished"] == 1
    operations.erase_expired(by=OPERATOR, now=CLOSES + timedelta(days=30))
    assert own(Trace).count() == 1
    operations.erase_expired(by=OPERATOR, now=CLOSES + timedelta(days=31))
    assert own(Trace).count() == 0
    assert operations.erase_expired(by=OPERATOR, now=NOW + timedelta(days=181))["contacts"] == 1
    assert [own(model).count() for model in (Response, Contact, Unfinished)] == [1, 0, 0]
