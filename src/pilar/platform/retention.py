"""Retention periods of personal data: rows loaded by the owner of the tables, and expired data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from pilar.platform.models import Retention
from pilar.platform.transactions import require_transaction


@dataclass(frozen=True, slots=True)
class Period:
    """``days`` from the day ``since`` on, as ``source`` says or assumes."""

    kind: str
    since: date
    days: int
    source: str


def load(periods: Iterable[Period]) -> int:
    """Put these in the place of all that stand; returns how many. The role that serves may not."""
    require_transaction("retention.load")
    Retention.objects.all().delete()
    return len(
        Retention.objects.bulk_create(
            Retention(kind=period.kind, since=period.since, days=period.days, source=period.source)
            for period in periods
        )
    )


def oldest_kept(kind: str, now: datetime) -> datetime | None:
    """Return the moment before which data has expired at ``now``; None if no row limits it, so nothing expires."""
    row = Retention.objects.filter(kind=kind, since__lte=now.date()).order_by("-since").first()
    return None if row is None else now - timedelta(days=row.days)


def forget_audit(now: datetime) -> int:
    """Delete the events of the audit log that have run out; returns how many.

    The function of the database that does it belongs to the owner and reads the rows itself: anyone who calls it
    chooses nothing, and a time to come counts as now.
    """
    require_transaction("retention.forget_audit")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pilar_forget_audit(%s)", [now])
        return int(cursor.fetchone()[0])
