"""What an answer by link asks of the database: thousands come within a minute."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from kit.neighbours import own
from pilar.surveys import operations
from pilar.surveys.models import Cell, Trace, Unfinished
from pilar.surveys.operations import Source
from pilar.surveys.queries.surveys import cells_by
from surveys.world import NOW, World, impact

LONG = timedelta(minutes=5)
ONCE, AGAIN = 6, 2
"""Statements of an answer that is new, with the pace of its network, and of one that was stored before."""


def test_an_answer_takes_few_statements_and_again_fewer(world: World) -> None:
    world.open()
    world.answer()  # the questionnaire is read once
    token, more = world.token(), {"began_at": NOW - LONG, "source": Source("a phone", "192.0.2.7"), "now": NOW}
    key, given = uuid4(), impact()
    for most, new in ((ONCE, True), (AGAIN, False)):
        with CaptureQueriesContext(connection) as asked:
            assert operations.answer(token=token, key=key, given=given, **more) is new
        found = [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
        assert len(found) == most, "\n".join(found)


def test_an_answer_takes_the_place_of_what_was_kept_of_it(world: World) -> None:
    world.open()
    key, other = uuid4(), uuid4()
    for one in (key, other):
        operations.keep_unfinished(token=world.token(), key=one, body={}, now=NOW)
    assert world.answer(key=key)
    assert list(own(Unfinished).values_list("pk", flat=True)) == [other]
    assert own(Trace).count() == 1


def test_a_link_is_found_without_reading_every_cell(world: World) -> None:
    world.open()
    found = Cell.objects.filter(cells_by(world.token())).order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Seq Scan on surveys_cell" not in found.explain()
    assert found.get().token == world.token()
