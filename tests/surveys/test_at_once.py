"""Answers that come in at the same moment, each by a connection of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from kit.neighbours import own
from pilar.surveys.models import Response, Trace
from pilar.surveys.operations import Source
from surveys.world import World

SENDERS = 6


def test_one_device_cannot_hide_by_sending_at_once(committed_world: World) -> None:
    committed_world.open()
    gate = Barrier(SENDERS)

    def send(_number: int) -> bool:
        try:
            gate.wait()
            return committed_world.answer(source=Source("one device"))
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as senders:
        assert all(senders.map(send, range(SENDERS)))
    assert own(Trace).count() == SENDERS
    assert sorted(map(len, own(Response).values_list("flags", flat=True))) == [0, *[1] * (SENDERS - 1)]
