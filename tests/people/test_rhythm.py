"""Who likes to be told of what is new together, each morning or each Monday, is told of what is urgent at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from areas.places import PLACES, load
from people.team import NOW, Team, make_team
from people.test_notices import notify
from pilar.people import operations
from pilar.people.channels import Channel, Rhythm, begun
from pilar.people.models import Notice, User
from pilar.people.queries import rhythm_of
from pilar.people.rules import SCHEDULE

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 0, tzinfo=UTC)
"""7.00 WIB; chosen was on the Sunday before, at 15.00 WIB."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def team(db: None) -> Team:
    load(PLACES)
    return make_team()


def choose(team: Team, rhythm: Rhythm, now: datetime = NOW) -> None:
    chosen = {Channel.EMAIL: ""}
    operations.choose_channels(by=team.standing("coordinator"), chosen=chosen, rhythm=rhythm, now=now)


def digest(now: datetime) -> int:
    return operations.send_digests(by=SCHEDULE, now=now)


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        (MONDAY, MONDAY, MONDAY),
        (MONDAY - MINUTE, MONDAY - DAY, MONDAY - 7 * DAY),
        (MONDAY + 6 * DAY, MONDAY + 6 * DAY, MONDAY),
        # 1.00 WIB on Tuesday is still Monday by UTC.
        (MONDAY + timedelta(hours=18), MONDAY, MONDAY),
    ],
)
def test_days_and_weeks_begin_in_the_morning_of_jakarta(now: datetime, daily: datetime, weekly: datetime) -> None:
    assert begun(now) == {Rhythm.DAILY: daily, Rhythm.WEEKLY: weekly}


@pytest.mark.parametrize(("rhythm", "next_time"), [(Rhythm.DAILY, DAY), (Rhythm.WEEKLY, 7 * DAY)])
def test_what_is_new_comes_together(team: Team, rhythm: Rhythm, next_time: timedelta) -> None:
    choose(team, rhythm)
    notify(team)
    notify(team, subject="tests.thing:2")
    assert digest(MONDAY - MINUTE) == 0
    assert (digest(MONDAY + MINUTE), digest(MONDAY + 2 * MINUTE)) == (1, 0)
    assert not Notice.objects.filter(mailed_at=None).exists()
    notify(team, subject="tests.thing:3")
    assert digest(MONDAY + next_time - MINUTE) == 0
    assert digest(MONDAY + next_time) == 1


def test_what_comes_after_an_empty_morning_waits_for_the_next(team: Team) -> None:
    choose(team, Rhythm.DAILY)
    assert digest(MONDAY + MINUTE) == 0
    notify(team)
    assert digest(MONDAY + timedelta(hours=3)) == 0
    assert digest(MONDAY + DAY) == 1


def test_what_is_due_within_a_day_waits_for_no_morning(team: Team) -> None:
    choose(team, Rhythm.WEEKLY)
    notify(team, deadline=NOW + timedelta(hours=5))
    notify(team, subject="tests.thing:2", deadline=NOW + timedelta(days=3))
    assert digest(NOW) == 1
    assert list(Notice.objects.filter(mailed_at=None).values_list("subject", flat=True)) == ["tests.thing:2"]


def test_a_worker_that_was_away_in_the_morning_sends_when_it_is_back(team: Team) -> None:
    choose(team, Rhythm.DAILY)
    notify(team)
    assert digest(MONDAY + timedelta(hours=9)) == 1


def test_others_are_told_as_before(team: Team) -> None:
    choose(team, Rhythm.DAILY)
    notify(team, to=[team.coordinator, team.verifier])
    assert digest(NOW) == 1
    assert Notice.objects.get(mailed_at=None).user_id == team.coordinator


def test_who_changes_their_mind_is_told_at_once(team: Team) -> None:
    choose(team, Rhythm.WEEKLY)
    notify(team)
    choose(team, Rhythm.AT_ONCE)
    assert digest(NOW) == 1


def test_the_same_choice_again_does_not_begin_anew(team: Team) -> None:
    choose(team, Rhythm.DAILY)
    notify(team)
    choose(team, Rhythm.DAILY, MONDAY + MINUTE)
    assert digest(MONDAY + MINUTE) == 1


def test_it_is_chosen_on_the_page(team: Team) -> None:
    client = Client()
    client.force_login(User.objects.get(pk=team.coordinator))
    page = "/akun-saya/pemberitahuan/"
    shown = client.get(page).text
    assert "Dikumpulkan, setiap pagi pukul 07.00 WIB" in shown
    assert "tidak wajib" not in shown.split('for="id_rhythm"')[1].split("</label>")[0], "one is always chosen"
    assert client.post(page, {"email": "on", "rhythm": "hourly"}).status_code == 422
    assert client.post(page, {"email": "on", "rhythm": "daily"}).status_code == 302
    assert rhythm_of(team.coordinator) is Rhythm.DAILY
    assert 'value="daily" selected' in client.get(page).text


@pytest.mark.parametrize("wrong", [{"digest": "hourly", "digest_at": NOW}, {"digest": "daily"}, {"digest_at": NOW}])
def test_the_database_keeps_rhythms_in_order(team: Team, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=team.coordinator).update(**wrong)
