"""The books when the web process is killed in the middle of an act, under the server of production: all of it or
nothing, no gap in the numbers, a whole chain; and who sends again acts once."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException

import psycopg
import pytest
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from config.installation import ACCOUNTS, PASSWORD, Answer, Installation, Node, wait_until
from confirming import SEEN
from kit.databases import connected_to_server
from pilar.people.operations import grant_membership
from pilar.people.rules import OPERATOR
from pilar.villagefinance.models import Entry
from pilar.villagefinance.rules.roles import Role
from villagefinance.payments import MILLION, approved, bill, rich
from villagefinance.test_at_once import whole
from villagefinance.test_books_killed import stored
from villagefinance.world import ACCOUNT, NOW, REGION, VILLAGE, YEAR, make_world

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
WAITS = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
WORKS = (
    "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND state <> 'idle'"
    " AND pid <> pg_backend_pid()"
)
BOOK, ENTRY, LINE, PERIOD = (f"villagefinance_{name}" for name in ("book", "entry", "line", "period"))
AUDIT, JOBS = "platform_auditevent", "procrastinate_jobs"
SECRETARY, TREASURER = 2, 3
"""Keys of the accounts by which the cast acts, and of those that have signed in."""


@dataclass
class Act:
    """An act of the books by its page. ``tables``: what it locks or writes, in order; at each the process is killed."""

    who: int
    address: str
    tables: tuple[str, ...]
    given: dict[str, str]


class Served:
    """A village that is served, and who of it has signed in."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.node = installation, Node(installation)
        installation.port = self.node.port
        self.begin()
        self.cookies = {who: self.node.sign_in(ACCOUNTS[who - 1], PASSWORD)[1] for who in (SECRETARY, TREASURER)}

    def begin(self) -> None:
        self.server = self.installation.serve(PILAR_SECOND_FACTOR="0")

    def looked_at(self, act: Act) -> dict[str, str]:
        """What somebody sends who has looked at the page and ticked the box."""
        page = self.node.ask(act.address, self.cookies[act.who])
        assert page.status == 200
        (seen,), (token,) = SEEN.findall(page.text), TOKEN.findall(page.text)[:1]
        return {"checked": seen, "agreed": "on", "csrfmiddlewaretoken": token, **act.given}

    def sent(self, act: Act, given: dict[str, str]) -> Answer:
        """The answer to it, as soon as there is a process again that answers."""
        wait_until(self.answers)
        return self.node.ask(act.address, self.cookies[act.who], given)

    def answers(self) -> bool:
        if self.server.poll() is not None:  # killed twice within seconds it gives up, and is begun again as by systemd
            self.begin()
        with suppress(OSError, HTTPException):
            return self.node.ask("/health/live").status == 200
        return False

    @contextmanager
    def sending(self, act: Act, given: dict[str, str]) -> Iterator[None]:
        """Send it, and have the process killed that was to answer."""

        def send() -> None:
            with suppress(OSError, HTTPException):
                self.node.ask(act.address, self.cookies[act.who], given)

        wait_until(self.answers)
        client = threading.Thread(target=send)
        client.start()
        yield
        self.installation.kill_web(self.server)
        client.join()

    def killed_at(self, table: str, act: Act, given: dict[str, str]) -> None:
        """Kill it where it wants to read a row for writing, or to write, in a table."""
        with psycopg.connect(self.installation.server.place.url()) as blocking:
            blocking.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            with self.sending(act, given):
                wait_until(lambda: self.installation.sql(WAITS))
        wait_until(lambda: not self.installation.sql(WORKS))

    def killed_after(self, act: Act, given: dict[str, str]) -> None:
        """Kill it as soon as others see what it did."""
        count = "SELECT count(*) FROM platform_auditevent"
        before = self.installation.sql(count)
        with self.sending(act, given):
            wait_until(lambda: self.installation.sql(count) != before)
        wait_until(lambda: not self.installation.sql(WORKS))


@pytest.fixture
def served(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    installation = Installation()
    try:
        installation.prepare()
        with django_db_blocker.unblock(), connected_to_server(installation.server.place.url()):
            yield Served(installation)
    finally:
        installation.close()


@pytest.mark.thorough
def test_who_sends_again_after_a_kill_acts_once(served: Served) -> None:
    world = make_world()
    rich(world)
    for who, role in ((SECRETARY, Role.SECRETARY), (TREASURER, Role.TREASURER)):
        grant_membership(
            by=OPERATOR, user=who, role=role, region=REGION, unit=VILLAGE, valid_from=None, valid_until=None, now=NOW
        )  # fmt: skip
    number = approved(world, bill(10 * MILLION))
    for act in acts(number):
        before, given = stored(), served.looked_at(act)
        for table in act.tables:
            served.killed_at(table, act, given)
            assert stored() == before, f"{act.address} killed at {table}"
        served.killed_after(act, given)
        after = stored()
        assert after != before
        assert served.sent(act, given).status == 302
        assert stored() == after
        whole(world)
    numbers = Entry.objects.filter(**world.of_village).order_by("kind", "number").values_list("kind", "number")
    assert [*numbers] == [("closing", 1), ("payment", 1), ("receipt", 1), ("receipt", 2)]


def acts(number: int) -> tuple[Act, ...]:
    """A payment, a month and the year closed."""
    pay, month, year = (
        reverse(f"villagefinance:{name}", args=[VILLAGE, YEAR, *more])
        for name, *more in (("pay-request", number), ("close-month", 3), ("close-year",))
    )
    paid = {"bank_account": str(ACCOUNT), "day": str(date(YEAR, 3, 12)), "cash_reason": ""}
    return (
        Act(TREASURER, pay, (BOOK, ENTRY, LINE, AUDIT, JOBS), paid),
        Act(TREASURER, month, (BOOK, PERIOD, AUDIT), {}),
        Act(SECRETARY, year, (BOOK, ENTRY, AUDIT, JOBS), {}),
    )
