from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pilar.platform import locks
from pilar.platform.transactions import OutsideTransaction


def held_elsewhere(name: str, taken: threading.Event, give_back: threading.Event) -> threading.Thread:
    def hold() -> None:
        try:
            with transaction.atomic():
                locks.take(name)
                taken.set()
                give_back.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(60)
    return thread


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        locks.take("a")


@pytest.mark.django_db(transaction=True)
def test_a_lock_held_elsewhere_makes_the_second_wait_and_then_give_up() -> None:
    taken, give_back = threading.Event(), threading.Event()
    thread = held_elsewhere("a", taken, give_back)
    try:
        began = time.monotonic()
        with pytest.raises(locks.Busy), transaction.atomic():
            locks.take("b", "a", wait=100)
        assert time.monotonic() - began >= 0.1
        with transaction.atomic():
            locks.take("b")
    finally:
        give_back.set()
        thread.join()
    with transaction.atomic():
        locks.take("a", wait=100)


@pytest.mark.django_db
def test_other_statements_keep_their_own_waiting_time() -> None:
    connection.cursor().execute("SET LOCAL lock_timeout = '7s'")
    locks.take("a")
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("7s",)


@pytest.mark.django_db
def test_taking_a_lock_twice_in_one_transaction_does_not_block_itself() -> None:
    locks.take("a", "a")
    locks.take("a", wait=100)


@pytest.mark.django_db
def test_a_lock_that_is_free_costs_one_statement() -> None:
    with CaptureQueriesContext(connection) as asked:
        locks.take("b", "a")
    assert len(asked) == 2
