"""Channels for a person's notices, and delivery of messages to phones (e-mail: ``platform.mail``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from pilar.areas.reference import local_end
from pilar.people.channels import PHONES, Channel, NotDelivered, Rhythm, adapter, checked_number, offered
from pilar.people.models import Delivery, Notice, NoticeChannel, User
from pilar.people.operations.locking import held
from pilar.people.rules import NotAllowed, Permission, Standing
from pilar.platform import audit, locks
from pilar.platform.delivery import DeliveryState, Reason
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import MAIL, background, every
from pilar.platform.language import N_
from pilar.platform.mail import GIVEN_UP_AFTER

PAUSE = timedelta(minutes=1)
"""The first pause before a message is retried; doubled each time."""
MAX_PAUSE = timedelta(hours=1)

log = structlog.get_logger(__name__)


@transaction.atomic
def choose_channels(
    *, by: Standing, chosen: Mapping[Channel, str], rhythm: Rhythm | None = None, now: datetime
) -> None:
    """Have one's notices sent by these channels (a number for phones, ``""`` for e-mail), as often as one likes; None
    leaves that as it is.

    Raises :class:`NotAllowed` without an account, Faults if none is chosen, one is not offered or a number is invalid.
    """
    if by.account is None or by.actor.kind != "user":
        raise NotAllowed
    if not chosen:
        raise Faults([Fault("no-channel", N_("Choose at least one way by which notices reach you"), {}, "email")])
    if not set(chosen) <= set(offered()):
        raise Faults([Fault("channel-not-offered", N_("Messages are not sent in this way here"))])
    numbers = {
        channel: checked_number(given, place=channel) if channel in PHONES else ""
        for channel, given in sorted(chosen.items())
    }
    person = held(User.objects, pk=by.account)  # a double click writes them twice, one after the other
    if rhythm and rhythm != person.digest:
        person.digest, person.digest_at = rhythm, None if rhythm is Rhythm.AT_ONCE else now
        person.save(update_fields=["digest", "digest_at"])
    NoticeChannel.objects.filter(user=by.account).delete()
    NoticeChannel.objects.bulk_create(
        NoticeChannel(user_id=by.account, channel=channel, number=number, chosen_at=now)
        for channel, number in numbers.items()
    )
    # The log keeps the channels, not the numbers, since these are deleted on request.
    audit.record(
        by, "choose-channels", "people.account", by.account, after={"channels": [*numbers], "digest": person.digest}
    )


def begin_deliveries(notices: Iterable[Notice], channel: Channel, now: datetime) -> UUID:
    """Record that one message with these notices is on its way; returns its reference."""
    message = uuid4()
    Delivery.objects.bulk_create(
        Delivery(notice=notice, channel=channel, message=message, queued_at=now, due_at=now) for notice in notices
    )
    if channel in PHONES:
        send_messages.later()
    return message


def note_mail(*, reference: str, state: DeliveryState, reason: Reason | None, now: datetime, **_signal: Any) -> None:
    """Record the state of a message by e-mail (``platform.mail.moved``)."""
    if reference:
        _note(Delivery.objects.filter(message=reference), state, reason, now)


@background("people.send-messages", queue=MAIL)
@every("people.send-waiting-messages", cron="* * * * *", queue=MAIL)
def send_messages(*, by: Standing, now: datetime) -> int:
    """Send due messages to phones; returns how many. Needs ``manage-accounts``.

    Undelivered messages are retried for a day, as e-mail is. A message only says how many notices wait and until when,
    not their contents, since anybody may look at a phone.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    sent, tried = 0, set[UUID]()
    while True:
        try:
            outcome = _send_next(now, tried)
        except locks.Busy:  # another worker waits for the provider of this one
            continue
        if outcome is None:
            return sent
        sent += outcome


@transaction.atomic
def _send_next(now: datetime, tried: set[UUID]) -> bool | None:
    """Send one message that this round has not tried; return whether it went out, None if there is none left."""
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, channel__in=PHONES, due_at__lte=now)
    first = waiting.exclude(message__in=tried).order_by("due_at", "pk").first()
    if first is None:
        return None
    tried.add(first.message)
    rows = Delivery.objects.filter(message=first.message)
    locks.take(f"people.message {first.message}")
    if not rows.filter(state=DeliveryState.WAITING, tries=first.tries).exists():
        return False  # another worker is processing it
    notices = list(Notice.objects.filter(deliveries__message=first.message, done_at=None, user__is_active=True))
    way = NoticeChannel.objects.filter(user=first.notice.user_id, channel=first.channel).first()
    if way is None or not notices or first.channel not in offered():
        rows.delete()  # the person has acted, or no longer wants it
        return False
    try:
        adapter(Channel(first.channel)).send(number=way.number, text=_text(first.notice.user, notices))
    except NotDelivered as error:
        log.warning("message-not-delivered", channel=first.channel, message=str(first.message), reason=error.reason)
        final = error.final or now - first.queued_at >= GIVEN_UP_AFTER
        _note(rows, DeliveryState.FAILED if final else DeliveryState.WAITING, error.reason, now)
        return False
    _note(rows, DeliveryState.SENT, None, now)
    return True


def _note(rows: QuerySet[Delivery], state: DeliveryState, reason: Reason | None, now: datetime) -> None:
    first = rows.first()
    if first is None:
        return
    pause = min(PAUSE * 2 ** min(first.tries, 10), MAX_PAUSE)
    rows.update(
        state=state, reason=reason or "", tries=first.tries + 1, due_at=now + pause,
        settled_at=None if state is DeliveryState.WAITING else now,
    )  # fmt: skip


def _text(person: User, notices: list[Notice]) -> str:
    """The text of a message: how many notices wait, the nearest deadline and the link, in the person's language."""
    with translation.override(person.language):
        count = len(notices)
        parts = [
            ngettext("Pilar: %(count)s notice waits for you.", "Pilar: %(count)s notices wait for you.", count)
            % {"count": count}
        ]
        dated = [(notice.deadline, notice.region_id) for notice in notices if notice.deadline is not None]
        if dated:
            deadline, region = min(dated, key=lambda pair: pair[0])
            parts.append(gettext("Nearest deadline: %(deadline)s.") % {"deadline": local_end(deadline, region)})
        return " ".join([*parts, settings.SITE_ADDRESS + reverse("people:notices")])
