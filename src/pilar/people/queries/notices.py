"""Read a user's own notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from pilar.people.channels import NAMES, Channel, Rhythm, offered
from pilar.people.models import Delivery, Notice, NoticeChannel, User
from pilar.people.rules import Standing, shown_name
from pilar.platform.delivery import REASONS, STATES, DeliveryState, Reason
from pilar.platform.language import Bilingual, translate

MAX_OPEN, MAX_DONE = 500, 50


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """The delivery of a notice by one channel; ``reason`` says why it failed or waits."""

    channel: Channel
    state: DeliveryState
    reason: Reason | None
    tries: int

    @property
    def text(self) -> str:
        """In the reader's language: ``WhatsApp: not delivered (…)``."""
        said = f"{translate(NAMES[self.channel])}: {translate(STATES[self.state][0])}"
        return f"{said} ({translate(REASONS[self.reason])})" if self.reason else said

    @property
    def tone(self) -> str:
        return STATES[self.state][1]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice for its reader; ``done_by`` is who acted, empty if the reader only had to know."""

    key: int
    kind: str
    subject: str
    sentence: str
    fields: Mapping[str, Any]
    path: str
    region_code: str | None
    needs_action: bool
    deadline: datetime | None
    created_at: datetime
    is_read: bool
    done_at: datetime | None
    done_by: str
    deliveries: tuple[DeliveryRow, ...] = ()

    @property
    def text(self) -> str:
        """Return its sentence in the reader's language, including fields stored in both languages."""
        said = {
            name: str(Bilingual(**value)) if isinstance(value, dict) else value for name, value in self.fields.items()
        }
        return translate(self.sentence, **said)

    @property
    def address(self) -> str:
        """Return where to act: a path of this site, in the reader's language."""
        language = get_language() or settings.LANGUAGE_CODE
        return self.path if language == settings.LANGUAGE_CODE else f"/{language}{self.path}"

    def overdue(self, now: datetime) -> bool:
        """Return whether the deadline has passed and nobody has acted."""
        return self.done_at is None and self.deadline is not None and self.deadline <= now


def open_notices(*, scope: Standing) -> tuple[NoticeRow, ...]:
    """Return the notices that need action or are unread, the nearest deadline first; at most ``MAX_OPEN``."""
    rows = list(_own(scope).filter(done_at=None)[:MAX_OPEN])
    deliveries = defaultdict[int, dict[str, DeliveryRow]](dict)
    for delivery in Delivery.objects.filter(notice__in=rows).order_by("pk"):  # the last row of a channel counts
        reason = Reason(delivery.reason) if delivery.reason else None
        row = DeliveryRow(Channel(delivery.channel), DeliveryState(delivery.state), reason, delivery.tries)
        deliveries[delivery.notice_id][delivery.channel] = row
    return tuple(replace(row_of(row), deliveries=tuple(deliveries[row.pk].values())) for row in rows)


def done_notices(*, scope: Standing) -> tuple[NoticeRow, ...]:
    """Return the closed notices, newest first; at most ``MAX_DONE``."""
    rows = _own(scope).filter(done_at__isnull=False).order_by("-done_at", "-id")
    return tuple(row_of(row) for row in rows[:MAX_DONE])


def channels_of(user: int) -> dict[Channel, str]:
    """The notice channels of an account, with the number of each; e-mail if none was chosen."""
    chosen = NoticeChannel.objects.filter(user=user, channel__in=offered()).order_by("channel")
    return {Channel(channel.channel): channel.number for channel in chosen} or {Channel.EMAIL: ""}


def rhythm_of(user: int) -> Rhythm:
    """Return how often an account gets new notices."""
    return Rhythm(User.objects.values_list("digest", flat=True).get(pk=user))


def count_open_notices(user: int) -> int:
    """Count how many notices wait for the account of this key; one query."""
    return Notice.objects.filter(user=user, done_at=None).count()


def row_of(row: Notice) -> NoticeRow:
    """The stored notice for its reader."""
    return NoticeRow(
        key=row.pk,
        kind=row.kind,
        subject=row.subject,
        sentence=row.sentence,
        fields=row.fields,
        path=row.address,
        region_code=row.region_id,
        needs_action=row.needs_action,
        deadline=row.deadline,
        created_at=row.created_at,
        is_read=row.read_at is not None,
        done_at=row.done_at,
        done_by=shown_name(row.done_by),
    )


def _own(scope: Standing) -> QuerySet[Notice]:
    return Notice.objects.none() if scope.account is None else Notice.objects.filter(user=scope.account)
