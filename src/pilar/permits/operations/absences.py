"""Name deputies for absent officers, and record cases from which an officer is excluded."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from pilar.areas.reference import today_in
from pilar.people.operations import held
from pilar.people.queries import current
from pilar.people.rules import AnyRole, NotAllowed, NotFound, Standing
from pilar.permits.models import Absence, Relative
from pilar.permits.models.cases import IDENTITY
from pilar.permits.rules import authority
from pilar.permits.rules.authority import AUTHORITY, OFFICERS, Action
from pilar.platform import audit, secrets
from pilar.platform.errors import Fault, Faults
from pilar.platform.language import N_

RELATIONS = {
    "self": N_("myself"), "spouse": N_("spouse"), "parent": N_("parent or parent-in-law"),
    "child": N_("child or child-in-law"), "sibling": N_("brother or sister"), "business": N_("own business"),
}  # fmt: skip


@transaction.atomic
def enter_absence(
    *, by: Standing, region: str, user: int, role: AnyRole, deputy: int, since: date, until: date, now: datetime
) -> int:
    """Record that an officer is away on these days, and the deputy who acts with their role; returns its key.

    Officers record their own absence, the head anybody's. The deputy must also work on permits of the region. Raises
    :class:`NotAllowed`, Faults at ``role``, ``deputy`` and ``until``.
    """
    if user != by.account:
        AUTHORITY.require(by, Action.DELEGATE, authority.Case(region), known=True)
    away = current(now).filter(user=user, role=role).first()
    of_region = {"region": region} if away is None or away.region_id else {"office__region": region}
    faults = []
    if role not in OFFICERS or away is None or not current(now).filter(user=user, role=role, **of_region).exists():
        faults.append(Fault("unfit-role", N_("Choose a role that this person holds here"), {}, "role"))
    colleagues = current(now).filter(user=deputy, role__in=OFFICERS)
    if deputy == user or not (colleagues.filter(region=region) | colleagues.filter(office__region=region)).exists():
        faults.append(Fault("unfit-deputy", N_("Choose a colleague who works on permits"), {}, "deputy"))
    if until < since or until < today_in(region, now):
        faults.append(Fault("unfit-end", N_("The last day comes after the first, and not before today"), {}, "until"))
    if faults or away is None:
        raise Faults(faults)
    given = {"user_id": user, "deputy_id": deputy, "role": role, "region_id": region, "office_id": away.office_id,
             "since": since, "until": until}  # fmt: skip
    if (same := Absence.objects.filter(ended_at=None, **given).first()) is not None:
        return int(same.pk)
    row = Absence.objects.create(entered_by=by.signature, **given)
    audit.record(
        by=by.actor, action="enter", target="permits.absence", key=row.pk, area=region,
        after={"user": user, "deputy": deputy, "role": role, "since": since, "until": until},
    )  # fmt: skip
    return int(row.pk)


@transaction.atomic
def end_absence(*, by: Standing, absence: int, now: datetime) -> None:
    """End an absence: the deputy no longer acts for the officer. Raises :class:`NotFound` for anybody but the officer
    and the head."""
    row = held(Absence.objects, pk=absence, ended_at=None)
    if row.user_id != by.account and not AUTHORITY.may(by, Action.DELEGATE, authority.Case(row.region_id)):
        raise NotFound
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    audit.record(by=by.actor, action="end", target="permits.absence", key=row.pk, area=row.region_id)


@transaction.atomic
def declare_relative(*, by: Standing, identity: str, relation: str, now: datetime) -> None:
    """Declare an identity number whose cases the officer must not handle, their own first; this cannot be undone.

    A second time changes nothing. Raises :class:`NotAllowed` for anyone who has no account, Faults.
    """
    if by.account is None or not any(held_role.role in OFFICERS for held_role in by.memberships):
        raise NotAllowed
    if not (identity.isascii() and identity.isdigit() and len(identity) in (13, 16)) or relation not in RELATIONS:
        raise Faults([Fault("unfit-identity", N_("Write the digits of the NIK or NIB"), {}, "identity")])
    hashes = secrets.lookups(identity, context=IDENTITY)
    if Relative.objects.filter(user=by.account, identity_hash__in=hashes).exists():
        return
    try:
        row = Relative.objects.create(
            user_id=by.account, identity=identity, identity_hash=hashes[0], relation=relation, declared_at=now
        )
    except IntegrityError:  # declared by another request at the same moment
        raise Faults([Fault("declared", N_("This was declared already"), {}, "identity")]) from None
    audit.record(by=by.actor, action="declare", target="permits.relative", key=row.pk, after={"relation": relation})
