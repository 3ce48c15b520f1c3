"""Read the accounts that an import of accounts is compared with: taken addresses and held roles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pilar.people.models import Membership, User
from pilar.people.queries.accounts import visible
from pilar.people.rules import Standing


@dataclass(frozen=True, slots=True)
class Known:
    """An account: its key, whether the reader may know of it, and its roles as role, region, office and unit."""

    key: int
    seen: bool
    open: bool
    roles: frozenset[tuple[str, str | None, int | None, str]]


def known_accounts(emails: Collection[str], *, scope: Standing, now: datetime) -> dict[str, Known]:
    """The accounts of addresses. Three queries; the caller must not show anything of an account that is not
    ``seen``."""
    users = {row.pk: row for row in User.objects.filter(email__in=emails)}
    seen = visible(users, scope=scope, now=now)
    roles: dict[int, set[tuple[str, str | None, int | None, str]]] = {key: set() for key in users}
    for row in Membership.objects.filter(user__in=users).select_related("office"):
        if row.until is None or row.until > now:
            region = row.office.region_id if row.office_id else row.region_id
            roles[row.user_id].add((row.role, region, row.office_id, row.unit))
    return {
        row.email: Known(key, key in seen, row.is_active and row.anonymised_at is None, frozenset(roles[key]))
        for key, row in users.items()
    }
