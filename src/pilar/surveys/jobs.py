"""What this room does by itself."""

from __future__ import annotations

from datetime import datetime

from pilar.platform import jobs
from pilar.surveys import operations


@jobs.periodic(name="surveys.erase-expired", cron="45 19 * * *")
def erase_expired(planned: datetime) -> None:
    """Every night at 02.45 WIB: what could tell who answered, once it has served."""
    operations.erase_expired(now=planned)
