"""Tables of permits; migrations and triggers find them here."""

from __future__ import annotations

from pilar.permits.models.cases import Absence, Case, CaseEvent, CaseFile, Message, OwnDocument, Relative, Task
from pilar.permits.models.correspondence import Appointment, CaseLetter, DrawnSignature, Objection
from pilar.permits.models.desk import DeskBatch, Letter, ReportNote
from pilar.permits.models.hooks import HookDelivery, Subscription
from pilar.permits.models.investment import OssRecord, Potential, Realised
from pilar.permits.models.levies import Levy, MerchantCode, Payment
from pilar.permits.models.register import Permit, PermitEdition, PermitEvent, PermitList
from pilar.permits.models.services import ServiceVersion

__all__ = [
    "Absence",
    "Appointment",
    "Case",
    "CaseEvent",
    "CaseFile",
    "CaseLetter",
    "DeskBatch",
    "DrawnSignature",
    "HookDelivery",
    "Letter",
    "Levy",
    "MerchantCode",
    "Message",
    "Objection",
    "OssRecord",
    "OwnDocument",
    "Payment",
    "Permit",
    "PermitEdition",
    "PermitEvent",
    "PermitList",
    "Potential",
    "Realised",
    "Relative",
    "ReportNote",
    "ServiceVersion",
    "Subscription",
    "Task",
]
