"""API of the reader's own account and inbox, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Path

from pilar.people import operations, queries
from pilar.people.queries import AccountRow, MembershipRow, NoticeRow, TokenRow
from pilar.people.routes import Routes
from pilar.people.rules import NotFound, Standing
from pilar.platform.api import RowSchema

router = Routes(tags=["account"])

Key = Annotated[int, Path(ge=1, lt=2**63)]


class HeldRoleOut(RowSchema, of=MembershipRow, fields="role region=region_code unit place valid_from valid_until"):
    """A role that the account holds; ``region`` is null for the nation, ``unit`` the code of a district, village or
    hospital, and ``valid_until`` null for a role without an end."""

    role: str


class AccountOut(
    RowSchema,
    of=tuple[AccountRow, Standing],
    fields="email=0.email name=0.name language=0.language token=1.by_token roles=0.memberships",
):
    """The account that acts; ``token`` says whether it acts by a token."""


class NoticeOut(
    RowSchema,
    of=NoticeRow,
    fields="key kind subject text address region=region_code needs_action deadline created_at read=is_read",
):
    """A notice in the language that the request asks for; ``deadline`` is in UTC."""


class TokenOut(RowSchema, of=TokenRow, fields="key name beginning created_at expires_at last_used_at revoked_at"):
    """An API token: never its secret, only its first characters. Times are in UTC."""


@router.get("/me", response=AccountOut)
def me(by: Standing, now: datetime) -> tuple[AccountRow, Standing]:
    """Return the account for which this session or token acts."""
    return queries.own_account(scope=by, now=now), by


@router.get("/notices", response=list[NoticeOut])
def notices(by: Standing) -> tuple[NoticeRow, ...]:
    """Return the notices that wait for the reader, the nearest deadline first."""
    return queries.open_notices(scope=by)


@router.post("/notices/{key}/read", response={204: None})
def read_notice(by: Standing, now: datetime, key: int) -> None:
    """Mark one notice as read."""
    operations.mark_read(by=by, notice=key, now=now)


@router.get("/accounts/{key}/tokens", response=list[TokenOut])
def tokens(by: Standing, key: Key) -> tuple[TokenRow, ...]:
    """The API tokens of an account, for users who manage all accounts."""
    return queries.tokens_of(key, scope=by)


@router.post("/accounts/{key}/tokens/{token}/revoke", response={204: None})
def revoke_token(by: Standing, now: datetime, key: Key, token: Key) -> None:
    """Revoke an API token of an account immediately, for users who manage all accounts."""
    if token not in {row.key for row in queries.tokens_of(key, scope=by)}:
        raise NotFound
    operations.revoke_token(by=by, token=token, now=now)
