"""Choose the session in which a synthetic visit is booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pilar.hospital.queries.schedule import SessionRow
from pilar.hospital.rules.booking import Channel


def free(*, sessions: Sequence[SessionRow], now: datetime) -> int:
    """The key of the first session that has a place for anyone who books on this site."""
    return next(session.key for session in sessions if session.left(Channel.APP, now) > 0)


def days(*, now: datetime) -> tuple[date, date]:
    """Between which days a family books."""
    return (now + timedelta(days=2)).date(), (now + timedelta(days=20)).date()
