"""Requests for accounts of those who come by single sign-on: asked at the first sign-in, decided by a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from pilar.areas.models import Region
from pilar.areas.reference import directory
from pilar.people.models import AccountRequest
from pilar.people.operations.accounts import REQUEST as TARGET
from pilar.people.operations.accounts import create_account, fit_email, forget_requests
from pilar.people.operations.locking import held
from pilar.people.operations.memberships import place
from pilar.people.operations.notices import notify, settle
from pilar.people.queries import current, sees_request
from pilar.people.rules import PUBLIC, AnyRole, HeldRole, NotFound, Role, Standing
from pilar.people.single_sign_on import MAX_NAME, MAX_SUBJECT, provider, wished
from pilar.platform import audit
from pilar.platform.actors import Actor
from pilar.platform.errors import PilarError
from pilar.platform.language import N_

KIND = "people.account-request"


class OutsideProvider(PilarError):
    """The provider is one region's own, and would open no account with a role elsewhere."""

    code = "outside-provider"
    status = 422
    sentence = N_("The person comes by the single sign-on of %(region)s, which opens only accounts with a role there")


@transaction.atomic
def ask_for_account(
    *, app: str, provider_id: str, subject: str, email: str, name: str, claims: Mapping[str, Any], now: datetime
) -> int:
    """Keep that somebody has signed in by single sign-on who has no account; returns the key of the request.

    Nobody acts: nobody is signed in. It opens nothing, and who asks again is kept once, as the provider says now.
    ``app`` is the code of the provider in ``PILAR_OIDC``, ``provider_id`` and ``subject`` by what the sign-in library
    ties accounts. The coordinators of the region that the claims name are told, else the secretariat; once the claims
    name another region or role, who decides now is told instead.
    """
    wish = wished(provider(app), claims)
    same = {"provider": provider_id, "subject": subject[:MAX_SUBJECT]}
    before = AccountRequest.objects.filter(**same).values_list("region", "role").first()
    region = Region.objects.filter(code=wish.region, ended_at=None).first() if wish.region else None
    said = {
        "email": fit_email(email), "name": " ".join(name.split())[:MAX_NAME], "role": wish.role, "region": region,
    }  # fmt: skip
    row, _made = AccountRequest.objects.update_or_create(
        **same, defaults=said, create_defaults={**said, "asked_at": now}
    )
    if before != (row.region_id, row.role):
        by = Standing(Actor("system", "single-sign-on", f"SSO {app}".strip()))
        if before is not None:
            settle(by=by, subject=f"{TARGET}:{row.pk}", now=now)
        audit.record(
            by,
            "ask",
            TARGET,
            row.pk,
            area=wish.region,
            after={"provider": app, "role": wish.role},
        )
        _tell(row, now)
    return row.pk


def _tell(row: AccountRequest, now: datetime) -> None:
    coordinator = HeldRole(Role.COORDINATOR, region=row.region_id) if row.region_id else None
    # A region without a coordinator has nobody to decide but the secretariat; so has a request for that very role.
    told = (
        coordinator
        if coordinator
        and row.role != Role.COORDINATOR
        and current(now).filter(role=Role.COORDINATOR, region=row.region_id, user__is_active=True).exists()
        else HeldRole(Role.SECRETARIAT)
    )
    with translation.override("id"):
        address = reverse("people:account-request", args=[row.pk])
    notify(
        by=PUBLIC,
        to=told,
        kind=KIND,
        subject=f"{TARGET}:{row.pk}",
        sentence=N_("%(name)s has signed in by single sign-on and asks for an account"),
        fields={"name": row.name or row.email},
        address=address,
        region=row.region_id,
        now=now,
    )


@transaction.atomic
def grant_request(
    *,
    by: Standing,
    request: int,
    name: str,
    role: AnyRole,
    region: str | None = None,
    office: int | None = None,
    unit: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    now: datetime,
) -> int:
    """Open the account that was asked for, with the role that ``by`` confirms; returns its key.

    From now on the provider's sign-in opens it; it has no password until its owner asks for one. Raises
    :class:`NotFound` for a request that ``by`` does not see, :class:`OutsideProvider`, and what :func:`create_account`
    raises.
    """
    row = _seen(by, request)
    own = provider(row.provider).region
    if own and place(role, region, office, unit).region != own:
        raise OutsideProvider(region=directory().find(own).name)
    user = create_account(
        by=by, email=row.email, name=name, role=role, region=region, office=office, unit=unit, valid_from=valid_from,
        valid_until=valid_until, invited=False, now=now,
    )  # fmt: skip
    SocialAccount.objects.create(user_id=user, provider=row.provider, uid=row.subject)
    _decided(by, row, "grant", {"user": user, "role": role}, now)
    return user


@transaction.atomic
def refuse_request(*, by: Standing, request: int, now: datetime) -> None:
    """Delete a request. The person may ask anew by signing in again. Raises :class:`NotFound`."""
    _decided(by, _seen(by, request), "refuse", {}, now)


def _seen(by: Standing, request: int) -> AccountRequest:
    row = held(AccountRequest.objects, pk=request)
    if not sees_request(by, row.region_id):
        raise NotFound
    return row


def _decided(by: Standing, row: AccountRequest, action: str, after: dict[str, Any], now: datetime) -> None:
    audit.record(by, action, TARGET, row.pk, area=row.region_id or "", after=after)
    forget_requests(by=by, requests=AccountRequest.objects.filter(pk=row.pk), now=now)
