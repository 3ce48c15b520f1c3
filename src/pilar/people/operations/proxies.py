"""Proxies (kuasa): asked by one side and confirmed by the other, or declared with a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from pilar.areas.reference import today_in
from pilar.people.models import Proxy, PublicAccount
from pilar.people.operations.accounts import fit_name
from pilar.people.operations.codes import send
from pilar.people.operations.locking import agreed_public, held, own_public
from pilar.people.public import PROXIES_A_DAY, PURPOSES, AccountKind, Side, TooManyProxies, require_proxy_day
from pilar.people.queries.public import contact_of, contacts_of, opened
from pilar.people.rules import NotFound, Permission, Standing
from pilar.platform import audit
from pilar.platform.errors import Fault, Faults, PilarError
from pilar.platform.jobs import MAIL, background, every
from pilar.platform.language import N_

TARGET = "people.proxy"
MAX_REASON = 300
UNCONFIRMED_DAYS = 14  # assumption


class AlreadyProxy(PilarError):
    """The two have already agreed on this."""

    code = "already-proxy"
    status = 409
    sentence = N_("This is agreed already. End it first if its last day shall change")


@transaction.atomic
def grant_proxy(*, by: Standing, side: Side, contact: str, purpose: str, valid_until: date, now: datetime) -> int:
    """Ask the person with this address or number to act for oneself (``side`` is the principal's), or to let oneself
    act for them; returns the key. They are sent a message, and it takes effect once they confirm.

    The same happens whether they have an account or not; asking twice for the same is asking once. Raises
    :class:`NotAllowed` for anyone who has no public account, :class:`NoConsent`, :class:`TooManyProxies`, Faults.
    """
    account = agreed_public(by)
    _require_fit(purpose, valid_until, now)
    other = contact_of(contact)
    if other.hash in {contact.hash for contact in contacts_of(account)}:
        raise Faults([Fault("own-contact", N_("This is your own. Name the other person’s"), {}, "contact")])
    holds = side is Side.HOLDER
    asked = Proxy.objects.filter(asked_by_holder=holds, **{side: account})
    waiting = asked.filter(other_hash__in=other.hashes, purpose=purpose, ended_at=None).first()
    if waiting is not None:
        return waiting.pk
    latest = asked.filter(declared=False).order_by("-asked_at").values_list("asked_at", flat=True)
    until = PROXIES_A_DAY.closed_until(list(latest[: PROXIES_A_DAY.most]), now)
    if until is not None:
        raise TooManyProxies(seconds=(until - now).total_seconds())
    made = Proxy.objects.create(
        asked_by_holder=holds, other=other.text, other_hash=other.hash, purpose=purpose, valid_until=valid_until,
        asked_at=now, **{side: account},
    )  # fmt: skip
    tell_of_proxy.later(proxy=made.pk)
    _record(by, "ask", made, {"purpose": purpose, "valid_until": valid_until})
    return made.pk


@background("people.tell-of-proxy", queue=MAIL)
def tell_of_proxy(*, by: Standing, proxy: int) -> None:
    """Send a message that something waits to be confirmed, unless it has expired; needs ``manage-accounts``. It does
    not mention the asking person, since it may reach a stranger."""
    by.require(Permission.MANAGE_ACCOUNTS)
    row = Proxy.objects.select_related("holder", "principal").filter(pk=proxy, ended_at=None, confirmed_at=None).first()
    asker = row and (row.holder or row.principal)
    if row is None or asker is None:
        return
    with translation.override(asker.language):
        text = gettext(
            "Somebody asks you to confirm in Pilar who may act for whom. Sign in with this address or number to see "
            "it: %(address)s. If you know of nothing, do nothing."
        ) % {"address": settings.SITE_ADDRESS + reverse("people:citizen-sign-in")}
        send(contact_of(opened(row.other)), gettext("Confirm who may act for whom"), text)


@transaction.atomic
def confirm_proxy(*, by: Standing, proxy: int, now: datetime) -> None:
    """Confirm what the other side has asked for. Raises :class:`NotFound` for people who were not asked, or if it has
    expired; :class:`NoConsent`, :class:`AlreadyProxy`."""
    account = own_public(by)
    row = held(Proxy.objects, pk=proxy)
    mine = {digest for contact in contacts_of(account) for digest in contact.hashes}
    asker = row.holder_id if row.asked_by_holder else row.principal_id
    if row.other_hash not in mine or asker == account.pk or row.valid_until < today_in("", now):
        raise NotFound
    agreed_public(by)
    if row.asked_by_holder:
        row.principal = account
    else:
        row.holder = account
    row.confirmed_at, row.other, row.other_hash = now, None, None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise AlreadyProxy from error
    _record(by, "confirm", row, {"holder": row.holder_id, "principal": row.principal_id})


@transaction.atomic
def declare_proxy(*, by: Standing, name: str, reason: str, purpose: str, valid_until: date, now: datetime) -> int:
    """Declare that one acts for somebody who has no way to sign in, with the reason; returns the key. It is marked as
    declared wherever it is used. Declaring the same person again changes nothing.

    Raises :class:`NotAllowed`, :class:`NoConsent`, UnfitName, Faults.
    """
    account, named, why = agreed_public(by), fit_name(name), " ".join(reason.split())
    _require_fit(purpose, valid_until, now)
    if not why or len(why) > MAX_REASON:
        sentence = N_("Say in at most %(most)s characters why the person cannot confirm it")
        raise Faults([Fault("unfit-reason", sentence, {"most": MAX_REASON}, "reason")])
    before = Proxy.objects.select_related("principal").filter(holder=account, declared=True, ended_at=None)
    for proxy in before:
        if proxy.purpose == purpose and proxy.principal and opened(proxy.principal.name).casefold() == named.casefold():
            return proxy.pk
    person = PublicAccount.objects.create(
        kind=AccountKind.PERSON, name=named, declared=True, language=account.language, created_at=now
    )
    made = Proxy.objects.create(
        holder=account, principal=person, asked_by_holder=True, declared=True, reason=why, purpose=purpose,
        valid_until=valid_until, asked_at=now,
    )  # fmt: skip
    _record(by, "declare", made, {"principal": person.pk, "purpose": purpose, "valid_until": valid_until})
    return made.pk


@transaction.atomic
def end_proxy(*, by: Standing, proxy: int, now: datetime) -> None:
    """End a proxy from either side, or decline a waiting one; a second call changes nothing.

    Raises :class:`NotFound` for everybody else.
    """
    account = own_public(by)
    row = held(Proxy.objects, pk=proxy)
    mine = {digest for contact in contacts_of(account) for digest in contact.hashes}
    if account.pk not in (row.holder_id, row.principal_id) and row.other_hash not in mine:
        raise NotFound
    end_proxies(Proxy.objects.filter(pk=row.pk), by=by, now=now)


@every("people.end-unconfirmed-proxies", cron="50 19 * * *")  # 2.50 WIB
@transaction.atomic
def end_unconfirmed_proxies(*, by: Standing, now: datetime) -> int:
    """End proxies that were not confirmed for :data:`UNCONFIRMED_DAYS`, and delete the address; returns how many.

    Needs ``manage-accounts``.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    before = now - timedelta(days=UNCONFIRMED_DAYS)
    return end_proxies(Proxy.objects.filter(other_hash__isnull=False, asked_at__lt=before), by=by, now=now)


def end_proxies(rows: QuerySet[Proxy], *, by: Standing, now: datetime) -> int:
    """End those of these that have not ended, with what was typed about the other; returns how many. Declared people
    without a proxy left are erased."""
    ended = list(rows.filter(ended_at=None).select_for_update())
    for row in ended:
        row.other = row.other_hash = row.reason = None
        row.ended_at, row.ended_by = max(now, row.asked_at), by.actor.name
        row.save()
        _record(by, "end", row, {"ended_at": row.ended_at})
    declared = PublicAccount.objects.filter(pk__in=[proxy.principal_id for proxy in ended if proxy.declared])
    acted_for = Proxy.objects.filter(ended_at=None, principal__isnull=False).values("principal")
    declared.exclude(pk__in=acted_for).update(name=None, birth_date=None, erased_at=now)
    return len(ended)


def _require_fit(purpose: str, valid_until: date, now: datetime) -> None:
    if purpose not in PURPOSES:
        raise Faults([Fault("unknown-purpose", N_("Choose one of the purposes"), {}, "purpose")])
    require_proxy_day(valid_until, today_in("", now))


def _record(by: Standing, action: str, row: Proxy, after: dict[str, object]) -> None:
    audit.record(by, action, TARGET, row.pk, after=after)
