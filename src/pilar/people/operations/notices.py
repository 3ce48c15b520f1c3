"""Notices: higher rooms create them in the transaction of a change, and close them once somebody has acted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from pilar.people.models import Notice, User
from pilar.people.queries import current
from pilar.people.rules import ROLES, AnyRole, HeldRole, NotFound, Reach, Standing
from pilar.platform.language import Bilingual
from pilar.platform.transactions import require_transaction

CHANGING = (
    "sentence", "fields", "needs_action", "address", "region", "deadline", "read_at", "mailed_at", "reminded_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """The matter of a notice.

    ``subject`` names the thing (``evaluation.request:17``); ``fields`` (values that fit JSON, and texts in both
    languages) fill the sentence when it is shown; ``address`` is a path of this site, in any language; ``region`` is
    the code whose time zone the deadline is shown in.
    """

    subject: str
    address: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    region: str | None = None
    deadline: datetime | None = None


def notify(
    *,
    by: Standing,
    to: Collection[int] | HeldRole,
    kind: str,
    subject: str,
    sentence: str,
    fields: Mapping[str, Any] | None = None,
    address: str,
    region: str | None = None,
    deadline: datetime | None = None,
    needs_action: bool = True,
    now: datetime,
) -> int:
    """Notify people of what they must act on, or (``needs_action=False``) should know; returns how many were notified.

    ``to`` is keys of accounts, or a role with its place: everybody active who holds it there, except the acting person.
    ``kind`` is a stable code (``evaluation.request``), ``sentence`` a marked English sentence; the rest is as in
    :class:`Message`.

    While a notice of the same kind and subject is open, it is not repeated. If its deadline has moved, it is sent
    again. Raises :class:`OutsideTransaction` without a transaction, ``KeyError`` if a field of the sentence is missing.
    """
    message = Message(subject, address, fields or {}, region, deadline)
    pairs = [(user, message) for user in _addressees(by, to, now)]
    return _tell(pairs, kind=kind, sentence=sentence, needs_action=needs_action, now=now)


def notify_regions(
    *,
    by: Standing,
    role: AnyRole,
    messages: Mapping[str, Message],
    kind: str,
    sentence: str,
    needs_action: bool = True,
    now: datetime,
) -> int:
    """Notify everybody active who holds ``role`` in a region with the message of that region, as :func:`notify` does.

    ``messages`` go by the code of the region. A handful of queries, whatever their number.
    """
    held = current(now).filter(role=role, user__is_active=True, region__in=messages).exclude(user=by.account)
    pairs = [(user, messages[region]) for user, region in set(held.order_by().values_list("user", "region"))]
    return _tell(pairs, kind=kind, sentence=sentence, needs_action=needs_action, now=now)


def notify_offices(
    *,
    by: Standing,
    role: AnyRole,
    messages: Mapping[int, Message],
    kind: str,
    sentence: str,
    needs_action: bool = True,
    now: datetime,
) -> int:
    """As :func:`notify_regions`, for people who hold ``role`` in an office; ``messages`` by the key of the office."""
    held = current(now).filter(role=role, user__is_active=True, office__in=messages).exclude(user=by.account)
    pairs = [(user, messages[office]) for user, office in set(held.order_by().values_list("user", "office"))]
    return _tell(pairs, kind=kind, sentence=sentence, needs_action=needs_action, now=now)


def _tell(pairs: Sequence[tuple[int, Message]], *, kind: str, sentence: str, needs_action: bool, now: datetime) -> int:
    require_transaction("notify")
    for _user, message in pairs:
        sentence % message.fields  # a sentence that cannot be filled would break every page that shows it
    users, subjects = {user for user, _message in pairs}, {message.subject for _user, message in pairs}
    open_ones = {
        (notice.user_id, notice.subject): notice
        for notice in Notice.objects.filter(user__in=users, kind=kind, subject__in=subjects, done_at=None)
    }
    new, moved = [], []
    for user, message in sorted(pairs, key=lambda pair: (pair[0], pair[1].subject)):
        told = open_ones.get((user, message.subject))
        if told is None:
            told = Notice(user_id=user, kind=kind, subject=message.subject, created_at=now)
            new.append(told)
        elif told.deadline != message.deadline:
            told.read_at, told.mailed_at, told.reminded_at = None, None, None
            moved.append(told)
        else:
            continue
        told.sentence, told.fields, told.needs_action = sentence, _kept(message.fields), needs_action
        told.address, told.region_id, told.deadline = (
            _without_language(message.address),
            message.region,
            message.deadline,
        )
    Notice.objects.bulk_update(moved, CHANGING)
    # Another process may create the same notice at this moment: the constraint decides.
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(moved) + len(new)


def _kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: asdict(said) if isinstance(said, Bilingual) else said for name, said in fields.items()}


def settle(*, by: Standing, subject: str | Collection[str], kind: str | None = None, now: datetime) -> int:
    """Close the open notices about a subject, or several (of one kind, if given) for everybody, because ``by`` has
    acted.

    Returns how many; raises :class:`OutsideTransaction` without a transaction.
    """
    require_transaction("settle")
    rows = Notice.objects.filter(subject__in=[subject] if isinstance(subject, str) else subject, done_at=None)
    if kind is not None:
        rows = rows.filter(kind=kind)
    # The clock of another server may be a little ahead: a notice is never closed before it was created.
    return rows.update(done_at=Greatest("created_at", Value(now)), done_by=by.actor.name)


@transaction.atomic
def mark_read(*, by: Standing, notice: int | None = None, now: datetime) -> None:
    """Mark one of one's own notices as read, or all of them; notices without a required action are closed by it.

    Raises :class:`NotFound` for a notice of somebody else.
    """
    if by.account is None:
        raise NotFound
    rows = Notice.objects.filter(user=by.account)
    if notice is not None:
        rows = rows.filter(pk=notice)
        if not rows.exists():
            raise NotFound
    unread = rows.filter(read_at=None, done_at=None)
    unread.filter(needs_action=False).update(read_at=now, done_at=now)
    unread.update(read_at=now)


def _addressees(by: Standing, to: Collection[int] | HeldRole, now: datetime) -> set[int]:
    """Keys of active accounts."""
    if not isinstance(to, HeldRole):
        return set(User.objects.filter(pk__in=to, is_active=True).values_list("pk", flat=True))
    held = current(now).filter(role=to.role, user__is_active=True)
    match ROLES[to.role].reach:
        case Reach.REGION:
            held = held.filter(region=to.region)
        case Reach.OFFICE:
            held = held.filter(office=to.office)
        case Reach.UNIT | Reach.PROVINCE:
            held = held.filter(region=to.region, unit=to.unit)
    return set(held.values_list("user", flat=True)) - {by.account}


def _without_language(address: str) -> str:
    """The path as it stands in the default language, whatever language the page of the person who acts had."""
    for code, _name in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE and address.startswith(f"/{code}/"):
            return address.removeprefix(f"/{code}")
    return address
