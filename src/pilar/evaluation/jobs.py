"""What the worker does for the evaluation by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pilar.evaluation import operations
from pilar.people.rules import SCHEDULE
from pilar.platform import jobs


@jobs.periodic(name="evaluation.remind-of-follow-ups", cron="0 0 * * *")
def remind_of_follow_ups(_planned: datetime) -> None:
    """Every morning at 7 in Jakarta."""
    operations.remind_of_follow_ups(by=SCHEDULE, now=timezone.now())


@jobs.periodic(name="evaluation.forget-attendance", cron="50 19 * * *")
def forget_attendance(planned: datetime) -> None:
    """Every night at 02.50 WIB: who was at meetings whose days are over."""
    operations.forget_attendance(by=SCHEDULE, now=planned)


@jobs.job(name="evaluation.make-sheets")
def make_sheets(batch: int) -> None:
    """All result sheets of a version as one archive."""
    operations.make_sheets(by=SCHEDULE, batch=batch)
