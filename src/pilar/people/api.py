"""Who I am to the API, and what waits for me, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router, Schema, Status

from pilar.people import operations, queries
from pilar.people.queries import AccountRow, NoticeRow, TokenRow
from pilar.people.rules import NotFound
from pilar.people.signin import standing_of

router = Router(tags=["account"])

Key = Annotated[int, Path(ge=1, lt=2**63)]


class HeldRoleOut(Schema):
    """A role that the account holds; ``region`` is null for the nation."""

    role: str
    region: str | None
    place: str


class AccountOut(Schema):
    """The account that acts; ``token`` says whether it acts by a token."""

    email: str
    name: str
    language: str
    token: bool
    roles: list[HeldRoleOut]


class NoticeOut(Schema):
    """A notice in the language that the request asks for; ``deadline`` is in UTC."""

    key: int
    kind: str
    subject: str
    text: str
    address: str
    region: str | None
    needs_action: bool
    deadline: datetime | None
    created_at: datetime
    read: bool


class TokenOut(Schema):
    """An API token: never its secret, only what it begins with. Times are in UTC."""

    key: int
    name: str
    beginning: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@router.get("/me", response=AccountOut)
def me(request: HttpRequest) -> AccountOut:
    """Whom this session or token acts for."""
    by = standing_of(request)
    return _account(queries.own_account(scope=by, now=timezone.now()), token=by.actor.kind == "token")


@router.get("/notices", response=list[NoticeOut])
def notices(request: HttpRequest) -> list[NoticeOut]:
    """What waits for me, the nearest deadline first."""
    return [_notice(row) for row in queries.open_notices(scope=standing_of(request))]


@router.post("/notices/{key}/read", response={204: None})
def read_notice(request: HttpRequest, key: int) -> Status[None]:
    """Mark one notice as read."""
    operations.mark_read(by=standing_of(request), notice=key, now=timezone.now())
    return Status(204, None)


@router.get("/accounts/{key}/tokens", response=list[TokenOut])
def tokens(request: HttpRequest, key: Key) -> list[TokenRow]:
    """The API tokens of an account, for who manages all accounts."""
    return list(queries.tokens_of(key, scope=standing_of(request)))


@router.post("/accounts/{key}/tokens/{token}/revoke", response={204: None})
def revoke_token(request: HttpRequest, key: Key, token: Key) -> Status[None]:
    """End an API token of an account at once, for who manages all accounts."""
    by = standing_of(request)
    if token not in {row.key for row in queries.tokens_of(key, scope=by)}:
        raise NotFound
    operations.revoke_token(by=by, token=token, now=timezone.now())
    return Status(204, None)


def _account(row: AccountRow, *, token: bool) -> AccountOut:
    roles = [HeldRoleOut(role=held.role, region=held.region_code, place=held.place) for held in row.memberships]
    return AccountOut(email=row.email, name=row.name, language=row.language, token=token, roles=roles)


def _notice(row: NoticeRow) -> NoticeOut:
    return NoticeOut(
        key=row.key,
        kind=row.kind,
        subject=row.subject,
        text=row.text,
        address=row.address,
        region=row.region_code,
        needs_action=row.needs_action,
        deadline=row.deadline,
        created_at=row.created_at,
        read=row.is_read,
    )
