"""Messages by e-mail: the digest of notices, and the link to choose the password of a new account.

They are stored in the caller's transaction, and delivered by the worker (``platform.mail``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from pilar.people.channels import Channel, Rhythm, begun
from pilar.people.models import Notice, User
from pilar.people.operations import memberships
from pilar.people.operations.channels import begin_deliveries
from pilar.people.queries.notices import channels_of, row_of
from pilar.people.rules import NotFound, Permission, Standing
from pilar.platform import audit
from pilar.platform.jobs import background, every

REMINDER = timedelta(days=1)


@every("people.send-digests", cron="*/15 * * * *")
def send_digests(*, by: Standing, now: datetime) -> int:
    """Send everybody one message with new notices and those due within a day, by each chosen channel and in the chosen
    rhythm (:class:`~pilar.people.channels.Rhythm`); returns how many messages.

    A reminder is sent once; a notice that is due within a day when first sent needs none. Each person's message is a
    transaction of its own. Needs ``manage-accounts``.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    sent = sum(_send_digest(user, now) for user in sorted(set(_to_tell(now).values_list("user", flat=True))))
    # People without new notices this time get the next ones together with the others of the next time.
    for rhythm, since in begun(now).items():
        User.objects.filter(digest=rhythm, digest_at__lt=since).update(digest_at=now)
    return sent


@transaction.atomic
def invite(*, by: Standing, user: int, now: datetime) -> None:
    """Send an account a link to choose a new password, which only somebody with access to its mailbox can use.

    Raises :class:`NotFound` for an account that is blocked or that ``by`` does not see.
    """
    account = User.objects.filter(pk=user, is_active=True).first()
    if account is None or not memberships.sees(by, account, now):
        raise NotFound
    send_invitation.later(user=user)
    audit.record(by, "invite", "people.account", user)


@background("people.send-invitation", retry=3)
def send_invitation(*, by: Standing, user: int) -> None:
    """Send the link that :func:`invite` promised, unless the account has been blocked; needs ``manage-accounts``."""
    by.require(Permission.MANAGE_ACCOUNTS)
    account = User.objects.filter(pk=user, is_active=True).first()
    if account is None:
        return
    with translation.override(account.language):
        key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(account)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(account), "key": key})
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        context = {"person": account, "link": settings.SITE_ADDRESS + path, "days": days}
        message = _message(account, gettext("Your account in Pilar"), "invitation", context)
    message.send()


def _to_tell(now: datetime) -> QuerySet[Notice]:
    near = Q(deadline__gt=now, deadline__lte=now + REMINDER)
    # Messages whose deadline passed while the worker was down no longer wait either.
    told = Q(user__digest=Rhythm.AT_ONCE) | Q(deadline__lte=now + REMINDER)
    for rhythm, since in begun(now).items():
        told |= Q(user__digest=rhythm, user__digest_at__lt=since)
    due = near & Q(needs_action=True, reminded_at=None)
    return Notice.objects.filter(told, Q(mailed_at=None) | due, done_at=None, user__is_active=True)


@transaction.atomic
def _send_digest(user: int, now: datetime) -> int:
    """Send an account its digest; returns how many messages were sent: none if another worker is already sending
    them."""
    rows = list(_to_tell(now).filter(user=user).select_for_update(of=("self",), skip_locked=True))
    if not rows:
        return 0
    person = User.objects.get(pk=user)
    ways = channels_of(user)
    for channel in ways:
        message = begin_deliveries(rows, channel, now)
        if channel is Channel.EMAIL:
            _mail_digest(person, rows, str(message))
    told = Notice.objects.filter(pk__in=[row.pk for row in rows])
    told.filter(deadline__lte=now + REMINDER).update(reminded_at=now)
    told.update(mailed_at=now)
    return len(ways)


def _mail_digest(person: User, rows: list[Notice], reference: str) -> None:
    with translation.override(person.language):
        context = {
            "person": person,
            "fresh": [row_of(row) for row in rows if row.mailed_at is None],
            "due": [row_of(row) for row in rows if row.mailed_at is not None],
            "site": settings.SITE_ADDRESS,
            "page": settings.SITE_ADDRESS + reverse("people:notices"),
        }
        subject = ngettext("Pilar: %(count)s notice", "Pilar: %(count)s notices", len(rows)) % {"count": len(rows)}
        message = _message(person, subject, "digest", context)
    message.reference = reference  # type: ignore[attr-defined]
    message.send()


def _message(person: User, subject: str, template: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """A message with a plain and an HTML part, in the language that is active."""
    plain = render_to_string(f"people/mail/{template}.txt", context)
    message = EmailMultiAlternatives(subject, plain, to=[person.email])
    message.attach_alternative(render_to_string(f"people/mail/{template}.html", context), "text/html")
    return message
