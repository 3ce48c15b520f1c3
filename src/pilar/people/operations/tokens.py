"""API tokens: made and revoked by their owner, looked up by the hash of what a program sends."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from pilar.people import queries
from pilar.people.models import ApiToken, Token, User
from pilar.people.operations.locking import held
from pilar.people.rules import NotAllowed, NotFound, Permission, Standing
from pilar.platform import audit
from pilar.platform.actors import Actor
from pilar.platform.errors import PilarError
from pilar.platform.language import N_
from pilar.platform.models import AuditEvent
from pilar.platform.names import Signature
from pilar.platform.transactions import require_transaction

TARGET = "people.token"
PREFIX = "pilar_"
MAX_DAYS = 365
USE_NOTED_EVERY = timedelta(hours=1)

Issued = TypeVar("Issued", bound=Token)


class UnfitToken(PilarError):
    """A token needs a name and an end."""

    code = "unfit-token"
    status = 422
    sentence = N_("Give the token a name of at most %(longest)s characters and 1 to %(days)s days")


class BadToken(PilarError):
    """The token is wrong, expired or revoked, or its account is blocked; the error does not say which."""

    code = "bad-token"
    status = 401
    sentence = N_("This token opens nothing. Make a new one on the page of your account")


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as it is shown once."""

    key: int
    secret: str


@transaction.atomic
def create_token(*, by: Standing, name: str, days: int, now: datetime) -> NewToken:
    """Make a token with the permissions of its owner, for ``days`` days. Its secret is not stored.

    Raises :class:`UnfitToken`; :class:`NotAllowed` unless a person makes it for their own account, and if their
    sessions were ended meanwhile, since somebody with the lost password could otherwise keep a token.
    """
    if by.actor.kind != "user" or held(User.objects, pk=by.account).get_session_auth_hash() != by.session:
        raise NotAllowed
    made, secret = made_token(ApiToken(user_id=by.account), prefix=PREFIX, name=name, days=days, now=now)
    audit.record(by, "create", TARGET, made.pk, after={"user": by.account, "expires_at": made.expires_at})
    return NewToken(made.pk, secret)


def made_token(row: Issued, *, prefix: str, name: str, days: int, now: datetime) -> tuple[Issued, str]:
    """Store ``row`` as a new token; returns its secret, which is not stored. Raises :class:`UnfitToken`."""
    named, longest = " ".join(name.split()), row._meta.get_field("name").max_length
    if not named or not named.isprintable() or len(named) > longest or not 1 <= days <= MAX_DAYS:
        raise UnfitToken(longest=longest, days=MAX_DAYS)
    random = secrets.token_urlsafe(32)
    row.name, row.digest, row.beginning = named, _digest(prefix + random), random[:8]
    row.created_at, row.expires_at = now, now + timedelta(days=days)
    row.save(force_insert=True)
    return row, prefix + random


@transaction.atomic
def revoke_token(*, by: Standing, token: int, now: datetime) -> None:
    """Revoke a token immediately: one's own, or with ``manage-accounts`` anybody's.

    Raises :class:`NotFound` for any other.
    """
    row = held(ApiToken.objects, pk=token)
    if not _may_end(by, row):
        raise NotFound
    if row.revoked_at is None:
        _end(by, [row], now)


def end_tokens(*, by: Standing, user: int, now: datetime) -> None:
    """Revoke all tokens of an account, because its password has changed or it is blocked; the caller has checked the
    permission."""
    require_transaction("end_tokens")
    _end(by, ApiToken.objects.select_for_update().filter(user=user, revoked_at=None), now)


def _may_end(by: Standing, token: ApiToken) -> bool:
    own = by.actor.kind == "user" and token.user_id == by.account
    return own or by.may(Permission.MANAGE_ACCOUNTS)


def _end(by: Standing, tokens: Iterable[ApiToken], now: datetime) -> None:
    for token in tokens:
        token.revoked_at = max(now, token.created_at)
        token.save(update_fields=["revoked_at"])
        audit.record(by, "revoke", TARGET, token.pk, after={"user": token.user_id})


def use_token(*, secret: str, now: datetime) -> Standing:
    """Return who acts with this token; raises :class:`BadToken`. When it was used is noted at most once an hour.

    The hash is looked up, so that the response time reveals nothing about the secret.
    """
    api_token = used_token(ApiToken.objects.select_related("user").filter(user__is_active=True), secret=secret, now=now)
    if api_token is None:
        raise BadToken
    owner = queries.standing(api_token.user, now)
    longest = AuditEvent._meta.get_field("actor_name").max_length
    name = Signature(f"{api_token.user.name} ({api_token.name})"[:longest], f"token:{api_token.pk}")
    actor = Actor("token", str(api_token.pk), name)
    return Standing(actor, owner.memberships, owner=api_token.user.pk)


def used_token(rows: QuerySet[Issued], *, secret: str, now: datetime) -> Issued | None:
    """The token among these that is valid for ``secret`` at ``now``; its use is recorded at most once an hour."""
    issued = rows.filter(digest=_digest(secret), revoked_at=None, expires_at__gt=now).first()
    if issued is not None and (issued.last_used_at is None or issued.last_used_at <= now - USE_NOTED_EVERY):
        unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
        type(issued)._default_manager.filter(unnoted, pk=issued.pk).update(last_used_at=now)
    return issued


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
