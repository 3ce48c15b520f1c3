"""Rights of a data subject: anonymise an account, and erase expired data."""

from __future__ import annotations

from datetime import datetime

import structlog
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import DateTimeField, Q, Value
from django.db.models.functions import Coalesce, Greatest

from pilar.people import reference
from pilar.people.models import ApiToken, Notice, NoticeChannel, User
from pilar.people.operations import accounts, memberships
from pilar.people.rules import Permission, Standing
from pilar.platform import audit, jobs, mail, names, receipts, reference_data, retention
from pilar.platform.errors import PilarError
from pilar.platform.jobs import every
from pilar.platform.language import N_

REGISTER = "people.register"
TARGET = "people.retention"

log = structlog.get_logger(__name__)


class OwnAccount(PilarError):
    """Nobody may anonymise their own account; somebody else has to check first."""

    code = "own-account"
    status = 409
    sentence = N_("You cannot anonymise your own account. Ask another member of the secretariat")


@transaction.atomic
def anonymise(*, by: Standing, user: int, now: datetime) -> None:
    """Remove name and address of a person from all stored data; the account is blocked for good, its roles end.

    Their acts stay, under a reference that no longer leads to a name. Needs ``manage-accounts``. A second time changes
    nothing. Raises :class:`NotAllowed`, :class:`NotFound`, :class:`OwnAccount`, :class:`LastSecretariat`.
    """
    account = accounts.managed(by, user)
    if account.anonymised_at is not None:
        return
    if by.account == user:
        raise OwnAccount
    if memberships.leaves_the_secretariat(account, now):
        memberships.keep_a_secretariat(without=user, now=now)
    name, email = account.name, account.email
    lasting = account.memberships.filter(Q(until=None) | Q(until__gt=now))
    ended = lasting.update(until=Greatest("since", Value(now, output_field=DateTimeField())))
    account.name, account.email, account.is_active, account.anonymised_at = (
        _anonymous_name(user), _anonymous_email(user), False, now,
    )  # fmt: skip
    account.set_unusable_password()
    account.last_login = None
    account.save(update_fields=["name", "email", "is_active", "anonymised_at", "password", "last_login"])
    revoked = Coalesce("revoked_at", Value(now, output_field=DateTimeField()))
    ApiToken.objects.filter(user=user).update(name="–", revoked_at=revoked)
    if not User.objects.filter(name=name).exists():
        names.forget(name, instead=account.name)
    for rows in (
        EmailAddress.objects.filter(user=user),
        SocialAccount.objects.filter(user=user),
        Authenticator.objects.filter(user=user),
        Notice.objects.filter(user=user),
        NoticeChannel.objects.filter(user=user),
        *(traces.objects.filter(username__iexact=email) for traces in (AccessAttempt, AccessFailureLog, AccessLog)),
    ):
        rows.delete()
    _end_sessions(user)
    jobs.forget(email)
    mail.forget(email)
    audit.record(by, "anonymise", accounts.TARGET, user, after={"roles_ended": ended})


def _end_sessions(user: int) -> None:
    """Delete the sessions of an account, which may contain typed text. The owner is only stored inside each session."""
    own = [
        session.pk for session in Session.objects.iterator() if session.get_decoded().get("_auth_user_id") == str(user)
    ]
    Session.objects.filter(pk__in=own).delete()


@transaction.atomic
def load_retention(*, by: Standing) -> int:
    """Load the retention of each kind of data from the register, if it differs; returns how many rows.

    Needs ``load-reference-data`` and the database role that owns the tables.
    """
    by.require(Permission.LOAD_REFERENCE_DATA)
    register = reference.register()
    if reference_data.is_loaded(REGISTER, register.fingerprint):
        return 0
    rows = retention.load(
        retention.Period(kind.code, kept_for.since, kept_for.days, kept_for.source)
        for kind in register.kinds
        for kept_for in kind.retention
    )
    reference_data.mark_loaded(REGISTER, register.fingerprint, rows=rows)
    audit.record(by, "load", TARGET, register.fingerprint[:16], after={"rows": rows})
    return rows


@every("people.apply-retention", cron="40 19 * * *")  # 2.40 WIB
@transaction.atomic
def apply_retention(*, by: Standing, now: datetime) -> dict[str, int]:
    """Delete expired closed notices, receipts of devices and entries of the audit log; returns how many of each.

    Needs ``manage-accounts``. Rooms above delete their own data.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    gone = {"notices": 0}
    oldest = retention.oldest_kept("notices", now)
    if oldest is not None:
        gone["notices"] = Notice.objects.filter(done_at__lt=oldest).delete()[1].get("people.Notice", 0)
    gone["receipts"] = receipts.forget(now)
    gone["audit"] = retention.forget_audit(now)
    report_forgotten(by=by, gone=gone, now=now)
    return gone


def report_forgotten(*, by: Standing, gone: dict[str, int], now: datetime) -> None:
    """Record in the log and the audit log what was deleted, if anything."""
    if any(gone.values()):
        log.info("retention-applied", **gone)
        audit.record(by, "forget", TARGET, now.date(), after=gone)


def _anonymous_name(account: int) -> str:
    """Return the replacement for the name of an anonymised account; stored data, and so Indonesian for every reader."""
    return f"Akun {account} (dianonimkan)"


def _anonymous_email(account: int) -> str:
    """Make the address of an anonymised account, at which nobody can be reached (RFC 2606)."""
    return f"akun-{account}@dianonimkan.invalid"
