"""Public accounts: opening with a code, consent and its withdrawal, erasure."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext

from pilar.people import reference
from pilar.people.channels import Channel, offered
from pilar.people.models import AccountRequest, Consent, Proxy, PublicAccount, PublicCode
from pilar.people.operations.accounts import fit_name, forget_requests
from pilar.people.operations.codes import ask_code, contact_in, enter_code, held_code, send
from pilar.people.operations.locking import held, own_public
from pilar.people.operations.proxies import end_proxies
from pilar.people.public import AccountKind
from pilar.people.queries import public_standing
from pilar.people.queries.public import account_with, actor_of, contacts_of, kept_contact, opened, sessions_of
from pilar.people.rules import NotFound, Permission, Standing
from pilar.platform import audit, mail, secrets
from pilar.platform.errors import Fault, Faults
from pilar.platform.jobs import MAIL, background
from pilar.platform.language import N_

TARGET = "people.public"


@transaction.atomic
def open_public_account(
    *, reference: UUID, name: str, kind: AccountKind, birth_date: date | None, consent: str, now: datetime
) -> int:
    """Open the account of the person who has entered a code; returns its key, also if it has been opened meanwhile.

    ``consent`` is the version of the text that was agreed to. Raises :class:`CodeRefused` if the code was not entered,
    or too long ago, UnfitName, Faults for an outdated text or a future date of birth.
    """
    row = held_code(reference, now)
    contact = contact_in(row)
    known = account_with(contact)
    if known is not None:
        return known
    _require_current(consent)
    if birth_date is not None and birth_date > now.date():
        raise Faults([Fault("born-in-the-future", N_("This day has not come yet"), {}, "birth_date")])
    column = "email" if contact.channel is Channel.EMAIL else "phone"
    try:
        with transaction.atomic():
            made = PublicAccount.objects.create(
                kind=kind, name=fit_name(name), language=row.language, created_at=now,
                birth_date=None if birth_date is None else birth_date.isoformat(),
                **{column: contact.text, f"{column}_hash": contact.hash},
            )  # fmt: skip
    except IntegrityError:  # opened at the same moment with the same address or number
        account = account_with(contact)
        if account is None:
            raise
        return account
    Consent.objects.create(account=made, version=consent, given_at=now)
    audit.record(actor_of(made.pk), "open", TARGET, made.pk, after={"consent": consent})
    return made.pk


@transaction.atomic
def open_made_up(*, by: Standing, contact: str, name: str, now: datetime) -> Standing:
    """Sign in a made-up citizen of the demonstration by the code that was sent to them, and open an account with it if
    they have none. For the operator."""
    by.require_server()
    asked = ask_code(contact=contact, network="", language="id", now=now)
    account = enter_code(reference=asked, code=opened(PublicCode.objects.get(pk=asked).code), now=now)
    if account is None:
        account = open_public_account(
            reference=asked, name=name, kind=AccountKind.PERSON, birth_date=None, consent=reference.consent().version,
            now=now,
        )  # fmt: skip
    return public_standing(account, sessions_of(account))


@transaction.atomic
def give_consent(*, by: Standing, version: str, now: datetime) -> None:
    """Agree to the text of this version, once more after a withdrawal; a second time changes nothing.

    Raises Faults for an outdated text, :class:`NotAllowed` without a public account.
    """
    account = own_public(by)
    _require_current(version)
    if not account.consents.filter(version=version, withdrawn_at=None).exists():
        Consent.objects.create(account=account, version=version, given_at=now)
        audit.record(by, "consent", TARGET, account.pk, after={"version": version})


@transaction.atomic
def withdraw_consent(*, by: Standing, now: datetime) -> None:
    """Withdraw one's consent, which is stored with both days. Until it is given again, the account cannot act and
    nobody can act for it; its requests are deleted. Raises :class:`NotAllowed` without a public account."""
    account = own_public(by)
    _ask_for_nothing(by, account.pk, now)
    if account.consents.filter(withdrawn_at=None).update(withdrawn_at=now):
        audit.record(by, "withdraw-consent", TARGET, account.pk)


@transaction.atomic
def erase_public_account(*, by: Standing, account: int, now: datetime) -> None:
    """Delete all personal data of a public account, one's own or with ``manage-accounts`` anybody's. Its proxies end,
    and people known only through them are erased too. A number remains, and when consent was given and withdrawn.

    A second time changes nothing. Raises :class:`NotFound`.
    """
    if by.citizen != account and not by.may(Permission.MANAGE_ACCOUNTS):
        raise NotFound
    row = held(PublicAccount.objects, pk=account)
    if row.erased_at is not None:
        return
    proxies = Q(holder=row) | Q(principal=row)
    for contact in contacts_of(row):
        PublicCode.objects.filter(contact_hash__in=contact.hashes).delete()
        mail.forget(contact.text)
        proxies |= Q(other_hash__in=contact.hashes)
    end_proxies(Proxy.objects.filter(proxies), by=by, now=now)
    _ask_for_nothing(by, account, now)
    row.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
    row.name = row.email = row.phone = row.email_hash = row.phone_hash = row.birth_date = None
    row.erased_at, row.sessions_ended = now, row.sessions_ended + 1
    row.save()
    audit.record(by, "erase", TARGET, account)


def _ask_for_nothing(by: Standing, account: int, now: datetime) -> None:
    """Delete waiting requests for an account sent by this public account."""
    forget_requests(by=by, requests=AccountRequest.objects.filter(provider="", subject=str(account)), now=now)


@background("people.tell-citizen", queue=MAIL)
def tell_citizen(*, by: Standing, account: int, about: str, path: str) -> None:
    """Notify a citizen that there is news, which they read after signing in. Needs ``manage-accounts``. ``about`` names
    the thing by its number, ``path`` is an address of this site.

    Erased accounts and phones that cannot be reached get no message.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    row = PublicAccount.objects.filter(pk=account, erased_at=None).first()
    contact = next((contact for contact in contacts_of(row) if contact.channel in offered()), None) if row else None
    if row is None or contact is None:
        return
    with translation.override(row.language):
        text = gettext("There is news about “%(about)s”. Sign in to read it: %(address)s") % {
            "about": about, "address": settings.SITE_ADDRESS.rstrip("/") + path,
        }  # fmt: skip
        send(contact, gettext("News about “%(about)s”") % {"about": about}, text)


@transaction.atomic
def end_public_sessions(*, by: Standing) -> None:
    """Sign out everywhere: the sessions on all devices end. Raises :class:`NotAllowed`."""
    account = own_public(by)
    PublicAccount.objects.filter(pk=account.pk).update(sessions_ended=F("sessions_ended") + 1)
    audit.record(by, "end-sessions", TARGET, account.pk)


@transaction.atomic
def renew_public_accounts(*, by: Standing) -> int:
    """Re-encrypt fields stored under older keys with the first key, and renew their hashes; returns how many rows.

    Needs ``load-reference-data``. Raises :class:`secrets.Unreadable` where a key is missing.
    """
    by.require(Permission.LOAD_REFERENCE_DATA)
    count = secrets.renew_rows(PublicAccount, "name", "email", "phone", "birth_date", also=_hashed)
    count += secrets.renew_rows(Proxy, "other", "reason", also=_hashed)
    if count:
        audit.record(by, "renew", TARGET, "all", after={"rows": count})
    return count


def _hashed(name: str, kept: secrets.Kept) -> dict[str, object]:
    """Return the new hash of a value found by its old hash."""
    return {f"{name}_hash": kept_contact(opened(kept)).hash} if name in ("email", "phone", "other") else {}


def _require_current(version: str) -> None:
    if version != reference.consent().version:
        sentence = N_("The text has changed meanwhile. Read it again")
        raise Faults([Fault("outdated-consent", sentence, {}, "consent")])
