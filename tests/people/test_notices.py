"""Who is told what, once, in their own language; and what closes a notice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from people.team import LATER, NOW, Team
from pilar.people import operations, queries
from pilar.people.models import Notice
from pilar.people.rules import OPERATOR, PUBLIC, HeldRole, NotFound, Role
from pilar.platform.transactions import OutsideTransaction

pytestmark = pytest.mark.django_db

# Sentences of the catalogue of this room stand in for those of the rooms above.
SENTENCE = "The account already holds this role there"
FILLED = "“%(email)s” is not an e-mail address"


def notify(team: Team, **changes: Any) -> int:
    given = {
        "by": OPERATOR,
        "to": [team.coordinator],
        "kind": "tests.ask",
        "subject": "tests.thing:1",
        "sentence": SENTENCE,
        "address": "/akun-saya/",
        "now": NOW,
    }
    return operations.notify(**(given | changes))


def told() -> list[str]:
    return sorted(row.user.email.split("@")[0] for row in Notice.objects.filter(done_at=None).select_related("user"))


class TestWhoIsTold:
    def test_named_accounts_that_are_active(self, team: Team) -> None:
        operations.set_active(by=OPERATOR, user=team.assessor, active=False, now=NOW)
        assert notify(team, to=[team.coordinator, team.assessor, 10**9]) == 1
        assert told() == ["siti"]

    @pytest.mark.parametrize(
        ("role", "region", "names"),
        [
            (Role.SECRETARIAT, None, ["ani"]),
            (Role.COORDINATOR, "36.03", ["siti"]),
            (Role.COORDINATOR, "36.71", ["budi"]),
            (Role.VERIFIER, "36.71", []),
        ],
    )
    def test_whoever_holds_a_role_there(self, team: Team, role: Role, region: str | None, names: list[str]) -> None:
        assert notify(team, to=HeldRole(role, region)) == len(names)
        assert told() == names

    def test_an_office(self, team: Team) -> None:
        notify(team, to=HeldRole(Role.CONTRIBUTOR, "36.03", team.office))
        assert told() == ["dewi"]
        assert notify(team, to=HeldRole(Role.CONTRIBUTOR, "36.71", team.other_office)) == 0

    def test_not_who_acts_nor_who_held_the_role_once(self, team: Team) -> None:
        assert notify(team, by=team.standing("coordinator"), to=HeldRole(Role.COORDINATOR, "36.03")) == 0
        queries.current(LATER).filter(user=team.coordinator).update(until=NOW)
        assert notify(team, to=HeldRole(Role.COORDINATOR, "36.03"), now=LATER) == 0


class TestOnce:
    def test_what_is_open_is_not_repeated(self, team: Team) -> None:
        assert notify(team, deadline=LATER) == 1
        assert notify(team, deadline=LATER) == 0
        assert notify(team, to=[team.coordinator, team.verifier], deadline=LATER) == 1
        assert notify(team, kind="tests.other") == 1
        assert notify(team, subject="tests.thing:2") == 1
        assert told() == ["edi", "siti", "siti", "siti"]

    def test_what_was_settled_can_be_asked_again(self, team: Team) -> None:
        notify(team)
        operations.settle(by=OPERATOR, subject="tests.thing:1", now=LATER)
        assert notify(team, now=LATER) == 1

    def test_another_deadline_is_told_anew(self, team: Team) -> None:
        notify(team, deadline=LATER)
        Notice.objects.update(read_at=NOW, mailed_at=NOW, reminded_at=NOW)
        assert notify(team, deadline=LATER + timedelta(days=7)) == 1
        (row,) = Notice.objects.all()
        assert (row.deadline, row.read_at) == (LATER + timedelta(days=7), None)
        assert (row.mailed_at, row.reminded_at) == (None, None)
        assert notify(team, deadline=None) == 1


def test_settling_closes_it_for_all_and_says_who_acted(team: Team) -> None:
    notify(team, to=[team.coordinator, team.verifier])
    notify(team, subject="tests.thing:2")
    by = team.standing("verifier")
    assert operations.settle(by=by, subject="tests.thing:1", kind="tests.other", now=LATER) == 0
    assert operations.settle(by=by, subject="tests.thing:1", now=LATER) == 2
    assert operations.settle(by=by, subject="tests.thing:1", now=LATER) == 0
    assert [row.subject for row in queries.open_notices(scope=team.standing("coordinator"))] == ["tests.thing:2"]
    (row,) = queries.done_notices(scope=team.standing("coordinator"))
    assert (row.done_at, row.done_by) == (LATER, "Edi")


def test_each_reader_gets_their_own_language(team: Team) -> None:
    notify(team, sentence=FILLED, fields={"email": "100% x"})
    (row,) = queries.open_notices(scope=team.standing("coordinator"))
    with translation.override("id"):
        assert (row.text, row.address) == ("“100% x” bukan alamat email", "/akun-saya/")
    with translation.override("en"):
        assert (row.text, row.address) == ("“100% x” is not an e-mail address", "/en/akun-saya/")


def test_an_address_of_an_english_page_is_kept_without_its_language(team: Team) -> None:
    notify(team, address="/en/akun-saya/?halaman=2")
    (row,) = queries.open_notices(scope=team.standing("coordinator"))
    assert row.path == "/akun-saya/?halaman=2"


def test_a_sentence_that_cannot_be_filled_is_a_bug_at_once(team: Team) -> None:
    with pytest.raises(KeyError):
        notify(team, sentence=FILLED, fields={"mail": "x"})


def test_the_nearest_deadline_stands_first_and_none_last(team: Team) -> None:
    for number, days in enumerate((3, None, 1)):
        deadline = None if days is None else NOW + timedelta(days=days)
        notify(team, subject=f"tests.thing:{number}", deadline=deadline)
    rows = queries.open_notices(scope=team.standing("coordinator"))
    assert [row.subject[-1] for row in rows] == ["2", "0", "1"]
    assert [row.overdue(NOW + timedelta(days=2)) for row in rows] == [True, False, False]


class TestReading:
    def test_what_needs_action_stays_open_what_only_informs_is_done(self, team: Team) -> None:
        notify(team)
        notify(team, subject="tests.thing:2", needs_action=False)
        by = team.standing("coordinator")
        operations.mark_read(by=by, now=LATER)
        operations.mark_read(by=by, now=LATER + timedelta(days=1))
        (still,) = queries.open_notices(scope=by)
        assert (still.subject, still.is_read) == ("tests.thing:1", True)
        (done,) = queries.done_notices(scope=by)
        assert (done.subject, done.done_at, done.done_by) == ("tests.thing:2", LATER, "")
        assert queries.count_open_notices(team.coordinator) == 1

    def test_one_alone(self, team: Team) -> None:
        notify(team)
        notify(team, subject="tests.thing:2")
        by = team.standing("coordinator")
        first, second = queries.open_notices(scope=by)
        operations.mark_read(by=by, notice=first.key, now=LATER)
        read = {row.key: row.is_read for row in queries.open_notices(scope=by)}
        assert read == {first.key: True, second.key: False}

    def test_nobody_reads_anothers(self, team: Team) -> None:
        notify(team)
        (row,) = queries.open_notices(scope=team.standing("coordinator"))
        for other in ("secretariat", "verifier", "neighbour"):
            assert queries.open_notices(scope=team.standing(other)) == ()
            with pytest.raises(NotFound):
                operations.mark_read(by=team.standing(other), notice=row.key, now=LATER)
        for nobody in (PUBLIC, OPERATOR):
            assert queries.open_notices(scope=nobody) == queries.done_notices(scope=nobody) == ()
            with pytest.raises(NotFound):
                operations.mark_read(by=nobody, now=LATER)
        assert Notice.objects.get().read_at is None


@pytest.mark.django_db(transaction=True)
def test_telling_and_settling_belong_to_the_change(team: Team) -> None:
    with pytest.raises(OutsideTransaction):
        notify(team)
    with pytest.raises(OutsideTransaction):
        operations.settle(by=OPERATOR, subject="tests.thing:1", now=NOW)


def test_telling_many_is_few_queries(team: Team) -> None:
    everybody = [team.secretariat, team.coordinator, team.verifier, team.contributor, team.assessor, team.neighbour]
    with CaptureQueriesContext(connection) as asked:
        notify(team, to=everybody)
    assert len(asked) <= 6  # two of them a savepoint


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("notice_open_once", {}),
        ("notice_says_something", {"kind": ""}),
        ("notice_says_something", {"subject": ""}),
        ("notice_says_something", {"sentence": ""}),
        ("notice_leads_inside", {"address": "//elsewhere.invalid/"}),
        ("notice_leads_inside", {"address": "https://elsewhere.invalid/"}),
        ("notice_done_after_made", {"done_at": NOW - timedelta(seconds=1)}),
    ],
)
def test_the_database_refuses(team: Team, constraint: str, changes: dict[str, Any]) -> None:
    notify(team)
    given = {
        "user_id": team.coordinator, "kind": "tests.ask", "subject": "tests.thing:1", "sentence": SENTENCE,
        "address": "/", "needs_action": True, "created_at": NOW,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Notice.objects.create(**(given | changes))
