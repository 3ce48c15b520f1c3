"""What other systems of a region are told, how it is signed, and when it is told again.

Headers and signature follow Standard Webhooks (https://www.standardwebhooks.com): whoever receives compares the
signature, refuses an old time, and knows by the id what has come before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pilar.platform.language import N_

PREFIX = "whsec_"
MAX_TITLE, MAX_SUBSCRIPTIONS = 100, 20
PAUSES = tuple(timedelta(seconds=one) for one in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""assumption: after each failed attempt; then it is a dead letter."""


class HookEvent(StrEnum):
    """An event that a system can be told of; an event of a case becomes one by its name."""

    ACCEPTED = "case.accepted"
    DECIDED = "case.decided"
    REFUSED = "case.refused"
    WITHDRAWN = "case.withdrawn"
    ISSUED = "permit.issued"
    SUSPENDED = "permit.suspended"
    RESTORED = "permit.restored"
    AMENDED = "permit.amended"
    REVOKED = "permit.revoked"


EVENT_NAMES = {
    HookEvent.ACCEPTED: N_("Application is complete, its clock runs"),
    HookEvent.DECIDED: N_("Application is decided"),
    HookEvent.REFUSED: N_("Application is refused"),
    HookEvent.WITHDRAWN: N_("Application is withdrawn"),
    HookEvent.ISSUED: N_("Permit is issued"),
    HookEvent.SUSPENDED: N_("Permit is suspended"),
    HookEvent.RESTORED: N_("Permit is valid again"),
    HookEvent.AMENDED: N_("Permit is amended"),
    HookEvent.REVOKED: N_("Permit is revoked"),
}


class Delivery(StrEnum):
    WAITING = "waiting"
    ARRIVED = "arrived"
    DEAD = "dead"


DELIVERY_NAMES = {
    Delivery.WAITING: (N_("Waiting"), "caution"),
    Delivery.ARRIVED: (N_("Arrived"), "positive"),
    Delivery.DEAD: (N_("Not delivered"), "negative"),
}
"""The name of each, and the tone in which it is shown."""


def signed(secret: str, key: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers that prove who sends a body, and when."""
    moment = str(int(at.timestamp()))
    known = base64.b64decode(secret.removeprefix(PREFIX))
    found = hmac.new(known, f"{key}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json", "webhook-id": key, "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(found).decode()}",
    }  # fmt: skip


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None: no more."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
