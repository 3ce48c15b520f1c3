"""Opening, blocking and changing accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from pilar.people.models import AccountRequest, ApiToken, FailedSignIn, PublicCode, User
from pilar.people.operations import mailing, memberships, tokens
from pilar.people.operations.locking import held, there
from pilar.people.operations.notices import settle
from pilar.people.public import CODES_OF_CONTACT_A_DAY
from pilar.people.rules import ROLES, SECOND_FACTOR, AnyRole, NotAllowed, Permission, Standing
from pilar.platform import audit, reference_data, retention, secrets
from pilar.platform.actors import Actor
from pilar.platform.errors import PilarError
from pilar.platform.jobs import every
from pilar.platform.language import N_
from pilar.platform.names import Signature

TARGET = "people.account"
REQUEST = "people.account-request"
KEPT_PASSWORDS = "people.kept-passwords"


class UnfitEmail(PilarError):
    """Not an e-mail address."""

    code = "unfit-email"
    status = 422
    sentence = N_("“%(email)s” is not an e-mail address")


class UnfitName(PilarError):
    """An account needs a name that can be read."""

    code = "unfit-name"
    status = 422
    sentence = N_("Give the person's name, of at most %(longest)s characters")


class UnfitLanguage(PilarError):
    """A language that Pilar does not speak."""

    code = "unfit-language"
    status = 422
    sentence = N_("Choose Indonesian or English")


class EmailTaken(PilarError):
    """An account with this address exists."""

    code = "email-taken"
    status = 409
    sentence = N_("There is already an account for “%(email)s”. Give it the role instead, or ask the secretariat to")


class NoSecondFactor(PilarError):
    """There is nothing to remove."""

    code = "no-second-factor"
    status = 409
    sentence = N_("This account has no second factor")


class WeakPassword(PilarError):
    """The password does not pass the checks; ``reasons`` are their messages, in the reader's language."""

    code = "weak-password"
    status = 422
    sentence = N_("Choose another password. %(reasons)s")


@transaction.atomic
def create_account(
    *,
    by: Standing,
    email: str,
    name: str,
    role: AnyRole,
    region: str | None = None,
    office: int | None = None,
    unit: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    password: str | None = None,
    invited: bool = True,
    now: datetime,
) -> int:
    """Open an account with its first role; returns its key. Without a password it gets a link to choose one by e-mail,
    unless it is not ``invited``, for example because single sign-on opens it.

    The address counts as verified: the person who opens the account is responsible for it. An open single sign-on
    request from this address is thereby settled: from now on that sign-in opens the account. Raises
    :class:`UnfitEmail`, :class:`UnfitName`, :class:`WeakPassword`, :class:`EmailTaken`, and what ``grant_membership``
    raises.
    """
    held = memberships.place(role, region, office, unit)
    by.require(ROLES[role].given_with, area=held.region)
    user = User(email=fit_email(email), name=fit_name(name))
    if password is None:
        user.set_unusable_password()
    else:
        _put_password(user, password)
    # Before the account, as when a request is granted, so that simultaneous openings lock in the same order.
    forget_requests(by=by, requests=AccountRequest.objects.filter(email=user.email), now=now)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise EmailTaken(email=user.email) from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record(by, "create", TARGET, user.pk, area=held.region or "")
    memberships.give(by, user, held, valid_from=valid_from, valid_until=valid_until, now=now)
    if password is None and invited:
        mailing.invite(by=by, user=user.pk, now=now)
    return user.pk


@transaction.atomic
def set_active(*, by: Standing, user: int, active: bool, now: datetime) -> None:
    """Block an account or open it again; needs ``manage-accounts``.

    A block ends all sessions, API tokens and links to choose a password. Opening the account again does not restore
    them. Raises :class:`NotAllowed`, :class:`NotFound`, :class:`LastSecretariat`, :class:`Anonymised`.
    """
    account = managed(by, user)
    if account.is_active == active:
        return
    if account.anonymised_at is not None:
        raise memberships.Anonymised
    if not active:
        if memberships.leaves_the_secretariat(account, now):
            memberships.keep_a_secretariat(without=user, now=now)
        account.sessions_ended += 1
        tokens.end_tokens(by=by, user=user, now=now)
    account.is_active = active
    account.save(update_fields=["is_active", "sessions_ended"])
    audit.record(by, "unblock" if active else "block", TARGET, user)


@transaction.atomic
def correct_name(*, by: Standing, user: int, name: str) -> None:
    """Correct a person's name everywhere; needs ``manage-accounts``. The log keeps neither the old nor the new name.

    Raises :class:`UnfitName`, :class:`NotAllowed`, :class:`NotFound`, :class:`Anonymised`.
    """
    account, given = managed(by, user), fit_name(name)
    if account.anonymised_at is not None:
        raise memberships.Anonymised
    if account.name != given:
        account.name = given
        account.save(update_fields=["name"])
        ApiToken.objects.filter(user=user).update(name=F("name"))  # acts of its tokens show the name, too
        audit.record(by, "correct-name", TARGET, user)


@transaction.atomic
def set_password(*, by: Standing, user: int, password: str, now: datetime) -> None:
    """Set a lost password, unless it is that already; sessions and API tokens of the account end.

    Needs ``manage-accounts``. Raises :class:`NotAllowed`, :class:`NotFound`, :class:`WeakPassword`.
    """
    account = managed(by, user)
    if account.check_password(password):
        return
    _put_password(account, password)
    account.save(update_fields=["password"])
    tokens.end_tokens(by=by, user=user, now=now)
    audit.record(by, "set-password", TARGET, user)


@transaction.atomic
def password_changed(*, user: int, now: datetime) -> None:
    """Record that the owner has chosen another password, and revoke the API tokens of the account.

    Sessions end automatically, since they carry the password's hash.
    """
    account = there(User.objects, pk=user)
    owner = Standing(Actor("user", str(account.pk), Signature(account.name, f"user:{account.pk}")))
    tokens.end_tokens(by=owner, user=user, now=now)
    audit.record(owner, "change-password", TARGET, user)


@transaction.atomic
def remove_second_factor(*, by: Standing, user: int) -> None:
    """Remove a lost second factor from an account, with its recovery codes; the account's sessions end.

    Needs ``manage-accounts``; the acting person must have verified the owner's identity. Raises :class:`NotAllowed`,
    :class:`NotFound`, :class:`NoSecondFactor`.
    """
    account = managed(by, user)
    factors = Authenticator.objects.filter(user=account)
    kinds = sorted(factors.values_list("type", flat=True))
    if not kinds:
        raise NoSecondFactor
    factors.delete()
    account.sessions_ended += 1
    account.save(update_fields=["sessions_ended"])
    audit.record(by, "remove-second-factor", TARGET, user, before={"kinds": kinds})


@transaction.atomic
def renew_second_factors(*, by: Standing) -> int:
    """Re-encrypt secrets of second factors stored under older keys, or unencrypted, with the first key; returns how
    many.

    Needs ``load-reference-data``. Raises :class:`secrets.Unreadable` if a key is missing.
    """
    by.require(Permission.LOAD_REFERENCE_DATA)
    count = 0
    for kind, name in ((Authenticator.Type.TOTP, "secret"), (Authenticator.Type.RECOVERY_CODES, "seed")):
        for row in Authenticator.objects.select_for_update().filter(type=kind, data__has_key=name):
            kept = secrets.renewed(row.data[name], context=SECOND_FACTOR)
            if kept is not None:
                row.data[name] = kept
                row.save(update_fields=["data"])
                count += 1
    if count:
        audit.record(by, "renew", SECOND_FACTOR, "all", after={"rows": count})
    return count


@transaction.atomic
def keep_passwords(*, by: Standing, passwords: Mapping[int, str], opened: Collection[int] = (), now: datetime) -> None:
    """Reset accounts to these passwords if anybody changed one; the check is fast while nobody did.

    ``passwords``: by key of the account; long and random, because a quick hash of them is kept. ``opened``: those of
    the accounts that the same transaction opened with theirs. Raises as :func:`set_password`.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    if reference_data.is_loaded(KEPT_PASSWORDS, _passwords_mark(passwords)):
        return
    for user, password in passwords.items():
        if user not in opened:
            set_password(by=by, user=user, password=password, now=now)
    reference_data.mark_loaded(KEPT_PASSWORDS, _passwords_mark(passwords), rows=len(passwords))


def _passwords_mark(passwords: Mapping[int, str]) -> str:
    """Return a value that combines the present password hashes and the passwords wanted."""
    stored = User.objects.filter(pk__in=passwords).order_by("pk").values_list("pk", "password")
    return hashlib.sha256(repr([(key, held, passwords[key]) for key, held in stored]).encode()).hexdigest()


@transaction.atomic
def set_language(*, by: Standing, language: str) -> None:
    """Choose the language of one's own account. Raises :class:`UnfitLanguage`; :class:`NotAllowed` without an
    account."""
    if by.actor.kind != "user":
        raise NotAllowed
    if language not in User.Language.values:
        raise UnfitLanguage
    account = held(User.objects, pk=by.account)
    if account.language != language:
        before, account.language = account.language, language
        account.save(update_fields=["language"])
        audit.record(by, "set-language", TARGET, account.pk, before={"language": before}, after={"language": language})


@every("people.clear-sign-in-traces", cron="30 19 * * *")  # 2.30 WIB
@transaction.atomic
def clear_sign_in_traces(*, by: Standing, now: datetime) -> None:
    """Delete expired sessions and expired traces of sign-ins; needs ``manage-accounts``.

    Traces hold network addresses, which are personal data.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    oldest = retention.oldest_kept("sign-in", now)
    deleted = {"sessions": Session.objects.filter(expire_date__lt=now).delete()[0]}
    for name, traces in (("attempts", AccessAttempt), ("failures", AccessFailureLog), ("sign_ins", AccessLog)):
        if oldest is not None:
            deleted[name] = traces.objects.filter(attempt_time__lt=oldest).delete()[0]
    if oldest is not None:
        deleted["refused"] = FailedSignIn.objects.filter(failed_at__lt=oldest).delete()[0]
        old = AccountRequest.objects.filter(asked_at__lt=oldest)
        deleted["requests"] = forget_requests(by=by, requests=old, now=now)
    deleted["codes"] = PublicCode.objects.filter(asked_at__lt=now - CODES_OF_CONTACT_A_DAY.within).delete()[0]
    if any(deleted.values()):
        audit.record(by, "clear", "people.sign-in-traces", now.date(), after=deleted)


def forget_requests(*, by: Standing, requests: QuerySet[AccountRequest], now: datetime) -> int:
    """Delete requests for accounts with the notices about them, in the caller's transaction; returns how many."""
    keys = list(requests.values_list("pk", flat=True))
    settle(by=by, subject=[f"{REQUEST}:{key}" for key in keys], now=now)
    return AccountRequest.objects.filter(pk__in=keys).delete()[0]


def managed(by: Standing, user: int) -> User:
    """An account, locked, for users who manage all accounts; raises :class:`NotAllowed`, :class:`NotFound`."""
    by.require(Permission.MANAGE_ACCOUNTS)
    return held(User.objects, pk=user)


def fit_email(given: str) -> str:
    """An address in the form it is stored; raises :class:`UnfitEmail`."""
    email = given.strip().lower()
    if len(email) > User._meta.get_field("email").max_length:
        raise UnfitEmail(email=email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise UnfitEmail(email=email) from error
    return email


def fit_name(given: str) -> str:
    """A name in the form it is stored; raises :class:`UnfitName`."""
    name = " ".join(given.split())
    longest = User._meta.get_field("name").max_length
    if not name or len(name) > longest:
        raise UnfitName(longest=longest)
    return name


def _put_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(reasons=" ".join(error.messages).rstrip(".")) from error
    user.set_password(password)
