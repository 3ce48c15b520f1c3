"""What the worker does for master plans by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pilar.masterplan import operations
from pilar.people.rules import SCHEDULE
from pilar.platform import jobs


@jobs.periodic(name="masterplan.end-calls", cron="5 * * * *")
def end_calls(_planned: datetime) -> None:
    """Every hour: what offices were told about calls that are over."""
    operations.end_calls(by=SCHEDULE, now=timezone.now())


@jobs.periodic(name="masterplan.remind-of-reports", cron="15 0 * * *")
def remind_of_reports(_planned: datetime) -> None:
    """Every morning at 7.15 in Jakarta."""
    operations.remind_of_reports(by=SCHEDULE, now=timezone.now())


@jobs.job(name="masterplan.check-import")
def check_import(key: int) -> None:
    """Read a workbook of programmes and say what becomes of each row."""
    operations.check_import(by=SCHEDULE, key=key, now=timezone.now())


@jobs.job(name="masterplan.store-import")
def store_import(key: int) -> None:
    """Store what a confirmed workbook says, all of it or nothing."""
    operations.store_import(by=SCHEDULE, key=key, now=timezone.now())


@jobs.job(name="masterplan.make-papers")
def make_papers(batch: int) -> None:
    """All papers of a version as one archive."""
    operations.make_papers(by=SCHEDULE, batch=batch)
