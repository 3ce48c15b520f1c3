"""Giving and ending roles. Which permission each role takes stands in ``rules.ROLES``."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from pilar.areas.models import Office, Region
from pilar.areas.operations import UnknownOffice
from pilar.areas.rules import UnknownRegion
from pilar.people.models import Membership, User
from pilar.people.operations import locking
from pilar.people.queries import current
from pilar.people.rules import (
    ROLES,
    HeldRole,
    NotFound,
    Permission,
    Reach,
    Role,
    Standing,
    UnfitReach,
    led_regions,
)
from pilar.platform import audit, locks
from pilar.platform.errors import PilarError
from pilar.platform.language import mark

TARGET = "people.membership"


class Anonymised(PilarError):
    """An account that nobody stands behind any more."""

    code = "anonymised"
    status = 409
    sentence = mark("This account is anonymised for good. Open a new one for the person")


class AlreadyHeld(PilarError):
    """The account holds this role in this place already."""

    code = "role-already-held"
    status = 409
    sentence = mark("The account already holds this role there")


class MembershipEnded(PilarError):
    """A role that has ended cannot end again."""

    code = "membership-ended"
    status = 409
    sentence = mark("This role has already ended")


class LastSecretariat(PilarError):
    """Without a secretariat nobody could give roles any more."""

    code = "last-secretariat"
    status = 409
    sentence = mark("This is the last active account of the secretariat. Give the role to somebody else first")


@transaction.atomic
def grant_membership(
    *, by: Standing, user: int, role: Role, region: str | None = None, office: int | None = None, now: datetime
) -> int:
    """Give a role to an account, for the nation, the region of this code or the office of this key; returns its key.

    Raises :class:`UnfitReach`, :class:`UnknownRegion`, :class:`UnknownOffice`, :class:`NotAllowed`,
    :class:`AlreadyHeld`, :class:`Anonymised`; :class:`NotFound` for an account that ``by`` does not see.
    """
    held = place(role, region, office)
    by.require(ROLES[role].given_with, area=held.region)
    found = locks.hold(User.objects, pk=user)
    if found is None or not sees(by, found, now):
        raise NotFound
    if found.anonymised_at is not None:
        raise Anonymised
    return give(by, found, held, now)


@transaction.atomic
def end_membership(*, by: Standing, membership: int, now: datetime) -> None:
    """End a role as of now.

    Raises :class:`NotFound` (also for a role that ``by`` may not end: which roles others hold is private),
    :class:`MembershipEnded`, :class:`LastSecretariat`.
    """
    found = locking.held(Membership.objects.select_related("office"), pk=membership)
    role = Role(found.role)
    if not by.may(ROLES[role].given_with, area=found.area):
        raise NotFound
    if found.until is not None:
        raise MembershipEnded
    if role is Role.SECRETARIAT:
        keep_a_secretariat(without=found.user_id, now=now)
    found.until = now
    found.save(update_fields=["until"])
    audit.record(
        by=by.actor,
        action="end",
        target=TARGET,
        key=found.pk,
        area=found.area or "",
        before={"user": found.user_id, "role": role, "office": found.office_id},
        after={"until": now},
    )


def place(role: Role, region: str | None, office: int | None) -> HeldRole:
    """The role in its place, looked up; raises :class:`UnfitReach`, :class:`UnknownRegion`, :class:`UnknownOffice`."""
    if office is not None:
        found = Office.objects.filter(pk=office, closed_at=None).first()
        if found is None:
            raise UnknownOffice
        if region not in (None, found.region_id):
            raise UnfitReach(role=role)
        return HeldRole(role, found.region_id, office)
    held = HeldRole(role, region)
    if region is not None and not Region.objects.filter(code=region, ended_at=None).exists():
        raise UnknownRegion(given=region, nearest="")
    return held


def give(by: Standing, user: User, held: HeldRole, now: datetime) -> int:
    """Write the membership and its audit event, in the caller's transaction; raises :class:`AlreadyHeld`."""
    region = held.region if ROLES[held.role].reach is Reach.REGION else None
    try:
        with transaction.atomic():
            made = Membership.objects.create(
                user=user, role=held.role, region_id=region, office_id=held.office, since=now
            )
    except IntegrityError as error:
        raise AlreadyHeld from error
    audit.record(
        by=by.actor,
        action="grant",
        target=TARGET,
        key=made.pk,
        area=held.region or "",
        after={"user": user.pk, "role": held.role, "office": held.office},
    )
    return made.pk


def keep_a_secretariat(*, without: int, now: datetime) -> None:
    """Raise :class:`LastSecretariat` if no other active account holds the role; holds a lock until the end."""
    locks.take("people.secretariat")
    others = current(now).filter(role=Role.SECRETARIAT, user__is_active=True).exclude(user=without)
    if not others.exists():
        raise LastSecretariat


def sees(by: Standing, user: User, now: datetime) -> bool:
    """Whether ``by`` may know of this account: it manages all, or the team of a region that the account works in."""
    if by.may(Permission.MANAGE_ACCOUNTS):
        return True
    regions = led_regions(by)
    return any(row.area in regions for row in current(now).filter(user=user))
