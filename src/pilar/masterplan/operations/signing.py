"""The minutes of a meeting as a signed document: ordered when they are signed off, made by the worker."""

from __future__ import annotations

from datetime import datetime

from pilar.areas.reference import today_in
from pilar.evidence.operations import Signatures
from pilar.evidence.rules.signing import ToSign
from pilar.masterplan.documents.minutes import minutes_document
from pilar.masterplan.models import Meeting
from pilar.masterplan.queries.choices import office_names
from pilar.masterplan.queries.meetings import MINUTES, minutes
from pilar.people.rules import SCHEDULE, Standing
from pilar.reports.document import Document


def sign_minutes(*, by: Standing, meeting: Meeting, now: datetime) -> None:
    """Have the minutes of a meeting signed electronically, in the transaction that signs them off."""
    region = meeting.version.region_id
    document = ToSign(
        key=str(meeting.pk), title=meeting.title, number=meeting.number, day=today_in(region, now), scope=region,
        page=("masterplan:check-minutes", meeting.minutes),
    )  # fmt: skip
    SIGNATURES.order(by=by, documents=[document], now=now)


def _document(key: str) -> Document:
    found = minutes(int(key), scope=SCHEDULE)
    return minutes_document(found, office_names(found.row.version.plan.region))


SIGNATURES = Signatures(MINUTES, _document)
