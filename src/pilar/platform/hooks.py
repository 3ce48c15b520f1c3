"""Telling other systems: how a message is signed, and when it is sent again.

Headers and signature follow Standard Webhooks (https://www.standardwebhooks.com): anyone who receives compares the
signature, refuses an old time, and knows by the id what has come before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pilar.platform.errors import Fault
from pilar.platform.language import N_, translate

PREFIX = "whsec_"
MAX_TITLE, MAX_SUBSCRIPTIONS = 100, 20
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""assumption: after each failed attempt; then it is a dead letter."""


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


ASKED_AGAIN = timedelta(minutes=10)
"""assumption: for so long the same naming by the same person is a second press, not a second system."""
UNREADABLE_PAUSE = timedelta(minutes=5)
"""assumption: how often a secret that cannot be read is looked at again."""
ENDED, UNREADABLE, OWN_ERROR = "ended", "secret", "own error"
ANSWERS = {
    ENDED: N_("The system is told no longer"),
    UNREADABLE: N_("The secret of the system cannot be read: all that is due waits until the server has its key again"),
    OWN_ERROR: N_("An error of Pilar itself: ask the person who runs Pilar"),
    "private network": N_("The address lies within a network"),
    "gaierror": N_("The name of the server was not found"),
    "TimeoutError": N_("No answer in time"),
    "ConnectionRefusedError": N_("The server takes no connections"),
    "SSLError": N_("The line could not be secured"),
    "SSLCertVerificationError": N_("The certificate of the server does not hold"),
}
"""What is said where no status came back; of other errors their name."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A message to a system: the answer's status or why there was none, after how many attempts, and when again."""

    key: object
    event: str
    event_name: str
    made_at: datetime
    attempts: int
    told: str
    next_at: datetime | None
    state: Delivery

    @property
    def answer(self) -> str:
        return translate(ANSWERS[self.told]) if self.told in ANSWERS else self.told

    @property
    def state_name(self) -> str:
        return translate(DELIVERY_NAMES[self.state][0])


def new_secret() -> str:
    """A secret by which a system knows us."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def faults_of_subscription(title: str, events: Collection[str], others: int) -> list[Fault]:
    """Return what keeps a system from being told, besides its address (``outgoing.faults_of_address``)."""
    faults = []
    if not title.strip() or len(title) > MAX_TITLE:
        faults.append(Fault("no-title", N_("A name of 1 to %(most)s characters"), {"most": MAX_TITLE}, "title"))
    if not events:
        faults.append(Fault("no-events", N_("Choose what the system is told"), {}, "events"))
    if others >= MAX_SUBSCRIPTIONS:
        sentence = N_("At most %(most)s systems: end one that nobody needs")
        faults.append(Fault("too-many-systems", sentence, {"most": MAX_SUBSCRIPTIONS}, "title"))
    return faults


def signed(secret: str, key: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers that prove who sends a body, and when."""
    moment = str(int(at.timestamp()))
    known = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(known, f"{key}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json", "webhook-id": key, "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }  # fmt: skip


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts; None: no more."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
