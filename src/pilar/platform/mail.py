"""Messages by e-mail: kept in the transaction of the change, delivered by the worker.

Anyone who sends never waits for a mail server. A message may hold a secret, such as the link that opens an account: its
row is deleted once it is delivered or given up, and no log, audit event or queued job holds any of it.

A mail server and a database cannot agree on one outcome: if the process dies after a message has left and before that
is written down, the message goes out once more. It is never lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.dispatch import Signal
from django.utils import timezone

from pilar.platform.delivery import DeliveryState, Reason
from pilar.platform.jobs import MAIL, background, every
from pilar.platform.models import OutgoingMessage

GIVEN_UP_AFTER = timedelta(days=1)
"""assumption: a mail server is mended within a day, and older news are worse than none."""
OF_ONE_MESSAGE = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)
moved = Signal()
"""Sent in the transaction in which a message is delivered, fails or is given up: with its ``reference`` (an
attribute that the message had when it was sent; or empty), ``state``, ``reason`` and ``now``."""
PARTS = ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to")

log = structlog.get_logger(__name__)


class QueueBackend(BaseEmailBackend):
    """Django's door for messages (``EMAIL_BACKEND``): keeps them for the worker, in the open transaction if one is."""

    @transaction.atomic
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep messages; returns how many. Attachments are a ``TypeError``: nothing here sends any."""
        kept = [OutgoingMessage(content=_packed(message)) for message in email_messages if message.recipients()]
        if kept:
            OutgoingMessage.objects.bulk_create(kept)
            deliver_waiting.later()
        return len(kept)


def forget(address: str) -> int:
    """Delete messages that wait and name an address, whatever its letters; returns how many."""
    kept = OutgoingMessage.objects.annotate(text=Cast("content", TextField()))
    return kept.filter(text__icontains=address).delete()[0]


def waiting() -> int:
    """Count how many messages are kept and not yet delivered."""
    return OutgoingMessage.objects.count()


@background("platform.deliver-mail", queue=MAIL)
@every("platform.deliver-waiting-mail", cron="* * * * *", queue=MAIL)
def deliver_waiting(*, now: datetime) -> int:
    """Deliver what waits through ``PILAR_MAIL_TRANSPORT``; returns how many messages.

    A message that the server refuses does not hold up the others; a server that does not answer ends the round, and
    the next one begins with those that were tried least often.
    """
    for old in OutgoingMessage.objects.filter(kept_at__lt=now - GIVEN_UP_AFTER):
        log.error("message-given-up", message=old.pk, attempts=old.attempts)
        with transaction.atomic():
            _tell(old, DeliveryState.FAILED, Reason.SILENT)
            old.delete()
    if not OutgoingMessage.objects.exists():
        return 0
    server, delivered, tried = get_connection(settings.PILAR_MAIL_TRANSPORT), 0, set[int]()
    try:
        while (outcome := _deliver_next(server, tried)) in (_Outcome.DELIVERED, _Outcome.REFUSED):
            delivered += outcome is _Outcome.DELIVERED
    finally:
        server.close()
    return delivered


class _Outcome(Enum):
    DELIVERED = auto()
    REFUSED = auto()
    """This message, for now or permanently; the next one may fare better."""
    SILENT = auto()
    """The server does not answer, or none of us: it would not answer for another message either."""
    NOTHING_LEFT = auto()


@transaction.atomic
def _deliver_next(server: Any, tried: set[int]) -> _Outcome:
    """Deliver one message that neither this round has tried nor another worker is about."""
    waiting = OutgoingMessage.objects.select_for_update(skip_locked=True).exclude(pk__in=tried)
    row = waiting.order_by("attempts", "pk").first()
    if row is None:
        return _Outcome.NOTHING_LEFT
    tried.add(row.pk)
    try:
        server.send_messages([_unpacked(row.content)])
    except (SMTPException, OSError) as error:
        # What a server says may hold addresses; its codes do not.
        codes = _codes(error)
        log.warning("message-not-delivered", message=row.pk, kind=type(error).__name__, codes=codes)
        reason = Reason.REFUSED if isinstance(error, OF_ONE_MESSAGE) else Reason.SILENT
        if isinstance(error, SMTPRecipientsRefused) and all(code >= 500 for code in codes):
            _tell(row, DeliveryState.FAILED, reason)
            row.delete()
        else:
            _tell(row, DeliveryState.WAITING, reason)
            row.attempts += 1
            row.save(update_fields=["attempts"])
        return _Outcome.REFUSED if isinstance(error, OF_ONE_MESSAGE) else _Outcome.SILENT
    _tell(row, DeliveryState.SENT)
    row.delete()
    return _Outcome.DELIVERED


def _tell(row: OutgoingMessage, state: DeliveryState, reason: Reason | None = None) -> None:
    moved.send(None, reference=row.content.get("reference", ""), state=state, reason=reason, now=timezone.now())


def _codes(error: Exception) -> list[int]:
    if isinstance(error, SMTPRecipientsRefused):
        return sorted({code for code, _said in error.recipients.values()})
    code = getattr(error, "smtp_code", None)
    return [code] if isinstance(code, int) else []


def _packed(message: EmailMessage) -> dict[str, Any]:
    if message.attachments:
        raise TypeError("a message takes no attachments")
    alternatives = [list(alternative) for alternative in getattr(message, "alternatives", None) or ()]
    return {part: getattr(message, part) for part in PARTS} | {
        "subtype": message.content_subtype,
        "headers": message.extra_headers,
        "alternatives": alternatives,
        "reference": getattr(message, "reference", ""),
    }


def _unpacked(content: dict[str, Any]) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(**{part: content[part] for part in PARTS}, headers=content["headers"])
    message.content_subtype = content["subtype"]
    for text, kind in content["alternatives"]:
        message.attach_alternative(text, kind)
    return message
