"""Requests for accounts with a role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from pilar.people.models import AccountRequest
from pilar.people.rules import ROLES, Permission, Standing, existing, led_regions, role_of, roles_to_give
from pilar.platform.language import translate


@dataclass(frozen=True, slots=True)
class AccountRequestRow:
    """A person who asks, and for what; ``region_code`` and ``role`` are empty if a single sign-on provider does not
    give them.

    ``account`` is the public account of a person signed in by a code, ``position`` and ``letter`` are given by them;
    all three are empty for a single sign-on.
    """

    key: int
    account: int | None
    name: str
    email: str
    role: str
    region_code: str
    region: str
    position: str
    letter: str
    asked_at: datetime

    @property
    def role_name(self) -> str:
        """The proposed role in the reader's language."""
        return translate(ROLES[role_of(self.role)].name) if self.role else ""


def sees_request(by: Standing, region: str | None) -> bool:
    """Return whether the reader may decide a request for a region, or for none."""
    return by.may(Permission.MANAGE_ACCOUNTS) or (region is not None and bool(roles_to_give(by, region)))


def account_requests(*, scope: Standing) -> tuple[AccountRequestRow, ...]:
    """The requests that the reader may decide, the oldest first. One query."""
    return tuple(_row(row) for row in _seen(scope))


def account_request(key: int, *, scope: Standing) -> AccountRequestRow:
    """One request; raises :class:`NotFound`."""
    return _row(existing(_seen(scope).filter(pk=key).first()))


def own_request(*, scope: Standing) -> AccountRequestRow | None:
    """Return the waiting request of the reader's public account, if any."""
    row = AccountRequest.objects.select_related("region").filter(provider="", subject=str(scope.citizen)).first()
    return row and _row(row)


def _seen(scope: Standing) -> QuerySet[AccountRequest]:
    rows = AccountRequest.objects.select_related("region")
    return rows if scope.may(Permission.MANAGE_ACCOUNTS) else rows.filter(region__in=led_regions(scope))


def _row(row: AccountRequest) -> AccountRequestRow:
    return AccountRequestRow(
        row.pk,
        None if row.provider else int(row.subject),
        row.name,
        row.email,
        row.role,
        row.region_id or "",
        row.region.name if row.region else "",
        row.position,
        row.letter,
        row.asked_at,
    )
