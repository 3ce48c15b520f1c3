"""Whose address counts: only what the proxies of the installation wrote."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from pilar.platform.network import client_address

PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counts"),
    [
        # Nobody stands before: whatever is sent counts for nothing.
        (0, "1.1.1.1", PEER),
        (0, None, PEER),
        # One proxy writes at the end; what it was sent stands before.
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1,2.2.2.2, 203.0.113.7", "203.0.113.7"),
        (1, None, PEER),
        # The outer of two writes its caller, the inner one writes the outer.
        (2, "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "203.0.113.7"),
        # As proxies write it.
        (1, "203.0.113.7:49152", "203.0.113.7"),
        (1, "[2001:db8::1]:49152", "2001:db8::1"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, " , 203.0.113.7", "203.0.113.7"),
        # What is no address is not made one.
        (1, "unknown", PEER),
        (1, "1.1.1.1, <script>", PEER),
        (1, "", PEER),
    ],
)
def test_what_the_proxies_wrote_counts(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str | None, counts: str
) -> None:
    settings.PILAR_PROXIES = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert client_address(rf.get("/", headers=headers, REMOTE_ADDR=PEER)) == counts


def test_off_the_net_there_is_none(rf: RequestFactory) -> None:
    assert client_address(rf.get("/", REMOTE_ADDR="")) is None
