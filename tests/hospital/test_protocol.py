"""Bookings and check-ins at random, one after another and at the same moment: what may never be never is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hospital.world import DAY, NOW, TUESDAY, World
from kit.races import together
from kit.selection import examples
from pilar.hospital import operations as do
from pilar.hospital.models import Booking, Session
from pilar.hospital.queries import schedule
from pilar.hospital.queries.recount import differences
from pilar.hospital.rules.booking import HOLDS, Asked, Channel, Payer, SessionFull, Visit
from pilar.platform.errors import PilarError

PATIENTS = 7
channels = st.sampled_from([Channel.APP, Channel.DESK, Channel.KIOSK, Channel.JKN])
payers = st.sampled_from([Payer.GENERAL, Payer.BPJS])


def run(act: Any) -> object:
    """What an act came to, which may be refused by a sentence and by nothing else."""
    try:
        with transaction.atomic():
            return act()
    except PilarError as refused:
        return refused


class Days:
    """Three sessions of one clinic, and more patients than a session has places."""

    def __init__(self, world: World) -> None:
        self.desk = world.who("desk")
        self.sessions = [world.session(TUESDAY + number * DAY).pk for number in range(3)]
        self.patients = [world.stranger(number) for number in range(PATIENTS)]
        self.told: dict[UUID, tuple[dict[str, Any], object]] = {}

    def book(self, session: int, patient: int, asked: Asked, key: UUID, now: datetime) -> Any:
        return do.book(
            by=self.desk, session=self.sessions[session], patient=self.patients[patient], asked=asked, key=key, now=now
        )

    def codes(self) -> list[str]:
        return list(Booking.objects.order_by("pk").values_list("code", flat=True))


class Protocol(RuleBasedStateMachine):
    """The clock goes forward and, now and then, back."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.days, self.now, self.keys = Days(self.world), NOW, []  # type: ignore[var-annotated]

    @rule(minutes=st.integers(-30, 600))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(session=st.integers(0, 2), patient=st.integers(0, PATIENTS - 1), channel=channels, payer=payers)
    def book(self, session: int, patient: int, channel: Channel, payer: Payer) -> None:
        reference = f"0301R{patient:014d}" if payer is Payer.BPJS else ""
        given = (session, patient, Asked(channel, payer, Visit.REFERRAL, reference), uuid4(), self.now)
        places = schedule.session(self.days.sessions[session]).left(channel, self.now)
        came = run(lambda: self.days.book(*given))
        assert not isinstance(came, SessionFull) or places == 0, "no place stays empty that the channel may take"
        if not isinstance(came, PilarError):
            assert places > 0, "nor is one taken that is kept for another"
            self.keys.append((given, came))

    @rule(place=st.integers(0, 50))
    def ask_again(self, place: int) -> None:
        if self.keys:
            given, came = self.keys[place % len(self.keys)]
            again: Any = run(lambda: self.days.book(*given))
            assert again.code == came.code

    @rule(place=st.integers(0, 50), session=st.integers(0, 2))
    def move(self, place: int, session: int) -> None:
        if codes := self.days.codes():
            to = self.days.sessions[session]
            run(lambda: do.move(by=self.days.desk, booking=codes[place % len(codes)], session=to, key=uuid4(),
                                now=self.now))  # fmt: skip

    @rule(place=st.integers(0, 50))
    def cancel(self, place: int) -> None:
        if codes := self.days.codes():
            run(lambda: do.cancel(by=self.days.desk, booking=codes[place % len(codes)], reason="x", key=uuid4(),
                                  now=self.now))  # fmt: skip

    @rule(place=st.integers(0, 50))
    def check_in(self, place: int) -> None:
        if codes := self.days.codes():
            run(lambda: do.check_in(by=self.days.desk, booking=codes[place % len(codes)], key=uuid4(), now=self.now))

    @invariant()
    def adds_up(self) -> None:
        if hasattr(self, "days"):
            assert differences() == ()

    def teardown(self) -> None:
        if hasattr(self, "whole"):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)


def test_at_random_it_adds_up(world: World) -> None:
    machine = type("Machine", (Protocol,), {"world": world})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(15), stateful_step_count=30, deadline=None, suppress_health_check=[*HealthCheck]
        ),
    )


@pytest.fixture
def days(committed_world: World) -> Iterator[Days]:
    yield Days(committed_world)
    assert differences() == ()


GENERAL = Asked(Channel.DESK, Payer.GENERAL, Visit.REFERRAL)


def acts(days: Days, key: UUID, now: datetime) -> dict[str, Any]:
    """What may happen to one booking of the first patient in a session with a place left, at the same moment."""
    by, (first, second, _third) = days.desk, days.sessions
    code = days.book(0, 0, GENERAL, uuid4(), NOW).code
    return {
        "cancel": lambda: do.cancel(by=by, booking=code, reason="x", key=uuid4(), now=now),
        "cancel again": lambda: do.cancel(by=by, booking=code, reason="x", key=uuid4(), now=now),
        "check in": lambda: do.check_in(by=by, booking=code, key=uuid4(), now=now),
        "move": lambda: do.move(by=by, booking=code, session=second, key=uuid4(), now=now),
        "book": lambda: days.book(0, 1, GENERAL, uuid4(), now),
        "book anew": lambda: days.book(0, 0, GENERAL, key, now),
        "close": lambda: Session.objects.filter(pk=first).update(state="closed"),
    }


NAMES = ("cancel", "cancel again", "check in", "move", "book", "book anew", "close")


@pytest.mark.parametrize(
    ("one", "other"), [(one, other) for place, one in enumerate(NAMES) for other in NAMES[place + 1 :]]
)
def test_two_at_the_same_moment_leave_a_whole(days: Days, one: str, other: str) -> None:
    named = acts(days, uuid4(), Session.objects.get(pk=days.sessions[0]).starts_at - timedelta(minutes=30))
    came = together(named[one], named[other])
    assert all(not isinstance(came_to, Exception) or isinstance(came_to, PilarError) for came_to in came), came
    first = Booking.objects.order_by("pk").first()
    assert first is not None
    if {one, other} <= {"cancel", "cancel again", "move", "check in"}:
        # Only one of the two happens.
        assert sum(isinstance(came_to, PilarError) for came_to in came) == 1
    held = Booking.objects.filter(session=days.sessions[0], state__in=sorted(HOLDS))
    assert held.count() == Session.objects.get(pk=days.sessions[0]).taken


def test_who_moves_back_and_forth_does_not_wait_for_others_who_do(days: Days) -> None:
    """Each move takes two sessions, one from the left to the right, the other from the right to the left."""
    by, sessions, began = days.desk, days.sessions, threading.Barrier(2)

    def back_and_forth(patient: int, first: int) -> None:
        try:
            code, to = days.book(first, patient, GENERAL, uuid4(), NOW).code, 1 - first
            began.wait()
            for _move in range(12):
                code = do.move(by=by, booking=code, session=sessions[to], key=uuid4(), now=NOW).code
                to = 1 - to
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(back_and_forth, patient, patient) for patient in (0, 1)]:
            one.result()
    assert Booking.objects.filter(state="moved").count() == 24
