"""Requests for accounts with a role, decided by a person: from single sign-on, or by citizens who work for a region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from pilar.areas.models import Region
from pilar.areas.reference import directory
from pilar.people.channels import Channel
from pilar.people.models import AccountRequest, PublicAccount, User
from pilar.people.operations.accounts import REQUEST as TARGET
from pilar.people.operations.accounts import create_account, fit_email, forget_requests
from pilar.people.operations.codes import send
from pilar.people.operations.locking import agreed_public, held, own_public
from pilar.people.operations.memberships import place
from pilar.people.operations.notices import notify, settle
from pilar.people.public import MAX_SAID
from pilar.people.queries import current, sees_request
from pilar.people.queries.public import Contact, opened
from pilar.people.rules import PUBLIC, AnyRole, HeldRole, NotFound, Role, Standing
from pilar.people.single_sign_on import MAX_NAME, MAX_SUBJECT, provider, wished
from pilar.platform import audit
from pilar.platform.actors import Actor
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.language import N_

KIND = "people.account-request"


class OutsideProvider(PilarError):
    """The provider belongs to one region, and cannot open accounts with a role elsewhere."""

    code = "outside-provider"
    status = 422
    sentence = N_("The person comes by the single sign-on of %(region)s, which opens only accounts with a role there")


@transaction.atomic
def ask_for_account(
    *, app: str, provider_id: str, subject: str, email: str, name: str, claims: Mapping[str, Any], now: datetime
) -> int:
    """Record a single sign-on by somebody without an account; returns the key of the request.

    No actor, since nobody is signed in. It grants no access; a repeated request updates the stored one. ``app`` is the
    code of the provider in ``PILAR_OIDC``, ``provider_id`` and ``subject`` are how the sign-in library links accounts.
    The coordinators of the region in the claims are notified, otherwise the secretariat; if the claims later name
    another region or role, those who decide then are notified instead.
    """
    wish = wished(provider(app), claims)
    region = Region.objects.filter(code=wish.region, ended_at=None).first() if wish.region else None
    said = {
        "email": fit_email(email), "name": " ".join(name.split())[:MAX_NAME], "role": wish.role, "region": region,
    }  # fmt: skip
    by = Standing(Actor("system", "single-sign-on", f"SSO {app}".strip()))
    sentence = N_("%(name)s has signed in by single sign-on and asks for an account")
    same = {"provider": provider_id, "subject": subject[:MAX_SUBJECT]}
    return _kept(by, same, said, sentence=sentence, app=app, now=now)


@transaction.atomic
def ask_for_region(*, by: Standing, region: str, position: str, letter: str, now: datetime) -> int:
    """Ask for an account that works for a region, by the e-mail address of one's public account; returns the key.

    In a region without a coordinator the secretariat decides, elsewhere the coordinators. ``letter`` names the letter
    that appoints the person. Asking again corrects the request. Raises :class:`NotAllowed` without a public account,
    NoConsent, ``NotFound`` of the areas, Faults.
    """
    account, entry = agreed_public(by), directory().find(region)
    faults = [
        Fault("unfit", N_("Say it in at most %(most)s characters"), {"most": MAX_SAID}, name)
        for name, text in (("position", position), ("letter", letter))
        if not 0 < len(" ".join(text.split())) <= MAX_SAID
    ]
    if account.email is None:
        faults.append(Fault("no-email", N_("Sign in with an e-mail address: the account is opened for it")))
    elif User.objects.filter(email=opened(account.email)).exists():
        faults.append(Fault("email-taken", N_("Your address has an account already: sign in with it and its password")))
    if faults:
        raise Faults(faults)
    said = {
        "email": fit_email(opened(account.email)), "name": opened(account.name)[:MAX_NAME],
        "role": "" if _has_coordinator(entry.code, now) else Role.COORDINATOR, "region_id": entry.code,
        "position": " ".join(position.split()), "letter": " ".join(letter.split()),
    }  # fmt: skip
    sentence = N_("%(name)s asks for an account that works for the region")
    return _kept(by, {"provider": "", "subject": str(account.pk)}, said, sentence=sentence, now=now)


@transaction.atomic
def take_back_request(*, by: Standing, now: datetime) -> None:
    """Withdraw a request for an account; a second call changes nothing. Raises :class:`NotAllowed`."""
    account = own_public(by)
    row = AccountRequest.objects.select_for_update().filter(provider="", subject=str(account.pk)).first()
    if row is not None:
        _decided(by, row, "take-back", {}, now)


def _kept(
    by: Standing, same: dict[str, str], said: dict[str, Any], *, sentence: str, app: str = "", now: datetime
) -> int:
    """Store a request, once; those who decide are notified, and again if the region or role changes."""
    before = AccountRequest.objects.filter(**same).values_list("region", "role").first()
    row, made = AccountRequest.objects.update_or_create(
        **same, defaults=said, create_defaults={**said, "asked_at": now}
    )
    if made or before != (row.region_id, row.role):
        if not made:
            settle(by=by, subject=f"{TARGET}:{row.pk}", now=now)
        audit.record(by, "ask", TARGET, row.pk, area=row.region_id or "", after={"provider": app, "role": row.role})
        _tell(row, sentence, now)
    return row.pk


def _has_coordinator(region: str, now: datetime) -> bool:
    return current(now).filter(role=Role.COORDINATOR, region=region, user__is_active=True).exists()


def _tell(row: AccountRequest, sentence: str, now: datetime) -> None:
    coordinator = HeldRole(Role.COORDINATOR, region=row.region_id) if row.region_id else None
    # The secretariat decides for a region without a coordinator, and about requests for that role.
    told = (
        coordinator
        if coordinator and row.role != Role.COORDINATOR and _has_coordinator(str(row.region_id), now)
        else HeldRole(Role.SECRETARIAT)
    )
    with translation.override("id"):
        address = reverse("people:account-request", args=[row.pk])
    notify(
        by=PUBLIC,
        to=told,
        kind=KIND,
        subject=f"{TARGET}:{row.pk}",
        sentence=sentence,
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
    """Open the requested account with the role that ``by`` confirms; returns its key.

    From now on the provider's sign-in opens it, and it has no password until its owner requests one; a person who asked
    by a code gets a link to choose one. Raises :class:`NotFound` for a request that ``by`` does not see,
    :class:`OutsideProvider`, and what :func:`create_account` raises.
    """
    row = _seen(by, request)
    own = provider(row.provider).region if row.provider else ""
    if own and place(role, region, office, unit).region != own:
        raise OutsideProvider(region=directory().find(own).name)
    user = create_account(
        by=by, email=row.email, name=name, role=role, region=region, office=office, unit=unit, valid_from=valid_from,
        valid_until=valid_until, invited=not row.provider, now=now,
    )  # fmt: skip
    if row.provider:
        SocialAccount.objects.create(user_id=user, provider=row.provider, uid=row.subject)
    _decided(by, row, "grant", {"user": user, "role": role}, now)
    return user


@transaction.atomic
def refuse_request(*, by: Standing, request: int, now: datetime) -> None:
    """Decline and delete a request. A person who asked by a code is notified; everybody may ask again. Raises
    :class:`NotFound`."""
    row = _seen(by, request)
    _decided(by, row, "refuse", {}, now)
    asked = None if row.provider else PublicAccount.objects.filter(pk=row.subject, erased_at=None).first()
    if asked is not None and row.region is not None:
        with translation.override(asked.language):
            text = gettext(
                "Your request for an account that works for %(region)s is not granted. Ask the secretariat or the "
                "coordinator of the region why; you can ask again."
            )
            send(Contact(Channel.EMAIL, row.email), gettext("Your request for an account in Pilar"), text % {
                "region": row.region.name,
            })  # fmt: skip


def _seen(by: Standing, request: int) -> AccountRequest:
    row = held(AccountRequest.objects, pk=request)
    if not sees_request(by, row.region_id):
        raise NotFound
    return row


def _decided(by: Standing, row: AccountRequest, action: str, after: dict[str, Any], now: datetime) -> None:
    audit.record(by, action, TARGET, row.pk, area=row.region_id or "", after=after)
    forget_requests(by=by, requests=AccountRequest.objects.filter(pk=row.pk), now=now)
