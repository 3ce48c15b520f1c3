"""What the worker does for master plans by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from pilar.masterplan import operations
from pilar.people.rules import SCHEDULE
from pilar.platform import jobs


# Proposals
@jobs.periodic(name="masterplan.end-calls", cron="5 * * * *")
def end_calls(_planned: datetime) -> None:
    """Every hour: what offices were told about calls that are over."""
    operations.end_calls(by=SCHEDULE, now=timezone.now())
