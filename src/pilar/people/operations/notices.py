"""Notices: higher rooms say in the transaction of their change whom it concerns, and later that somebody has acted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from pilar.people.models import Notice, User
from pilar.people.queries import current
from pilar.people.rules import ROLES, HeldRole, NotFound, Reach, Standing
from pilar.platform.transactions import require_transaction


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
    """Tell people what they must act on, or (``needs_action=False``) what they should know; returns how many were told.

    ``to`` is keys of accounts, or a role with its place: everybody active who holds it there, except who acts.
    ``kind`` is a stable code (``evaluation.request``), ``subject`` names the thing (``evaluation.request:17``);
    ``sentence`` is a marked English sentence that ``fields`` (values that fit JSON) fill when it is shown; ``address``
    is a path of this site, in any language. ``region`` is the code whose time zone the deadline is shown in.

    While a notice of the same kind and subject is open it is not repeated. If its deadline has moved, it is told anew.
    Raises :class:`OutsideTransaction` without a transaction, ``KeyError`` if a field of the sentence is missing.
    """
    require_transaction("notify")
    given = dict(fields or {})
    sentence % given  # a sentence that cannot be filled would break every page that shows it
    users = _addressees(by, to, now)
    told = {
        "sentence": sentence,
        "fields": given,
        "address": _without_language(address),
        "region_id": region,
        "deadline": deadline,
    }
    still_open = Notice.objects.filter(user__in=users, kind=kind, subject=subject, done_at=None)
    moved = still_open.exclude(deadline=deadline).update(
        **told, needs_action=needs_action, read_at=None, mailed_at=None, reminded_at=None
    )
    before = set(still_open.values_list("user", flat=True))
    new = [
        Notice(user_id=user, kind=kind, subject=subject, needs_action=needs_action, created_at=now, **told)
        for user in sorted(users - before)
    ]
    # Somebody else may tell the same at this very moment: the constraint decides.
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return moved + len(new)


def settle(*, by: Standing, subject: str, kind: str | None = None, now: datetime) -> int:
    """Close the open notices about a subject (of one kind, if given) for everybody, because ``by`` has acted.

    Returns how many; raises :class:`OutsideTransaction` without a transaction.
    """
    require_transaction("settle")
    rows = Notice.objects.filter(subject=subject, done_at=None)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows.update(done_at=now, done_by=by.actor.name)


@transaction.atomic
def mark_read(*, by: Standing, notice: int | None = None, now: datetime) -> None:
    """Mark one of one's own notices as read, or all of them; what only had to be known is done with that.

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
    return set(held.values_list("user", flat=True)) - {by.account}


def _without_language(address: str) -> str:
    """The path as it stands in the default language, whatever language the page of who acts had."""
    for code, _name in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE and address.startswith(f"/{code}/"):
            return address.removeprefix(f"/{code}")
    return address
