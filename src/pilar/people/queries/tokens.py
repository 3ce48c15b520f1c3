"""The reader's own API tokens. A token itself does not see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilar.people.models import ApiToken
from pilar.people.rules import NotFound, Standing


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token for its owner: never the secret, only what it begins with."""

    key: int
    name: str
    beginning: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def works(self, now: datetime) -> bool:
        """Whether it opens anything at ``now``."""
        return self.revoked_at is None and self.expires_at > now


def own_tokens(*, scope: Standing) -> tuple[TokenRow, ...]:
    """The tokens of the reader's account, newest first; raises :class:`NotFound` unless a person reads."""
    if scope.actor.kind != "user":
        raise NotFound
    return tuple(
        TokenRow(
            key=row.pk,
            name=row.name,
            beginning=row.beginning,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )
        for row in ApiToken.objects.filter(user=scope.account)
    )
