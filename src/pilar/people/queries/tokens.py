"""API tokens: the reader's own, which are hidden from tokens themselves, and those of accounts that the reader
manages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.people.models import ApiToken, User
from pilar.people.rules import NotFound, Permission, Standing
from pilar.platform.rows import row_of


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token of an account or a source: never the secret, only its first characters."""

    key: int
    name: str
    beginning: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def works(self, now: datetime) -> bool:
        """Return whether it is valid at ``now``."""
        return self.revoked_at is None and self.expires_at > now


def own_tokens(*, scope: Standing) -> tuple[TokenRow, ...]:
    """The tokens of the reader's account, newest first; raises :class:`NotFound` unless a person reads."""
    if scope.actor.kind != "user":
        raise NotFound
    return _tokens(scope.account)


def tokens_of(user: int, *, scope: Standing) -> tuple[TokenRow, ...]:
    """The tokens of an account, newest first; needs ``manage-accounts``, raises :class:`NotFound` otherwise."""
    if not scope.may(Permission.MANAGE_ACCOUNTS) or not User.objects.filter(pk=user).exists():
        raise NotFound
    return _tokens(user)


def _tokens(user: int | None) -> tuple[TokenRow, ...]:
    return tuple(row_of(TokenRow, row) for row in ApiToken.objects.filter(user=user))
