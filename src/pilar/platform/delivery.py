"""What becomes of a message on its way to a person, by whatever means it goes."""

from __future__ import annotations

from enum import StrEnum

from pilar.platform.language import mark


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a message was not delivered, or not yet."""

    SILENT = "silent"
    REFUSED = "refused"


STATES = {
    DeliveryState.WAITING: (mark("waits to be sent"), "caution"),
    DeliveryState.SENT: (mark("sent"), "positive"),
    DeliveryState.FAILED: (mark("not delivered"), "negative"),
}
"""The name of each state, and the tone in which it is shown."""
REASONS = {
    Reason.SILENT: mark("the service that delivers it does not answer"),
    Reason.REFUSED: mark("the receiver is unknown there or takes nothing"),
}
