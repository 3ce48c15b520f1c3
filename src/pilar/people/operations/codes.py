"""Codes with which citizens sign in: sent to an e-mail address or phone, entered on the device that requested them.

Nobody acts: nobody is signed in yet.
"""

from __future__ import annotations

import secrets as chance
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext

from pilar.people.channels import Channel, NotDelivered, adapter
from pilar.people.limits import KNOWN_DEVICE, Limit
from pilar.people.models import PublicCode
from pilar.people.public import (
    CODE_DIGITS,
    CODE_LIFE,
    CODES_OF_CONTACT,
    CODES_OF_CONTACT_A_DAY,
    CODES_OF_NETWORK,
    TIME_TO_OPEN,
    CodeRefused,
    TooManyCodes,
    code_works,
)
from pilar.people.queries.public import Contact, account_with, contact_of, opened
from pilar.people.rules import Permission, Standing
from pilar.platform import locks
from pilar.platform.jobs import MAIL, background

log = structlog.get_logger(__name__)


@transaction.atomic
def ask_code(
    *, contact: str, network: str, language: str, device_of: Callable[[str], str] = lambda _contact: "", now: datetime
) -> UUID:
    """Have a code sent to an e-mail address or phone number; returns the reference that has to be sent back with it.

    The same happens whether there is an account or not. ``device_of`` returns the mark of the device if the address or
    number has signed in on it before, so that requests on other devices, made to annoy the owner, do not count against
    it. Raises Faults for an invalid address or number, :class:`TooManyCodes`.
    """
    asked = contact_of(contact)
    device = device_of(asked.text)
    locks.take(f"people.public-code {asked.hash}")
    of_contact = Q(contact_hash__in=asked.hashes, device=device)
    limits = [(KNOWN_DEVICE, of_contact)] if device else [
        (CODES_OF_CONTACT, of_contact), (CODES_OF_CONTACT_A_DAY, of_contact),
        (CODES_OF_NETWORK, Q(network=network) & ~Q(network="")),
    ]  # fmt: skip
    for limit, rows in limits:
        _require_few(limit, rows, now)
    made = PublicCode.objects.create(
        channel=asked.channel, contact=asked.text, contact_hash=asked.hash, network=network, language=language,
        device=device,
        code=f"{chance.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}", asked_at=now,
    )  # fmt: skip
    send_code.later(code=str(made.reference))
    return made.reference


def _require_few(limit: Limit, rows: Q, now: datetime) -> None:
    codes = PublicCode.objects.filter(rows, asked_at__gt=now - limit.within).order_by("-asked_at")
    until = limit.closed_until(list(codes.values_list("asked_at", flat=True)[: limit.most]), now)
    if until is not None:
        raise TooManyCodes(seconds=(until - now).total_seconds())


@background("people.send-code", queue=MAIL)
def send_code(*, by: Standing, code: str, now: datetime) -> None:
    """Send a code on its way, unless it is too late for that; needs ``manage-accounts``.

    There are no retries: a late code is useless, and the person can request another one.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    row = PublicCode.objects.filter(pk=code, used_at=None, asked_at__gt=now - CODE_LIFE).first()
    if row is None:
        return
    with translation.override(row.language):
        text = gettext("%(code)s is your code for Pilar. It works for %(minutes)s minutes. Tell it to nobody.") % {
            "code": opened(row.code), "minutes": CODE_LIFE.seconds // 60,
        }  # fmt: skip
        send(contact_in(row), gettext("Your code for Pilar"), text)


def send(to: Contact, subject: str, text: str) -> None:
    """Send a short message; a failure is only logged."""
    if to.channel is Channel.EMAIL:
        EmailMessage(subject, text, to=[to.text]).send()
        return
    try:
        adapter(to.channel).send(number=to.text, text=text)
    except NotDelivered as error:
        log.warning("code-not-delivered", channel=to.channel, reason=error.reason)


def enter_code(*, reference: UUID, code: str, now: datetime) -> int | None:
    """The key of the account of the person who has the code, None if there is none yet; raises :class:`CodeRefused`.

    A wrong code counts, whatever the caller does with the error.
    """
    with transaction.atomic():
        row = locks.hold(PublicCode.objects, pk=reference)
        works = row is not None and code_works(asked_at=row.asked_at, used_at=row.used_at, tries=row.tries, now=now)
        good = works and row is not None and constant_time_compare(opened(row.code), "".join(code.split()))
        if row is not None and works:
            if not good:
                row.tries += 1
            elif row.used_at is None:
                row.used_at = now
            row.save(update_fields=["tries", "used_at"])
    if row is None or not good:
        raise CodeRefused
    return account_with(contact_in(row))


def held_code(reference: UUID, now: datetime) -> PublicCode:
    """The code that was entered a short while ago, locked; raises :class:`CodeRefused`."""
    row = locks.hold(PublicCode.objects, pk=reference)
    if row is None or row.used_at is None or now - row.used_at >= TIME_TO_OPEN:
        raise CodeRefused
    return row


def contact_in(row: PublicCode) -> Contact:
    """Return where a code went."""
    return Contact(Channel(row.channel), opened(row.contact))
