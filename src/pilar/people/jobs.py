"""What this room does by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pilar.people import operations
from pilar.people.rules import SCHEDULE
from pilar.platform import jobs


@jobs.periodic(name="people.clear-sign-in-traces", cron="30 19 * * *")
def clear_sign_in_traces(planned: datetime) -> None:
    """Every night at 02.30 WIB."""
    operations.clear_sign_in_traces(by=SCHEDULE, now=planned)


@jobs.periodic(name="people.apply-retention", cron="40 19 * * *")
def apply_retention(planned: datetime) -> None:
    """Every night at 02.40 WIB: notices and events of the audit log whose days are over."""
    operations.apply_retention(by=SCHEDULE, now=planned)


@jobs.periodic(name="people.send-digests", cron="*/15 * * * *")
def send_digests(planned: datetime) -> None:
    """Every quarter of an hour; what is due counts from now, also for a worker that comes late."""
    operations.send_digests(by=SCHEDULE, now=timezone.now())


@jobs.job(name="people.send-invitation", retry=3)
def send_invitation(user: int) -> None:
    """The link by which a new account chooses its password."""
    operations.send_invitation(by=SCHEDULE, user=user)
