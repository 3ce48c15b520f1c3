"""What this room does in the background."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pilar.people.rules import SCHEDULE
from pilar.platform import jobs


@jobs.job(name="evidence.scan")
def scan(revision: int) -> None:
    from pilar.evidence import operations

    operations.scan(by=SCHEDULE, revision=revision, now=timezone.now())


def queue_scan(revision: int) -> None:
    """Queue a virus scan of the revision with this key, in the open transaction."""
    jobs.enqueue(scan, revision=revision)


@jobs.periodic(name="evidence.sweep", cron="*/15 * * * *")
def sweep(planned: datetime) -> None:
    """Every quarter of an hour."""
    from pilar.evidence import operations

    operations.sweep(by=SCHEDULE, now=planned)


@jobs.periodic(name="evidence.scan-waiting", cron="40 * * * *")
def scan_waiting(planned: datetime) -> None:
    """Every hour: files from before there was a scanner, and those that it failed on."""
    from pilar.evidence import operations

    operations.scan_waiting(by=SCHEDULE)


@jobs.periodic(name="evidence.check-store", cron="0 20 * * *")
def check_store(planned: datetime) -> None:
    """Every night at 03.00 WIB."""
    from pilar.evidence import operations

    operations.check_store(by=SCHEDULE)
