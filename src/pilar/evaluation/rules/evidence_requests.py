"""Requests for missing evidence: open until answered, withdrawn or until their deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from pilar.evaluation.rules.authority import PANEL, Action, Case, may
from pilar.people.rules import Role, Standing
from pilar.platform.errors import Fault, PilarError
from pilar.platform.language import N_

MAX_TIME = timedelta(days=30)
"""A longer request would hold up the whole phase (assumption)."""


class RequestState(StrEnum):
    """States of a request; one past its deadline is closed without anybody acting."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


REQUEST_NAMES = {
    RequestState.OPEN: N_("Waits for an answer"),
    RequestState.ANSWERED: N_("Answered"),
    RequestState.CLOSED: N_("Closed without answer"),
    RequestState.WITHDRAWN: N_("Withdrawn"),
}


class RequestClosed(PilarError):
    """The request was answered or withdrawn, or its deadline has passed."""

    code = "request-closed"
    status = 409
    sentence = N_(
        "This request is closed: it was answered or withdrawn, or its deadline has passed. Ask the panel for a new one"
    )


def deadline_faults(deadline: datetime, now: datetime) -> Iterator[Fault]:
    """Yield what is wrong with the deadline of a new request."""
    if deadline <= now:
        yield Fault("deadline-passed", N_("The deadline must lie in the future"), {}, "deadline")
    elif deadline > now + MAX_TIME:
        sentence = N_("The deadline lies at most %(days)s days ahead")
        yield Fault("deadline-far", sentence, {"days": MAX_TIME.days}, "deadline")


def may_withdraw(by: Standing, asked_by: int | None, case: Case) -> bool:
    """Return whether ``by`` may withdraw a request, judged by its author, whatever its state: what an assessor of the
    panel asked is the panel's, anything else the secretariat's."""
    if asked_by in case.panel:
        seated = any(held.role in PANEL for held in by.memberships) and by.account in case.panel
    else:
        seated = any(held.role is Role.SECRETARIAT for held in by.memberships)
    return (seated or by.unrestricted) and may(by, Action.REQUEST_EVIDENCE, case)


def request_state(
    *, deadline: datetime, answered_at: datetime | None, withdrawn_at: datetime | None, now: datetime
) -> RequestState:
    """Return where a request stands at ``now``."""
    if withdrawn_at is not None:
        return RequestState.WITHDRAWN
    if answered_at is not None:
        return RequestState.ANSWERED
    return RequestState.OPEN if now < deadline else RequestState.CLOSED
