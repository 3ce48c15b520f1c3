"""Requests for missing evidence: open until answered or until their deadline."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pilar.platform.errors import PilarError
from pilar.platform.language import mark


class RequestState(StrEnum):
    """Where a request stands; one past its deadline is closed without anybody acting."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


REQUEST_NAMES = {
    RequestState.OPEN: mark("Waits for an answer"),
    RequestState.ANSWERED: mark("Answered"),
    RequestState.CLOSED: mark("Closed without answer"),
}


class RequestClosed(PilarError):
    """The request was answered, or its deadline has passed."""

    code = "request-closed"
    status = 409
    sentence = mark("This request is closed: it was answered, or its deadline has passed. Ask the panel for a new one")


def request_state(*, deadline: datetime, answered_at: datetime | None, now: datetime) -> RequestState:
    """Where a request stands at ``now``."""
    if answered_at is not None:
        return RequestState.ANSWERED
    return RequestState.OPEN if now < deadline else RequestState.CLOSED
