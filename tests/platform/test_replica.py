"""Public pages read from a replica: only while it keeps up, only what everybody reads, and never at a reader's cost.

The replica is a second connection to the server of the suite, which takes no writes; a real one: config/test_failover.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, testcases
from django.utils import timezone

from pilar.config import health
from pilar.design.conditional import everybody
from pilar.platform import limits, replica
from pilar.platform.replica import MOST_BEHIND, Pace, Seen

PRIMARY = Seen(follows=False, runs_since="Monday", position=1_000)
REPLICA = Seen(follows=True, runs_since="Tuesday", position=1_000)


def away(*_given: object) -> None:
    """What Django makes of a server that is gone."""
    raise OperationalError from psycopg.OperationalError("the server closed the connection unexpectedly")


def asked() -> str:
    """Which of the two a statement goes to."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW default_transaction_read_only")
        return {"on": "replica", "off": "primary"}[cursor.fetchone()[0]]


@pytest.fixture
def beside(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A replica that keeps up."""
    monkeypatch.setitem(connections.settings, replica.ALIAS, {**connection.settings_dict})
    # Django's test has seen no such alias, and would refuse it.
    monkeypatch.setattr(testcases, "_DatabaseFailure", lambda asked, _said: asked.__self__.connect)
    watch = replica.Watch()
    monkeypatch.setattr(watch, "_thread", "one that looked a moment ago")
    monkeypatch.setattr(watch, "_fit", True)
    monkeypatch.setattr(replica, "WATCH", watch)
    yield watch
    connections[replica.ALIAS].close()
    del connections[replica.ALIAS]


@pytest.mark.server
def test_what_is_read_goes_to_the_replica_and_what_follows_to_the_primary(beside: replica.Watch) -> None:
    assert replica.read(lambda: (asked(), replica.read(asked))) == ("replica", "replica")
    assert asked() == "primary"


@pytest.mark.server
def test_a_replica_that_does_not_keep_up_is_not_asked(beside: replica.Watch) -> None:
    beside.lost()
    assert replica.read(asked) == "primary"


@pytest.mark.server
def test_what_writes_after_all_is_done_on_the_primary(beside: replica.Watch, rf: RequestFactory) -> None:
    tried: list[str] = []

    def count() -> str:
        tried.append(asked())
        limits.count(rf.get("/"), limits.Limit("replica", most=1), now=timezone.now())
        return asked()

    assert replica.read(count) == "primary"
    assert tried == ["replica", "primary"]
    assert beside.fit(), "nothing is wrong with it"
    with pytest.raises(limits.TooManyRequests):
        replica.read(count)


@pytest.mark.server
def test_a_replica_that_goes_away_costs_its_reader_nothing(beside: replica.Watch) -> None:
    replica.read(asked)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connections[replica.ALIAS].connection.info.backend_pid])
    assert replica.read(asked) == "primary"
    assert not beside.fit()


@pytest.mark.server
@pytest.mark.parametrize(
    ("method", "cookie", "read_from"),
    [
        ("get", "", "replica"), ("head", "", "replica"), ("post", "", "primary"),
        ("get", settings.SESSION_COOKIE_NAME, "primary"), ("get", "messages", "primary"),
    ],
)  # fmt: skip
def test_who_has_a_session_or_sends_reads_from_the_primary(
    beside: replica.Watch, rf: RequestFactory, method: str, cookie: str, read_from: str
) -> None:
    @everybody
    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(asked())

    request = getattr(rf, method)("/")
    if cookie:
        request.COOKIES[cookie] = "a"
    assert page(request).content.decode() == read_from


@pytest.mark.server
@pytest.mark.parametrize("path", ["/", "/tentang/", "/data/", "/hasil/", "/wilayah/", "/rencana/"])
def test_public_pages_ask_the_primary_for_nothing(beside: replica.Watch, path: str, client: Any) -> None:
    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        assert client.get(path).status_code == 200
        assert client.get(path, headers={"cookie": f"{settings.SESSION_COOKIE_NAME}=a"}).status_code == 503


@pytest.mark.server
def test_a_node_that_reads_from_the_replica_alone_stays_in_service(
    beside: replica.Watch, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "require_tables", away)
    found = client.get("/health/ready")
    assert (found.status_code, found.json()) == (200, {"status": "degraded", "database": "replica"})
    beside.lost()
    assert client.get("/health/ready").status_code == 503


@pytest.mark.server
def test_both_servers_are_looked_at(beside: replica.Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here they are one, which is taken for a replica that was promoted."""
    servers = replica.Servers()
    try:
        assert servers.look()
        monkeypatch.setitem(servers._replica.settings_dict, "NAME", "no_such_database")
        servers._replica.close()
        assert not servers.look()
    finally:
        servers.close()


def test_one_that_has_what_the_primary_had_some_seconds_ago_keeps_up() -> None:
    pace = Pace()
    assert pace.judge(PRIMARY, REPLICA, now=0)
    further = replace(PRIMARY, position=2_000)
    assert pace.judge(further, REPLICA, now=1), "it may be on its way"
    assert pace.judge(further, REPLICA, now=MOST_BEHIND)
    assert not pace.judge(further, REPLICA, now=MOST_BEHIND + 1)
    assert pace.judge(further, replace(REPLICA, position=2_000), now=MOST_BEHIND + 2)


def test_a_replica_of_which_nothing_is_known_is_not_behind() -> None:
    assert not Pace().judge(PRIMARY, replace(REPLICA, position=999), now=0)
    assert not Pace().judge(PRIMARY, None, now=0)


@pytest.mark.parametrize("kept_up", [True, False])
def test_while_the_primary_is_away_it_counts_whether_it_kept_up_until_then(kept_up: bool) -> None:
    pace = Pace()
    pace.judge(PRIMARY, REPLICA if kept_up else replace(REPLICA, position=0), now=0)
    assert pace.judge(None, REPLICA, now=60) is kept_up
    assert not pace.judge(None, None, now=61)


def test_a_process_that_begins_while_the_primary_is_away_reads() -> None:
    assert Pace().judge(None, REPLICA, now=0)


def test_one_that_was_promoted_is_asked_where_it_is_the_primary_now() -> None:
    promoted = replace(REPLICA, follows=False)
    assert not Pace().judge(PRIMARY, promoted, now=0), "two go on apart"
    assert Pace().judge(promoted, promoted, now=0)
