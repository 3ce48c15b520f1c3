"""What happens to open surveys by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kit.neighbours import own
from pilar.people.models import Notice
from pilar.people.rules import SCHEDULE
from pilar.platform import jobs
from pilar.surveys import operations
from pilar.surveys.models import Survey
from pilar.surveys.rules.surveys import GRACE, REMINDED_BEFORE
from surveys.world import CLOSES, World, make_survey

pytestmark = pytest.mark.django_db


def notices(kind: str) -> list[tuple[int, bool]]:
    """Who was told, and whether they have acted."""
    rows = Notice.objects.filter(kind=kind).order_by("pk")
    return [(row.user_id, row.done_at is not None) for row in rows]


def test_a_survey_closes_a_day_after_its_time(world: World) -> None:
    later = replace(world, survey=make_survey(world.cast, "ikm-2017"))
    world.open()
    assert operations.close_due(by=SCHEDULE, now=CLOSES + GRACE - timedelta(seconds=1)) == 0
    assert operations.close_due(by=SCHEDULE, now=CLOSES + GRACE) == 1
    assert operations.close_due(by=SCHEDULE, now=CLOSES + GRACE) == 0
    assert [*own(Survey).order_by("pk").values_list("state", flat=True)] == ["closed", "draft"]
    keys = world.cast.keys
    assert {user for user, _done in notices("surveys.closed")} == {keys["coordinator"], keys["both"]}
    row = Notice.objects.filter(kind="surveys.closed").earliest("pk")
    assert (row.address, row.needs_action, row.fields) == (
        f"/kerja/survei/{world.survey}/", False, {"title": "Survei impact-2023"},
    )  # fmt: skip
    assert later.row().state == "draft"


def test_who_closes_by_hand_is_told_nothing(world: World) -> None:
    world.open()
    world.close()
    assert operations.close_due(by=SCHEDULE, now=CLOSES + GRACE) == 0
    assert notices("surveys.closed") == []


def test_the_coordinator_is_told_of_missing_answers_in_time(world: World) -> None:
    world.open()
    soon = CLOSES - REMINDED_BEFORE
    assert operations.remind_of_quotas(by=SCHEDULE, now=soon - timedelta(seconds=1)) == 0
    assert operations.remind_of_quotas(by=SCHEDULE, now=soon) == 2
    assert operations.remind_of_quotas(by=SCHEDULE, now=soon + timedelta(days=1)) == 0
    assert [done for _user, done in notices("surveys.below-quota")] == [False, False]
    assert Notice.objects.filter(kind="surveys.below-quota", deadline=CLOSES, needs_action=True).count() == 2
    for place, count in ((0, 2), (1, 3)):
        for _ in range(count):
            world.answer(place=place)
    assert operations.remind_of_quotas(by=SCHEDULE, now=soon + timedelta(days=2)) == 0
    assert [done for _user, done in notices("surveys.below-quota")] == [True, True]


def test_of_two_surveys_all_are_told_or_nobody(world: World) -> None:
    """That the notices stand in one transaction is watched in every test (kit/held.py)."""
    world.open()
    replace(world, survey=make_survey(world.cast, "ikm-2017")).open()
    assert operations.remind_of_quotas(by=SCHEDULE, now=CLOSES - REMINDED_BEFORE) == 4


def test_whoever_has_enough_answers_is_told_nothing(world: World) -> None:
    world.open()
    for place, count in ((0, 2), (1, 3)):
        for _ in range(count):
            world.answer(place=place)
    assert operations.remind_of_quotas(by=SCHEDULE, now=CLOSES - timedelta(days=1)) == 0


def test_closing_settles_what_was_told(world: World) -> None:
    world.open()
    operations.remind_of_quotas(by=SCHEDULE, now=CLOSES - timedelta(days=1))
    world.close()
    assert [done for _user, done in notices("surveys.below-quota")] == [True, True]


def test_the_jobs_do_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.open()
    monkeypatch.setattr("django.utils.timezone.now", lambda: CLOSES - timedelta(hours=1))
    jobs.run_now("surveys.remind-of-quotas")
    assert len(notices("surveys.below-quota")) == 2
    monkeypatch.setattr("django.utils.timezone.now", lambda: CLOSES + GRACE)
    jobs.run_now("surveys.close-due")
    assert world.row().state == "closed"
