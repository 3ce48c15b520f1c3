"""Who reads what respondents left behind stands in the audit log."""

from __future__ import annotations

import pytest

from kit.neighbours import own
from kit.worlds import once
from people.readings import readings
from pilar.surveys.models import Contact, Response
from surveys.world import World, impact

pytestmark = pytest.mark.django_db


@once
def closed(world: World) -> World:
    world.open()
    for number in range(5):
        world.answer(impact(answers={"suggestion": f"Saran {number}"}), contact=f"warga{number}@contoh.invalid")
    world.close()
    return world


def test_each_kind_of_reading_leaves_one_record(closed: World) -> None:
    survey, who = str(closed.survey), str(closed.cast.keys["coordinator"])
    client = closed.client("coordinator")
    for page in ("alamat/", "saran/", "jawaban.csv"):
        assert client.get(f"/kerja/survei/{survey}/{page}").status_code == 200, page
    assert client.get(f"/api/v1/surveys/{survey}/answers").status_code == 200
    assert readings("surveys.contacts") == [(who, survey, own(Contact).count())]
    assert readings("surveys.words") == [(who, survey, 5)]
    assert readings("surveys.answers") == [(who, survey, own(Response).count())] * 2


def test_who_is_refused_leaves_none(closed: World) -> None:
    for who in ("visitor", "neighbour", "contributor"):
        for page in ("alamat/", "saran/", "jawaban.csv"):
            assert closed.client(who).get(f"/kerja/survei/{closed.survey}/{page}").status_code != 200
    for what in ("contacts", "words", "answers"):
        assert readings(f"surveys.{what}") == []
