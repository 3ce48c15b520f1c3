"""Receipts: a device's message is handled once, however often it is sent.

The device makes a key for each thing; a receipt is kept under it in the transaction of what was done. Asked again after
a lost answer, the server says the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from pilar.platform import retention
from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.models import Receipt


class OtherContent(PilarError):
    """Raised where what is known by a key was sent with another content, or by somebody else."""

    code = "other-content"
    status = 409
    sentence = N_("Something else was stored under the same key before. Write this down again")


@transaction.atomic
def once(*, kind: str, key: UUID, owner: int, content: Any, act: Callable[[], object]) -> bool:
    """Run ``act`` and keep a receipt for it; False if that was done before.

    ``content`` is what was sent, as JSON knows it. Who sends the same at the same moment waits for the other; where
    ``act`` raises, nothing is kept. Raises :class:`OtherContent`.
    """
    sent = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    try:
        with transaction.atomic():
            Receipt.objects.create(key=key, kind=kind, owner=owner, sha256=sent)
    except IntegrityError:
        there = Receipt.objects.get(key=key)
        if (there.kind, there.owner, there.sha256) != (kind, owner, sent):
            raise OtherContent from None
        return False
    act()
    return True


def forget(now: datetime) -> int:
    """Delete the receipts that have run out at ``now``; returns how many. What comes again after that is done again."""
    oldest = retention.oldest_kept("receipts", now)
    return 0 if oldest is None else Receipt.objects.filter(given_at__lt=oldest).delete()[0]
