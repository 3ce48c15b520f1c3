"""Reads of accounts and the roles they hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q, QuerySet

from pilar.people.models import Membership, User
from pilar.people.queries.second_factors import second_factors
from pilar.people.rules import PUBLIC, ROLES, HeldRole, NotFound, Permission, Role, Standing, led_regions
from pilar.platform.actors import Actor
from pilar.platform.language import translate
from pilar.platform.names import Signature

PAGE = 50


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A role held: ``place`` is the region or office for readers, empty for the nation."""

    key: int
    role: Role
    region_code: str | None
    place: str
    since: datetime

    @property
    def role_name(self) -> str:
        """The role's name in the reader's language."""
        return translate(ROLES[self.role].name)

    @property
    def role_description(self) -> str:
        """What the role does, in the reader's language."""
        return translate(ROLES[self.role].description)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account; whether it has a second factor is told of a single one only."""

    key: int
    email: str
    name: str
    language: str
    is_active: bool
    is_anonymised: bool
    memberships: tuple[MembershipRow, ...]
    second_factor: bool = False


def standing(user: AbstractBaseUser | AnonymousUser, now: datetime) -> Standing:
    """Who this user is and which roles they hold at ``now``; a visitor or a blocked account is :data:`PUBLIC`."""
    if not isinstance(user, User) or not user.is_active:
        return PUBLIC
    held = tuple(_held(row) for row in current(now).filter(user=user))
    return Standing(Actor("user", str(user.pk), Signature(user.name, f"user:{user.pk}")), held)


def standing_of_key(account: int, now: datetime) -> Standing:
    """As :func:`standing`, by the key of an account; one that is not there is a visitor."""
    return standing(User.objects.filter(pk=account).first() or AnonymousUser(), now)


def current(now: datetime) -> QuerySet[Membership]:
    """Memberships in force at ``now``; those in a closed office are not."""
    return (
        Membership.objects.filter(Q(until=None) | Q(until__gt=now), since__lte=now)
        .filter(Q(office=None) | Q(office__closed_at=None) | Q(office__closed_at__gt=now))
        .select_related("office__region", "region")
    )


def members_of(office: int, *, now: datetime) -> int:
    """How many people act for an office. A row of it in hand is leave to ask."""
    return current(now).filter(office=office).values("user").distinct().count()


def has_ended(membership: int, *, user: int, scope: Standing, now: datetime) -> bool:
    """Whether a role of an account, which the reader may know of, has ended."""
    rows = Membership.objects.filter(pk=membership, user=user, until__lte=now)
    if not scope.may(Permission.MANAGE_ACCOUNTS):
        rows = rows.filter(_in_regions(led_regions(scope)))
    return rows.exists()


def own_account(*, scope: Standing, now: datetime) -> AccountRow:
    """The reader's own account; raises :class:`NotFound` for anybody who is not a signed-in person."""
    if scope.account is None:
        raise NotFound
    return _account(_with_memberships(current(now)).get(pk=scope.account))


def accounts(*, scope: Standing, now: datetime, search: str = "") -> tuple[AccountRow, ...]:
    """Accounts by e-mail address: all for who manages accounts, otherwise those that work in the reader's regions.

    Of the latter the reader sees the roles in these regions only.
    """
    return tuple(_account(row) for row in _visible(scope, now, search))


def accounts_page(*, scope: Standing, now: datetime, search: str, number: str | None) -> Page[AccountRow]:
    """One page of :func:`accounts`; a number that is none is the first page."""
    page = Paginator(_visible(scope, now, search), PAGE).get_page(number)
    page.object_list = [_account(row) for row in page.object_list]
    return page


def account(key: int, *, scope: Standing, now: datetime) -> AccountRow:
    """One account by its key; raises :class:`NotFound` also where the reader may not know of it."""
    row = _visible(scope, now, "").filter(pk=key).first()
    if row is None:
        raise NotFound
    return replace(_account(row), second_factor=bool(second_factors(key)))


def find_account(email: str, *, scope: Standing, now: datetime) -> AccountRow:
    """One account by e-mail address; raises :class:`NotFound` also where the reader may not know of it."""
    for row in accounts(scope=scope, now=now, search=email):
        if row.email == email.strip().lower():
            return row
    raise NotFound


def _visible(scope: Standing, now: datetime, search: str) -> QuerySet[User]:
    held = current(now)
    if scope.may(Permission.MANAGE_ACCOUNTS):
        rows = _with_memberships(held)
    else:
        held = held.filter(_in_regions(led_regions(scope)))
        rows = _with_memberships(held).filter(pk__in=held.values("user"))
    if search:
        rows = rows.filter(Q(email__icontains=search) | Q(name__icontains=search))
    return rows


def _in_regions(codes: list[str]) -> Q:
    return Q(region__in=codes) | Q(office__region__in=codes)


def _with_memberships(held: QuerySet[Membership]) -> QuerySet[User]:
    return User.objects.prefetch_related(Prefetch("memberships", held))


def _held(row: Membership) -> HeldRole:
    return HeldRole(Role(row.role), region=row.area, office=row.office_id)


def _account(row: User) -> AccountRow:
    memberships = tuple(
        MembershipRow(
            key=held.pk,
            role=Role(held.role),
            region_code=held.area,
            place=_place(held),
            since=held.since,
        )
        for held in row.memberships.all()
    )
    return AccountRow(
        row.pk, row.email, row.name, row.language, row.is_active, row.anonymised_at is not None, memberships
    )


def _place(row: Membership) -> str:
    if row.office:
        return f"{row.office.name}, {row.office.region.name}"
    return row.region.name if row.region else ""
