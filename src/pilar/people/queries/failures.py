"""Failed sign-ins, as far as limits need them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Max, Q
from django.utils.crypto import salted_hmac

from pilar.people.limits import ACCOUNT_FROM_ANYWHERE, ACCOUNT_FROM_NETWORK, CODES, KNOWN_DEVICE, NETWORK, Limit
from pilar.people.models import FailedSignIn


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in: the address, the network, and the device if the account has used it before."""

    email: str
    network: str = ""
    device: str = ""
    what: Literal["password", "code"] = "password"

    @property
    def account(self) -> str:
        """The keyed hash that stands for the account."""
        return salted_hmac("people.failed-sign-in", self.email.strip().lower(), algorithm="sha256").hexdigest()


def closed_until(attempt: Attempt, *, now: datetime) -> datetime | None:
    """Return when this account may try again here; None if it may now."""
    closed = [until for until in _closed(attempt, now) if until is not None]
    return max(closed, default=None)


def _closed(attempt: Attempt, now: datetime) -> Iterator[datetime | None]:
    of_account = Q(account=attempt.account, what=attempt.what)
    if attempt.device:
        yield _within(KNOWN_DEVICE, of_account & Q(device=attempt.device), now)
        return
    if attempt.what == "code":
        yield _within(CODES, of_account & Q(device=""), now)
        return
    yield _within(ACCOUNT_FROM_NETWORK, of_account & Q(device="", network=attempt.network), now)
    yield _within(ACCOUNT_FROM_ANYWHERE, of_account & Q(device=""), now)
    if attempt.network:
        rows = FailedSignIn.objects.filter(network=attempt.network, device="", failed_at__gt=now - NETWORK.within)
        last = rows.values("account").annotate(last=Max("failed_at")).order_by("-last")
        yield NETWORK.closed_until(list(last.values_list("last", flat=True)[: NETWORK.most]), now)


def _within(limit: Limit, rows: Q, now: datetime) -> datetime | None:
    ins = FailedSignIn.objects.filter(rows, failed_at__gt=now - limit.within).order_by("-failed_at")
    return limit.closed_until(list(ins.values_list("failed_at", flat=True)[: limit.most]), now)
