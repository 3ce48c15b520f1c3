"""Find rows to change: rows the actor may not know of count as missing, others are locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from pilar.people.authority import About, Act, Authority
from pilar.people.models import PublicAccount
from pilar.people.public import NoConsent
from pilar.people.rules import NotAllowed, Standing, existing
from pilar.platform import locks
from pilar.platform.locks import Row


def there(rows: QuerySet[Row], **wanted: Any) -> Row:
    """The row with these values, for any actor; raises :class:`NotFound`. For rows protected by a lock on another
    row."""
    return existing(locks.first(rows, **wanted))


def held(rows: QuerySet[Row], **wanted: Any) -> Row:
    """The row with these values, locked, for any actor; raises :class:`NotFound`."""
    return existing(locks.hold(rows, **wanted))


def own_public(by: Standing) -> PublicAccount:
    """The public account that acts, locked; raises :class:`NotAllowed` if there is none."""
    if by.citizen is None:
        raise NotAllowed
    return held(PublicAccount.objects, pk=by.citizen, erased_at=None)


def agreed_public(by: Standing) -> PublicAccount:
    """The public account that acts, locked, with valid consent; raises :class:`NotAllowed`, :class:`NoConsent`."""
    account = own_public(by)
    if not account.consents.filter(withdrawn_at=None).exists():
        raise NoConsent
    return account


def locked(
    rows: QuerySet[Row],
    *,
    by: Standing,
    action: Act,
    authority: Authority[Act, About],
    case: Callable[[Row], About],
    readable: Q = Q(pk__in=()),  # noqa: B008 - nobody changes a Q
    **wanted: Any,
) -> Row:
    """The row with these values, locked, if ``by`` may do ``action`` in its ``case`` now.

    ``readable``: the condition on rows that ``by`` knows of anyway. Raises :class:`NotFound` for users who may not know
    of it, :class:`NotAllowed`, the room's error for a wrong state.
    """
    row = held(rows, **wanted)
    about = case(row)
    known = authority.holds(by, action, about) or rows.filter(readable, pk=row.pk).exists()
    authority.require(by, action, about, known=known)
    return row
