"""What a closed survey hands on to the evaluation: its pillars, and the files that prove them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from kit.neighbours import FAR
from kit.worlds import once
from pilar.people.rules import OPERATOR, NotAllowed
from pilar.surveys import operations, queries
from pilar.surveys.documents import handed_in
from pilar.surveys.operations import NewSurvey
from pilar.surveys.queries import ImpactSurvey
from pilar.surveys.rules.authority import WrongSurveyState
from pilar.surveys.rules.surveys import FileKind, NewCell
from surveys.world import NOW, OWN, World, impact, make_survey

pytestmark = pytest.mark.django_db


@once
def closed(world: World) -> World:
    """Five answers for the first programme, one of them too fast, and two for the second."""
    world.open()
    for number in range(5):
        took = timedelta(seconds=2 if number == 0 else 240)
        world.answer(impact(answers={"easier": 4 - number % 2}), began_at=NOW - took)
    world.answer()
    world.answer(impact(answers={"easier": 1}), place=1)
    world.answer(place=1)
    world.close()
    return world


def of_year(by: str = "coordinator", *, world: World, year: int = 2026, synthetic: bool = True) -> ImpactSurvey | None:
    return queries.impact_of_year(OWN, year, synthetic=synthetic, scope=world.who(by))


def test_a_pillar_has_its_mean_its_programmes_and_what_is_doubted(closed: World) -> None:
    found = of_year(world=closed)
    assert found is not None
    assert (found.row.key, found.among) == (closed.survey, 1)
    scores = queries.scores(closed.row(), scope=closed.who("coordinator"))
    governance, living = found.pillars["governance"], found.pillars["living"]
    assert (governance.mean, governance.interval) == (scores.pillars["governance"], scores.intervals["governance"])
    assert (governance.doubts.count, governance.doubts.clean, governance.doubts.weight) == (6, 5, 5)
    assert {one.flag.value: one.count for one in governance.doubts.flags if one.count} == {"fast": 1}
    # Two answers are too few to be shown: there is no mean, and nothing tells it.
    assert (living.mean, living.interval, living.doubts.count) == (None, None, 2)
    assert [one.cell.programme for one in living.cells] == ["Puskesmas tanpa antre"]


def test_it_is_of_its_region_and_year_and_in_the_readers_reach(closed: World) -> None:
    assert of_year(world=closed, year=2025) is None
    assert of_year("neighbour", world=closed) is None
    assert of_year("assessor", world=closed) is None
    assert queries.impact_of_year(FAR, 2026, synthetic=True, scope=OPERATOR) is None
    own = of_year("contributor", world=closed)
    assert own is not None
    assert own.pillars.keys() == {"governance"}


def test_an_open_survey_says_nothing(world: World) -> None:
    assert of_year(world=world) is None
    world.open()
    assert of_year(world=world) is None


def test_of_several_the_one_with_a_statement_counts_then_the_newest(closed: World) -> None:
    first = closed.survey
    by = closed.who("coordinator")
    given = NewSurvey("impact-2023", "Survei ulang", 2026, NOW, closed.row().closes_at)
    closed.survey = operations.create_survey(by=by, region=OWN, given=given, now=NOW)
    operations.set_cells(
        by=by, survey=closed.survey, cells=[NewCell("Layanan desa daring", closed.cast.office, 2, "governance")]
    )
    closed.open()
    closed.close()
    found = of_year(world=closed)
    assert found is not None
    assert (found.row.key, found.among) == (closed.survey, 2)
    operations.state_validity(by=by, survey=first, stated_by="Bupati", stated_on=date(2026, 5, 1), file=None)
    found = of_year(world=closed)
    assert found is not None
    assert found.row.key == first


def test_the_files_are_those_of_the_survey_and_the_same_each_time(closed: World) -> None:
    row, by = closed.row(), closed.who("coordinator")
    with override("id"):
        made = handed_in(row, scope=by)
    with override("en"):
        assert handed_in(row, scope=by) == made
    assert made[0].title == "Rekapitulasi survei (PDF): Survei impact-2023"
    assert [one.kind for one in made] == list(FileKind)
    assert [one.content[:4] for one in made] == [b"%PDF", b"PK\x03\x04", b"\xef\xbb\xbfp"]
    assert [one.single_answers for one in made] == [False, False, True]
    # Six answers of the first programme; two of the second are too few to be handed on.
    assert len(made[2].content.splitlines()) == 7


def test_who_sees_no_single_answers_has_no_files_made(closed: World, world: World) -> None:
    for name in ("contributor", "verifier"):
        with pytest.raises(NotAllowed):
            handed_in(closed.row(), scope=closed.who(name))
    world.survey = make_survey(world.cast, "ikm-2017")
    with pytest.raises(WrongSurveyState):
        handed_in(world.row(), scope=world.who("coordinator"))
