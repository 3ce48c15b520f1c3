"""Limits on how often something may be asked for from one network, counted in the database, for all processes alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from pilar.platform.errors import RetryLater
from pilar.platform.language import N_
from pilar.platform.models import RequestCount
from pilar.platform.network import client_address, network_of
from pilar.platform.statements import planned

ADD = """INSERT INTO platform_requestcount (kind, network, since, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (kind, network, since) DO UPDATE SET count = platform_requestcount.count + 1 RETURNING count"""

REACHED = "SELECT 1 FROM platform_requestcount WHERE kind = %s AND network = %s AND since = %s AND count >= %s"


class TooManyRequests(RetryLater):
    """More requests of one kind in a minute than a room full of people sends."""

    code = "too-many-requests"
    sentence = N_("Too many requests of this kind came from your network or account. Wait a minute and try again")


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` requests of a kind from one network within each ``seconds``."""

    kind: str
    most: int
    seconds: int = 60


def require_below(request: HttpRequest, limit: Limit, *, now: datetime) -> None:
    """Refuse a request where so many of a kind were counted, though this one is not: it raises what :func:`count`
    does."""
    hashed, since = _counter(request, limit, now)
    with planned() as cursor:
        cursor.execute(REACHED, [limit.kind, hashed, since, limit.most])
        reached = cursor.fetchone() is not None
    if reached:
        raise _too_many(limit, since, now)


def count(request: HttpRequest, limit: Limit, *, now: datetime) -> None:
    """Count a request; raises :class:`TooManyRequests` until the span of time is over.

    Outside the transaction of what is asked for: what counts together would otherwise wait for each other.
    """
    hashed, since = _counter(request, limit, now)
    with planned() as cursor:
        cursor.execute(ADD, [limit.kind, hashed, since])
        (counted,) = cursor.fetchone()
    if counted > limit.most:
        raise _too_many(limit, since, now)


def _counter(request: HttpRequest, limit: Limit, now: datetime) -> tuple[str, datetime]:
    """For which network, and since when, a request is counted."""
    network = network_of(client_address(request) or "")
    hashed = salted_hmac("platform.limits", network, algorithm="sha256").hexdigest()
    return hashed, datetime.fromtimestamp(now.timestamp() // limit.seconds * limit.seconds, UTC)


def _too_many(limit: Limit, since: datetime, now: datetime) -> TooManyRequests:
    return TooManyRequests(seconds=limit.seconds - (now - since).total_seconds())


def forget(*, now: datetime) -> int:
    """Delete the counts of the hours before the last one; returns how many."""
    return RequestCount.objects.filter(since__lt=now - timedelta(hours=1)).delete()[0]
