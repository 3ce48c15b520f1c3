"""What this room does by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pilar.masterplan import operations
from pilar.people.rules import SCHEDULE
from pilar.platform import jobs


@jobs.periodic(name="masterplan.remind-of-reports", cron="15 0 * * *")
def remind_of_reports(_planned: datetime) -> None:
    """Every morning at 7.15 in Jakarta."""
    operations.remind_of_reports(by=SCHEDULE, now=timezone.now())


@jobs.job(name="masterplan.make-papers")
def make_papers(batch: int) -> None:
    """All papers of a version as one archive."""
    operations.make_papers(by=SCHEDULE, batch=batch)
