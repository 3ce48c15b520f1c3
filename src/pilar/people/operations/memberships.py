"""Giving and ending roles. ``rules.ROLES`` defines the permission needed for each role."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from pilar.areas.models import Office, Region
from pilar.areas.operations import UnknownOffice
from pilar.areas.reference import midnight_in, today_in
from pilar.areas.rules import UnknownRegion
from pilar.people.models import Membership, User
from pilar.people.operations import locking
from pilar.people.queries import current, given
from pilar.people.rules import (
    ROLE_WAIT,
    ROLES,
    AnyRole,
    HeldRole,
    NotFound,
    Permission,
    Reach,
    Role,
    Standing,
    UnfitReach,
    may_confirm,
    role_of,
    roles_known,
)
from pilar.platform import audit, locks
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_
from pilar.platform.names import reference_of
from pilar.platform.units import KINDS

TARGET = "people.membership"
MAX_YEARS = 50
"""How many years ahead the last day of a role may be."""


class Anonymised(PilarError):
    """An anonymised account, which no longer belongs to anybody."""

    code = "anonymised"
    status = 409
    sentence = N_("This account is anonymised for good. Open a new one for the person")


class AlreadyHeld(PilarError):
    """The account holds this role in this place already."""

    code = "role-already-held"
    status = 409
    sentence = N_("The account already holds this role there, or will on some of these days")


class MembershipEnded(PilarError):
    """A role that has ended cannot end again."""

    code = "membership-ended"
    status = 409
    sentence = N_("This role has already ended")


class NothingToConfirm(PilarError):
    """No confirmation is pending, or no longer."""

    code = "nothing-to-confirm"
    status = 409
    sentence = N_("This role does not wait for a second person, or has ended")


class OwnGrant(PilarError):
    """The person who has given a role must not confirm it."""

    code = "own-grant"
    status = 403
    sentence = N_("You have given this role yourself. Somebody else confirms it")


class RoleTooEarly(PilarError):
    """A role can only be confirmed a day after it was given."""

    code = "role-too-early"
    status = 409
    sentence = N_("A role like this is confirmed a day after it was given, from %(moment)s on")


class LastSecretariat(PilarError):
    """Without a secretariat nobody could give roles any more."""

    code = "last-secretariat"
    status = 409
    sentence = N_("This is the last active account of the secretariat. Give the role to somebody else first")


class UnknownUnit(PilarError):
    """There is no unit of the kind for which the role is held."""

    code = "unknown-unit"
    status = 422
    sentence = N_("The region has no “%(unit)s” that this role could be held for. Choose one of the list")


@transaction.atomic
def grant_membership(
    *,
    by: Standing,
    user: int,
    role: AnyRole,
    region: str | None = None,
    office: int | None = None,
    unit: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    now: datetime,
) -> int:
    """Give a role to an account, for the nation, the region of this code, the office of this key or the unit of this
    code in the region; returns its key.

    It is valid from the first to the last day inclusive, in the region's time zone; without a first day from now on,
    without a last one until it is ended. A role that takes two keys waits for :func:`confirm_membership`. Raises
    :class:`UnfitReach`, :class:`UnknownRegion`, :class:`UnknownOffice`, :class:`UnknownUnit`, :class:`NotAllowed`,
    :class:`AlreadyHeld`, :class:`Anonymised`, Faults for days that are over or in the wrong order; :class:`NotFound`
    for an account that ``by`` does not see.
    """
    held = place(role, region, office, unit)
    by.require(ROLES[role].given_with, area=held.region)
    account = locks.hold(User.objects, pk=user)
    if account is None or not sees(by, account, now):
        raise NotFound
    if account.anonymised_at is not None:
        raise Anonymised
    return give(by, account, held, valid_from=valid_from, valid_until=valid_until, now=now)


@transaction.atomic
def end_membership(*, by: Standing, membership: int, valid_until: date | None = None, now: datetime) -> None:
    """End a role with this day, in its region's time zone, or immediately.

    Raises :class:`NotFound` (also for a role that ``by`` may not end: which roles others hold is private),
    :class:`MembershipEnded`, :class:`LastSecretariat`, :class:`AlreadyHeld` if a later day overlaps the same role given
    again, Faults for a day in the past.
    """
    row = locking.held(Membership.objects.select_related("office"), pk=membership)
    role = role_of(row.role)
    if not by.may(ROLES[role].given_with, area=row.area):
        raise NotFound
    if row.until is not None and row.until <= now:
        raise MembershipEnded
    if role is Role.SECRETARIAT:
        keep_a_secretariat(without=row.user_id, now=now)
    before = row.until
    row.until = max(_end(row.area or "", valid_until, now) or now, row.since)
    try:
        with transaction.atomic():
            row.save(update_fields=["until"])
    except IntegrityError as error:
        raise AlreadyHeld from error
    audit.record(
        by=by.actor,
        action="end",
        target=TARGET,
        key=row.pk,
        area=row.area or "",
        before={
            "user": row.user_id, "role": role, "office": row.office_id, "unit": row.unit, "until": before,
        },
        after={"until": row.until},
    )  # fmt: skip


@transaction.atomic
def confirm_membership(*, by: Standing, membership: int, now: datetime) -> None:
    """Confirm a role that takes two keys: from now on it counts, or from its first day.

    Raises :class:`NotFound`, :class:`NothingToConfirm`, :class:`OwnGrant`, :class:`RoleTooEarly`.
    """
    row = locking.held(Membership.objects.select_related("office"), pk=membership)
    if not may_confirm(by, role_of(row.role), row.area):
        raise NotFound
    if row.asked_at is None or row.confirmed_by or (row.until is not None and row.until <= now):
        raise NothingToConfirm
    if reference_of(row.asked_by) == by.signature:
        raise OwnGrant
    if now < row.asked_at + ROLE_WAIT:
        raise RoleTooEarly(moment=row.asked_at + ROLE_WAIT)
    row.confirmed_by, row.since = by.signature, max(row.since, now)
    row.save(update_fields=["confirmed_by", "since"])
    audit.record(
        by=by.actor, action="confirm", target=TARGET, key=row.pk, area=row.area or "",
        after={"user": row.user_id, "role": row.role, "unit": row.unit, "since": row.since},
    )  # fmt: skip


def place(role: AnyRole, region: str | None, office: int | None, unit: str = "") -> HeldRole:
    """The role with its place, looked up; raises :class:`UnfitReach`, :class:`UnknownRegion`, :class:`UnknownOffice`,
    :class:`UnknownUnit`."""
    if office is not None:
        row = Office.objects.filter(pk=office, closed_at=None).first()
        if row is None:
            raise UnknownOffice
        if region not in (None, row.region_id):
            raise UnfitReach(role=role)
        return HeldRole(role, row.region_id, office, unit)
    held = HeldRole(role, region, unit=unit)
    if region is not None and not Region.objects.filter(code=region, ended_at=None).exists():
        raise UnknownRegion(given=region, nearest="")
    if unit and unit not in KINDS[ROLES[role].unit].names(region=region or ""):
        raise UnknownUnit(unit=unit)
    return held


def give(
    by: Standing, user: User, held: HeldRole, *, valid_from: date | None, valid_until: date | None, now: datetime
) -> int:
    """Write the membership and its audit event, in the caller's transaction; raises :class:`AlreadyHeld`, Faults."""
    region = held.region if ROLES[held.role].reach in (Reach.REGION, Reach.UNIT) else None
    since, until = _begin(held.region or "", valid_from, now), _end(held.region or "", valid_until, now)
    if until is not None and until <= since:
        raise Faults([Fault("ends-before-it-begins", N_("The last day lies before the first"), {}, "valid_until")])
    asked = {"asked_by": by.signature, "asked_at": now} if ROLES[held.role].two_keys and not by.unrestricted else {}
    try:
        with transaction.atomic():
            made = Membership.objects.create(
                user=user, role=held.role, region_id=region, office_id=held.office, unit=held.unit,
                since=since, until=until, **asked,
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyHeld from error
    audit.record(
        by=by.actor,
        action="grant",
        target=TARGET,
        key=made.pk,
        area=held.region or "",
        after={
            "user": user.pk, "role": held.role, "office": held.office, "unit": held.unit,
            "since": since, "until": until,
        },
    )  # fmt: skip
    return made.pk


def _begin(region: str, day: date | None, now: datetime) -> datetime:
    """Return when a role with this first day begins: today counts from now."""
    if day is None or day == today_in(region, now):
        return now
    _require_day(day, today_in(region, now), "valid_from")
    return midnight_in(region, day)


def _end(region: str, day: date | None, now: datetime) -> datetime | None:
    """Return when a role with this last day ends."""
    if day is None:
        return None
    _require_day(day, today_in(region, now), "valid_until")
    return midnight_in(region, day + timedelta(days=1))


def _require_day(day: date, today: date, place: str) -> None:
    if day < today:
        raise Faults([Fault("day-is-over", N_("This day is over: nobody acts in the past"), {}, place)])
    if day.year > today.year + MAX_YEARS:
        sentence = N_("Name a day within the next %(years)s years, or none")
        raise Faults([Fault("day-too-far", sentence, {"years": MAX_YEARS}, place)])


def keep_a_secretariat(*, without: int, now: datetime) -> None:
    """Raise :class:`LastSecretariat` if no other active account holds the role without an end; holds a lock until the
    end of the transaction."""
    locks.take("people.secretariat")
    others = current(now).filter(role=Role.SECRETARIAT, user__is_active=True, until=None).exclude(user=without)
    if not others.exists():
        raise LastSecretariat


def sees(by: Standing, user: User, now: datetime) -> bool:
    """Return whether ``by`` may know of this account: ``by`` manages all accounts, or may know its roles."""
    if by.may(Permission.MANAGE_ACCOUNTS):
        return True
    rows = given(now).filter(user=user)
    return any(role_of(row.role) in roles_known(by, row.area) for row in rows if row.area)


def leaves_the_secretariat(user: User, now: datetime) -> bool:
    """Return whether removing an account would remove a role of the secretariat."""
    return user.memberships.filter(Q(until=None) | Q(until__gt=now), role=Role.SECRETARIAT).exists()
