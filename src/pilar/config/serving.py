"""So many requests as a web process works on at once, each with one of its few connections to each database.

A process has a thread for each reader who listens (adr/0017); they sleep. What works is bounded apart from that: a
request waits for a place, and finds there the connection that the one before has left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from threading import get_ident
from typing import Any

from django.db import connections
from django.http import HttpResponse

WORKING = 8
"""Requests that a web process works on at once, and its connections to the database besides the one that listens."""
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


class Places:
    """A WSGI application that works on so many requests at once."""

    def __init__(self, application: Application, places: int = WORKING) -> None:
        self._application = application
        self._free: SimpleQueue[dict[str, Any]] = SimpleQueue()
        for _place in range(places):
            self._free.put({})  # its connections are made with the first request

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self._take()
        held = True
        try:
            answer: HttpResponse = self._application(environ, start_response)
            if not answer.streaming:
                try:
                    return list(answer)
                finally:
                    answer.close()
            if answer.get("Content-Type") == "text/event-stream":
                return answer  # who listens does not work
            held = False
            return _Streamed(answer, self._give_back)
        finally:
            if held:
                self._give_back()

    def _take(self) -> None:
        for alias, left in self._free.get().items():
            connections[alias] = left

    def _give_back(self, here: bool = True) -> None:
        """Leave the connections of this thread to the next request, which another thread may work on; where the answer
        was made in another one (not ``here``), the next makes its own."""
        all_left: dict[str, Any] = {}
        for alias in connections.settings if here else ():
            left = getattr(connections._connections, alias, None)  # type: ignore[attr-defined]
            if left is not None:
                if not left.allow_thread_sharing:
                    left.inc_thread_sharing()
                del connections[alias]
                all_left[alias] = left
        self._free.put(all_left)


class _Streamed:
    """An answer that is made while it is sent; its place is free when it has ended, or nobody wants the rest."""

    def __init__(self, answer: HttpResponse, give_back: Callable[[bool], None]) -> None:
        self._answer, self._give_back = answer, give_back
        self._open, self._thread = True, get_ident()

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer

    def close(self) -> None:
        if self._open:
            self._open = False
            try:
                self._answer.close()
            finally:
                self._give_back(get_ident() == self._thread)

    def __del__(self) -> None:
        self.close()
