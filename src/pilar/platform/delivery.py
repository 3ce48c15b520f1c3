"""Delivery states of a message to a person, by any channel."""

from __future__ import annotations

from enum import StrEnum

from pilar.platform.language import N_


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Reason(StrEnum):
    """The reason for which a message was not delivered, or not yet."""

    SILENT = "silent"
    REFUSED = "refused"


STATES = {
    DeliveryState.WAITING: (N_("waits to be sent"), "caution"),
    DeliveryState.SENT: (N_("sent"), "positive"),
    DeliveryState.FAILED: (N_("not delivered"), "negative"),
}
"""The name of each state, and the tone in which it is shown."""
REASONS = {
    Reason.SILENT: N_("the service that delivers it does not answer"),
    Reason.REFUSED: N_("the receiver is unknown there or takes nothing"),
}
