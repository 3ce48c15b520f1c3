"""What this room does by itself."""

from __future__ import annotations

from datetime import datetime

from pilar.people import operations
from pilar.people.rules import SCHEDULE
from pilar.platform import jobs


@jobs.periodic(name="people.clear-sign-in-traces", cron="30 19 * * *")
def clear_sign_in_traces(planned: datetime) -> None:
    """Every night at 02.30 WIB."""
    operations.clear_sign_in_traces(by=SCHEDULE, now=planned)
