"""Tables of permits; migrations and triggers find them here."""

from __future__ import annotations

from pilar.permits.models.desk import Letter, ReportNote
from pilar.permits.models.hooks import HookDelivery, Subscription
from pilar.permits.models.investment import OssRecord, Potential, Realised
from pilar.permits.models.services import ServiceVersion

__all__ = [
    "HookDelivery",
    "Letter",
    "OssRecord",
    "Potential",
    "Realised",
    "ReportNote",
    "ServiceVersion",
    "Subscription",
]
