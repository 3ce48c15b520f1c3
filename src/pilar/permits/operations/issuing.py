"""The permit of a case, made in the transaction in which the head signs."""

from __future__ import annotations

from datetime import datetime

from pilar.people.rules import Standing
from pilar.permits.models import Case
from pilar.permits.rules.services import Service


def issue(*, by: Standing, case: Case, definition: Service, now: datetime) -> None:
    """Nothing yet: the register of permits takes its place here."""
