"""A web process works on so many requests at once, by as many connections, whatever threads they come by."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse, StreamingHttpResponse

from pilar.config.serving import Places

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server]
WAIT = 60.0


def served(answer: Callable[[], Any], places: int = 2) -> Callable[[], Any]:
    application = Places(lambda _environ, _start: answer(), places)
    return lambda: application({}, lambda *_said: None)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_many_threads_share_few_connections_and_each_is_used_by_one_at_a_time() -> None:
    at_once, most, used, lock, wrappers = [0], [0], set[int](), threading.Lock(), set[Any]()

    def answer() -> HttpResponse:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        used.add(backend())
        wrappers.add(connections["default"])
        with lock:
            at_once[0] -= 1
        return HttpResponse("a")

    ask, barrier = served(answer), threading.Barrier(20)

    def thread(_number: int) -> Any:
        barrier.wait(WAIT)
        try:
            return ask()
        finally:
            assert not hasattr(connections._connections, "default"), "no thread keeps one"

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(thread, range(20))) == [[b"a"]] * 20
    assert most[0] <= 2
    assert 1 <= len(used) <= 2
    for one in wrappers:
        one.close()


def test_a_place_is_free_again_after_a_fault() -> None:
    def answer() -> HttpResponse:
        raise ValueError("broken")

    ask = served(answer, places=1)
    for _try in range(3):
        with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match="broken"):
            pool.submit(ask).result(WAIT)


def test_who_listens_holds_no_place_and_what_is_made_while_it_is_sent_does() -> None:
    kind = ["text/event-stream"]

    def lines() -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    ask = served(lambda: StreamingHttpResponse(lines(), content_type=kind[0]), places=1)
    with ThreadPoolExecutor(1) as pool:
        streams = [pool.submit(ask).result(WAIT) for _reader in range(5)]
        assert [next(iter(one)) for one in streams] == [b"a"] * 5
        kind[0] = "text/csv"
        first = pool.submit(ask).result(WAIT)
        second = pool.submit(ask)
        assert list(first) == [b"a", b"b"]
        assert not second.done()
        first.close()
        first.close()
        again = second.result(WAIT)
        del again, second  # nobody asked for its end
        assert list(pool.submit(ask).result(WAIT)) == [b"a", b"b"]
