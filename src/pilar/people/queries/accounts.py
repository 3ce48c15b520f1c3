"""Reads of accounts and the roles they hold, and the scope of a reader's roles as a condition on rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page
from django.db.models import Prefetch, Q, QuerySet

from pilar.areas.reference import today_in
from pilar.people.authority import Extent
from pilar.people.models import Membership, User
from pilar.people.rules import (
    PUBLIC,
    ROLES,
    AnyRole,
    HeldRole,
    NotFound,
    Permission,
    Standing,
    existing,
    led_regions,
    role_of,
    roles_known,
    roles_with,
)
from pilar.platform.actors import Actor
from pilar.platform.language import translate
from pilar.platform.names import Signature
from pilar.platform.paging import PAGE, paged
from pilar.platform.units import KINDS


def second_factors(user: int) -> frozenset[str]:
    """The kinds that are set up for the account, of app and passkey; recovery codes alone do not count."""
    rows = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return frozenset(rows.values_list("type", flat=True))


_WAITS = Q(asked_at__isnull=False, confirmed_by="")


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A role held: ``place`` is the region, office or unit for readers, empty for the nation.

    ``valid_from`` and ``valid_until`` are its first and last day in the region's time zone; no last day if it is
    open-ended.
    """

    key: int
    role: AnyRole
    region_code: str | None
    unit: str
    place: str
    valid_from: date
    valid_until: date | None
    to_come: bool = False
    asked_by: str = ""
    """Who has given it, if it still waits for confirmation."""

    @property
    def role_name(self) -> str:
        """The role's name in the reader's language."""
        return translate(ROLES[self.role].name)

    @property
    def givers(self) -> str:
        """Return who may give and end it, in the reader's language."""
        return ", ".join(
            translate(ROLES[any_role].name) for any_role in sorted(roles_with(ROLES[self.role].given_with))
        )

    @property
    def role_description(self) -> str:
        """Return what the role does, in the reader's language."""
        return translate(ROLES[self.role].description)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with the roles that it holds now, those that are ``to_come``, and those ``asked`` for that wait for
    confirmation; the second factor is only filled for a single account."""

    key: int
    email: str
    name: str
    language: str
    is_active: bool
    is_anonymised: bool
    memberships: tuple[MembershipRow, ...]
    to_come: tuple[MembershipRow, ...] = ()
    asked: tuple[MembershipRow, ...] = ()
    second_factor: bool = False

    @property
    def roles(self) -> tuple[MembershipRow, ...]:
        """All its roles: held, coming and waiting."""
        return (*self.memberships, *self.to_come, *self.asked)


def standing(user: AbstractBaseUser | AnonymousUser, now: datetime) -> Standing:
    """Return who this user is and which roles they hold at ``now``; a visitor or a blocked account is
    :data:`PUBLIC`."""
    if not isinstance(user, User) or not user.is_active:
        return PUBLIC
    held = tuple(_held(row) for row in current(now).filter(user=user))
    actor = Actor("user", str(user.pk), Signature(user.name, f"user:{user.pk}"))
    return Standing(actor, held, session=user.get_session_auth_hash())


def standing_of_key(account: int, now: datetime) -> Standing:
    """As :func:`standing`, by the key of an account; a missing one is a visitor."""
    return standing(User.objects.filter(pk=account).first() or AnonymousUser(), now)


def current(now: datetime) -> QuerySet[Membership]:
    """Memberships in force at ``now``; those in a closed office are not."""
    return lasting(now).filter(since__lte=now)


def lasting(now: datetime) -> QuerySet[Membership]:
    """Those of :func:`current`, and future ones."""
    return given(now).exclude(_WAITS)


def given(now: datetime) -> QuerySet[Membership]:
    """Those of :func:`lasting`, and those that wait for confirmation."""
    return (
        Membership.objects.filter(Q(until=None) | Q(until__gt=now))
        .filter(Q(office=None) | Q(office__closed_at=None) | Q(office__closed_at__gt=now))
        .select_related("office__region", "region")
    )


def members_of(office: int, *, now: datetime) -> int:
    """Count the people who act for an office. For callers that have its row."""
    return current(now).filter(office=office).values("user").distinct().count()


def count_team(region: str, *, now: datetime) -> int:
    """Count how many people work for a region or one of its offices."""
    rows = current(now).filter(Q(region=region) | Q(office__region=region))
    return rows.values("user").distinct().count()


def has_ended(membership: int, *, user: int, scope: Standing, now: datetime) -> bool:
    """Return whether a role that the reader may know of has ended."""
    rows = Membership.objects.filter(pk=membership, user=user, until__lte=now)
    if not scope.may(Permission.MANAGE_ACCOUNTS):
        rows = rows.filter(_known(scope))
    return rows.exists()


def own_account(*, scope: Standing, now: datetime) -> AccountRow:
    """The reader's own account; raises :class:`NotFound` for anybody who is not a signed-in person."""
    if scope.account is None:
        raise NotFound
    return _accounts([_with_memberships(given(now)).get(pk=scope.account)], now)[0]


def accounts(
    *, scope: Standing, now: datetime, search: str = "", page: int = 1, size: int | None = PAGE
) -> Page[AccountRow]:
    """Accounts by e-mail address: all for users who manage accounts, otherwise those that work in the reader's regions.

    Of the latter the reader sees the roles in these regions only.
    """
    return paged(_visible(scope, now, search), lambda rows: _accounts(rows, now), page=page, size=size)


def account(key: int, *, scope: Standing, now: datetime) -> AccountRow:
    """One account by its key; raises :class:`NotFound` also where the reader may not know of it."""
    row = existing(_visible(scope, now, "").filter(pk=key).first())
    return replace(_accounts([row], now)[0], second_factor=bool(second_factors(key)))


def find_account(email: str, *, scope: Standing, now: datetime) -> AccountRow:
    """One account by e-mail address; raises :class:`NotFound` also where the reader may not know of it."""
    for row in accounts(scope=scope, now=now, search=email, size=None):
        if row.email == email.strip().lower():
            return row
    raise NotFound


def visible(keys: Iterable[int], *, scope: Standing, now: datetime) -> set[int]:
    """Those of these accounts that a reader may know of."""
    return set(_visible(scope, now, "").filter(pk__in=keys).values_list("pk", flat=True))


def _visible(scope: Standing, now: datetime, search: str) -> QuerySet[User]:
    held = given(now)
    if scope.may(Permission.MANAGE_ACCOUNTS):
        rows = _with_memberships(held)
    else:
        held = held.filter(_known(scope))
        rows = _with_memberships(held).filter(pk__in=held.values("user"))
    if search:
        rows = rows.filter(Q(email__icontains=search) | Q(name__icontains=search))
    return rows


def _known(scope: Standing) -> Q:
    """Roles whose holders the reader may know, in the regions they manage."""
    known = Q(pk__in=())
    for code in led_regions(scope):
        known |= (Q(region=code) | Q(office__region=code)) & Q(role__in=roles_known(scope, code))
    return known


def _with_memberships(held: QuerySet[Membership]) -> QuerySet[User]:
    return User.objects.prefetch_related(Prefetch("memberships", held))


def _held(row: Membership) -> HeldRole:
    return HeldRole(role_of(row.role), region=row.area, office=row.office_id, unit=row.unit)


def _accounts(rows: Iterable[User], now: datetime) -> list[AccountRow]:
    users = list(rows)
    units = _units(held for row in users for held in row.memberships.all())
    return [_account(row, units, now) for row in users]


def _account(row: User, units: Mapping[str, str], now: datetime) -> AccountRow:
    held = [_membership(membership, units, now) for membership in row.memberships.all()]
    return AccountRow(
        row.pk, row.email, row.name, row.language, row.is_active, row.anonymised_at is not None,
        tuple(membership for membership in held if not membership.to_come and not membership.asked_by),
        tuple(membership for membership in held if membership.to_come and not membership.asked_by),
        tuple(membership for membership in held if membership.asked_by),
    )  # fmt: skip


def _membership(row: Membership, units: Mapping[str, str], now: datetime) -> MembershipRow:
    # A moment before its end, since a role that ends at midnight has the previous day as its last.
    last = None if row.until is None else today_in(row.area or "", row.until - timedelta(microseconds=1))
    return MembershipRow(
        key=row.pk,
        role=role_of(row.role),
        region_code=row.area,
        unit=row.unit,
        place=_place(row, units),
        valid_from=today_in(row.area or "", row.since),
        valid_until=last,
        to_come=row.since > now,
        asked_by="" if row.confirmed_by else row.asked_by,
    )


def _units(rows: Iterable[Membership]) -> dict[str, str]:
    """Names of the units of memberships by their code: one query for each kind that there is."""
    codes = defaultdict[str, set[str]](set)
    for row in rows:
        if row.unit:
            codes[ROLES[role_of(row.role)].unit].add(row.unit)
    return {code: name for kind, wanted in codes.items() for code, name in KINDS[kind].names(codes=wanted).items()}


def _place(row: Membership, units: Mapping[str, str]) -> str:
    part = row.office.name if row.office else units.get(row.unit, row.unit)
    region = row.office.region if row.office else row.region
    return ", ".join(name for name in (part, region.name if region else "") if name)


NOTHING = Q(pk__in=())


def within(reach: Extent, *, region: str = "region", office: str = "", unit: str = "", besides: Q = NOTHING) -> Q:
    """The condition for rows within ``reach``, and for those of ``besides``.

    ``region`` and ``office``: paths to the foreign keys, ``unit``: path to the code of a unit. For rows without one it
    is left out, and then a part of a region gives no access. A district reaches its villages.
    """
    if reach.everywhere:
        return Q()
    condition = besides | Q(**{f"{region}__in": sorted(reach.regions)})
    if office:
        condition |= Q(**{f"{office}__in": reach.offices()})
    for code in reach.units() if unit else ():
        condition |= Q(**{unit: code}) | Q(**{f"{unit}__startswith": f"{code}."})
    return condition
