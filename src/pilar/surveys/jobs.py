"""What this room does by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pilar.people.rules import SCHEDULE
from pilar.platform import jobs
from pilar.surveys import operations


@jobs.periodic(name="surveys.erase-expired", cron="45 19 * * *")
def erase_expired(planned: datetime) -> None:
    """Every night at 02.45 WIB: what could tell who answered, once it has served."""
    operations.erase_expired(now=planned)


@jobs.periodic(name="surveys.close-due", cron="10 * * * *")
def close_due(_planned: datetime) -> None:
    """Every hour: surveys that take no answer any more."""
    operations.close_due(by=SCHEDULE, now=timezone.now())


@jobs.periodic(name="surveys.remind-of-quotas", cron="30 0 * * *")
def remind_of_quotas(_planned: datetime) -> None:
    """Every morning at 7.30 in Jakarta."""
    operations.remind_of_quotas(by=SCHEDULE, now=timezone.now())
