"""The inbox over all rooms: in which order, what stands for a notice, what it says of silence, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from people.team import LATER, NOW, Team
from pilar.people import operations
from pilar.people.queries.inbox import InboxRoom, InboxRow, Waiting, inbox
from pilar.people.rules import OPERATOR, PUBLIC, Standing

pytestmark = pytest.mark.django_db
SENTENCE = "The account already holds this role there"
SILENCE = "The account is active"
SOON = NOW + timedelta(hours=1)


def find(scope: Standing, now: datetime) -> Iterator[Waiting]:
    """An item that waits for holders of a role in Kabupaten Tangerang, and says what a notice says."""
    if any(held.region == "36.03" for held in scope.memberships):
        yield Waiting("Tanpa batas", "/a/", "36.03")
        yield Waiting("Satu", "/c/", "36.03", None, "", frozenset({"tests.case"}), "tests.case:1")
        yield Waiting("Segera", "/b/", "36.03", now + timedelta(hours=1), "Terlambat.", frozenset({"tests.same"}))


ROOM = InboxRoom("tests", "Accounts and roles", find, {"tests.silence": SILENCE})


@pytest.fixture(autouse=True)
def _one_room(settings: Settings) -> None:
    settings.PILAR_INBOX = [f"{__name__}.ROOM"]


def tell(
    team: Team, kind: str, deadline: datetime | None = None, region: str = "36.03", subject: str = "", **more: bool
) -> None:
    operations.notify(
        by=OPERATOR, to=[team.coordinator], kind=kind, subject=subject or kind, sentence=SENTENCE,
        address=f"/{subject or kind}/", region=region, deadline=deadline, now=NOW, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def lines(team: Team, who: str = "coordinator") -> tuple[InboxRow, ...]:
    return inbox(scope=team.standing(who), now=NOW)


def test_the_nearest_deadline_comes_first_and_what_has_none_last(team: Team) -> None:
    tell(team, "tests.late", NOW - timedelta(days=1))
    tell(team, "tests.later", LATER + timedelta(days=9))
    tell(team, "elsewhere.none")
    found = lines(team)
    assert [one.address for one in found] == ["/tests.late/", "/b/", "/tests.later/", "/a/", "/c/", "/elsewhere.none/"]
    assert [one.overdue for one in found] == [True, False, False, False, False, False]
    assert found[-1].room == "Akun dan pemberitahuan", "a notice of a room that takes no part"


def test_a_line_stands_for_the_notices_that_say_the_same_of_its_region(team: Team) -> None:
    tell(team, "tests.same")
    assert "/tests.same/" not in [one.address for one in lines(team)]
    tell(team, "tests.same", region="36.71")
    tell(team, "tests.other")
    assert {"/tests.other/"} <= {one.address for one in lines(team)}
    operations.settle(by=OPERATOR, subject="tests.same", now=NOW)
    tell(team, "tests.same", region="36.71")
    assert "/tests.same/" in [one.address for one in lines(team)]


def test_a_line_about_one_subject_stands_for_the_notices_of_that_alone(team: Team) -> None:
    tell(team, "tests.case", subject="tests.case:1")
    tell(team, "tests.case", subject="tests.case:2")
    found = [one.address for one in lines(team)]
    assert "/tests.case:1/" not in found
    assert "/tests.case:2/" in found


def test_each_says_what_happens_if_nobody_acts(team: Team) -> None:
    tell(team, "tests.silence")
    tell(team, "tests.stays")
    said = {one.address: one.otherwise for one in lines(team)}
    assert said["/b/"] == "Terlambat."
    assert said["/tests.stays/"] == said["/a/"] == "Tetap di sini sampai ada yang bertindak."
    assert said["/tests.silence/"] not in ("", said["/a/"])


def test_what_only_has_to_be_known_is_no_work(team: Team) -> None:
    tell(team, "tests.known", needs_action=False)
    assert "/tests.known/" not in [one.address for one in lines(team)]


def test_everybody_has_their_own(team: Team) -> None:
    tell(team, "tests.mine")
    assert [one.address for one in lines(team, "secretariat")] == []
    assert inbox(scope=PUBLIC, now=NOW) == ()
