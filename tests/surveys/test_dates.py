"""Dates that are moved with a reason, and a survey that is ended before its closing time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from confirming import confirmed
from kit.neighbours import own
from pilar.people.rules import SCHEDULE, NotAllowed, NotFound
from pilar.platform.errors import Faults
from pilar.platform.models import AuditEvent
from pilar.surveys import operations, queries
from pilar.surveys.models import DateChange, Trace
from pilar.surveys.operations import Entered, Source
from pilar.surveys.rules.answers import Mode
from pilar.surveys.rules.authority import SurveyState, WrongSurveyState
from pilar.surveys.rules.surveys import GRACE, SurveyClosed, trace_erased_on
from surveys.world import AFTER, CLOSES, NOW, World, impact, running

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(days=14)
THEN = NOW + timedelta(days=5)


def moved(
    world: World, *, opens_at: datetime = NOW, closes_at: datetime = LATER, reason: str = "Banjir", now: datetime = THEN
) -> None:
    operations.move_dates(
        by=world.who("coordinator"), survey=world.survey, opens_at=opens_at, closes_at=closes_at, reason=reason, now=now
    )


def faults(caught: pytest.ExceptionInfo[Faults]) -> list[tuple[str, str]]:
    return [(fault.code, fault.place) for fault in caught.value.faults]


def test_a_survey_takes_answers_until_its_new_closing_time(world: World) -> None:
    world.open()
    world.answer(source=Source("peramban-1", "203.0.113.7"))
    moved(world)
    assert world.answer(now=LATER - timedelta(minutes=1)) is True
    with pytest.raises(SurveyClosed):
        world.answer(now=LATER + timedelta(minutes=1))
    assert [one.erase_on for one in own(Trace)] == [trace_erased_on(LATER)] * 2
    (change,) = queries.date_changes(world.row())
    assert (change.closed_before, change.closes_at, change.reason, change.ended) == (CLOSES, LATER, "Banjir", False)
    assert change.by_name == str(world.who("coordinator").actor.name)
    event = AuditEvent.objects.filter(action="move-dates").latest("pk")
    assert event.after["reason"] == "Banjir"
    with pytest.raises(ProgrammingError, match="annot"), transaction.atomic():
        DateChange.objects.filter(survey=world.survey).update(reason="Lain")


def test_dates_that_cannot_be(world: World) -> None:
    for name, refused in (("verifier", NotAllowed), ("contributor", NotAllowed), ("neighbour", NotFound)):
        with pytest.raises(refused):
            operations.move_dates(
                by=world.who(name), survey=world.survey, opens_at=NOW, closes_at=LATER, reason="Banjir", now=THEN
            )  # fmt: skip
    with pytest.raises(Faults) as caught:
        moved(world, opens_at=LATER, closes_at=NOW, reason=" ")
    assert faults(caught) == [
        ("closes-before-opening", "closes_at"), ("closes-in-past", "closes_at"), ("no-reason", "reason"),
    ]  # fmt: skip
    moved(world, opens_at=NOW - timedelta(days=1))
    world.open()
    with pytest.raises(Faults) as caught:
        moved(world, opens_at=NOW, closes_at=CLOSES)
    assert faults(caught) == [("has-begun", "opens_at")]
    with pytest.raises(Faults) as caught:
        moved(world, opens_at=NOW - timedelta(days=1))
    assert faults(caught) == [("nothing-changed", "closes_at")]
    with pytest.raises(Faults) as caught:
        moved(world, closes_at=LATER + timedelta(days=9), now=LATER)
    assert faults(caught) == [("survey-over", "closes_at")]
    operations.close_survey(by=world.who("coordinator"), survey=world.survey, now=LATER + GRACE)
    with pytest.raises(WrongSurveyState):
        moved(world)


def test_ended_early_it_takes_what_was_given_before_and_closes_a_day_later(world: World) -> None:
    by = world.who("coordinator")
    with pytest.raises(WrongSurveyState):
        operations.end_survey(by=by, survey=world.survey, reason="Kuota tercapai", now=THEN)
    world.open()
    with pytest.raises(Faults) as caught:
        operations.end_survey(by=by, survey=world.survey, reason="", now=THEN)
    assert faults(caught) == [("no-reason", "reason")]
    with pytest.raises(Faults) as caught:
        operations.end_survey(by=by, survey=world.survey, reason="Kuota tercapai", now=NOW)
    assert faults(caught) == [("not-begun", "")]
    operations.end_survey(by=by, survey=world.survey, reason="Kuota tercapai", now=THEN)
    with pytest.raises(SurveyClosed):
        world.answer(now=THEN + timedelta(seconds=1))
    late = Entered(uuid4(), impact(), THEN - timedelta(hours=1), THEN - timedelta(minutes=50))
    assert operations.enter_answers(
        by=world.who("contributor"), cell=world.cell(), mode=Mode.ENUMERATOR, entered=[late],
        now=THEN + timedelta(hours=3),
    ) == (1, {})  # fmt: skip
    with pytest.raises(Faults) as caught:
        operations.end_survey(by=by, survey=world.survey, reason="Lagi", now=THEN + timedelta(hours=3))
    assert faults(caught) == [("survey-over", "")]
    assert operations.close_due(by=SCHEDULE, now=THEN + GRACE) == 1
    assert world.row().state is SurveyState.CLOSED
    assert own(DateChange).get().ended is True


def test_a_coordinator_moves_dates_and_ends_on_pages(world: World) -> None:
    running(world)
    client, at = world.client("coordinator"), f"/kerja/survei/{world.survey}/"
    page = client.get(f"{at}tanggal/").content.decode()
    assert "WIB" in page
    until = (timezone.now() + timedelta(days=60)).strftime("%Y-%m-%dT%H:%M")
    opens = page.split('name="opens_at" value="')[1][:16]
    wrong = client.post(f"{at}tanggal/", {"opens_at": opens, "closes_at": until, "reason": ""})
    assert (wrong.status_code, until in wrong.content.decode()) == (422, True)
    kept = client.post(f"{at}tanggal/", {"opens_at": opens, "closes_at": until, "reason": "Banjir di tiga kecamatan"})
    assert kept.status_code == 302
    shown = world.client("verifier").get(at).content.decode()
    assert ("Banjir di tiga kecamatan" in shown, f"{at}tanggal/" in shown) == (True, False)
    refused = confirmed(client, f"{at}akhiri/", {"reason": ""})
    assert refused.status_code == 422
    assert confirmed(client, f"{at}akhiri/", {"reason": "Kuota tercapai"}).status_code == 302
    shown = client.get(at).content.decode()
    assert ("Kuota tercapai" in shown, "diakhiri lebih awal" in shown, f"{at}akhiri/" in shown) == (True, True, False)
    assert 'name="consent"' not in client.get(f"/s/{world.token()}/").content.decode()


def test_the_closing_of_a_draft_can_be_moved(world: World) -> None:
    moved(world, opens_at=AFTER, closes_at=LATER + timedelta(days=30))
    assert (world.row().opens_at, world.row().state) == (AFTER, SurveyState.DRAFT)
