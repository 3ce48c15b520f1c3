"""Public accounts (akun warga): personal data are encrypted, and found by keyed hashes."""

from __future__ import annotations

from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import F, Q

from pilar.people.channels import Channel
from pilar.people.public import MAX_TRIES, AccountKind
from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.triggers import on_row

EMAIL, PHONE = "people.public.email", "people.public.phone"
"""The context to which encrypted addresses and numbers, and their hashes, are bound."""
HASH = r"^[0-9a-f]{8}\.[0-9a-f]{64}$"


def _kept(name: str) -> Q:
    """An address or number and its hash are both present or both missing."""
    return Q(**{f"{name}__isnull": True, f"{name}_hash__isnull": True}) | Q(
        **{f"{name}__isnull": False, f"{name}_hash__isnull": False, f"{name}_hash__regex": HASH}
    )


class PublicAccount(models.Model):
    """A citizen, patient or business (warga, pasien, pelaku usaha).

    ``declared``: somebody without a way to sign in, known only because another person acts for them.
    """

    kind = models.CharField(max_length=10)
    name = EncryptedField(context="people.public.name", null=True)
    email = EncryptedField(context=EMAIL, null=True)
    email_hash = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 - two without one do not clash
    phone = EncryptedField(context=PHONE, null=True)
    phone_hash = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001
    birth_date = EncryptedField(context="people.public.birth-date", null=True)
    declared = models.BooleanField(default=False)
    language = models.CharField(max_length=2)
    sessions_ended = models.PositiveIntegerField(default=0)
    """How often all sessions were ended."""
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(AccountKind)), name="public_account_kind_known"),
            models.CheckConstraint(condition=Q(language__in=["id", "en"]), name="public_account_language_known"),
            models.CheckConstraint(condition=_kept("email"), name="public_account_email_with_hash"),
            models.CheckConstraint(condition=_kept("phone"), name="public_account_phone_with_hash"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False, name__isnull=True, email__isnull=True, phone__isnull=True,
                            birth_date__isnull=True)
                | Q(erased_at__isnull=True, name__isnull=False, declared=True, email__isnull=True, phone__isnull=True)
                | (Q(erased_at__isnull=True, name__isnull=False, declared=False)
                   & (Q(email__isnull=False) | Q(phone__isnull=False))),
                name="public_account_known_or_erased",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pk}"


class PublicCode(models.Model):
    """A code on its way to an address or number, and the page that asked for it (``reference``).

    ``device`` is the mark of a device that the address or number has signed in on before, empty for all others.
    """

    reference = models.UUIDField(primary_key=True, default=uuid4)
    channel = models.CharField(max_length=10)
    contact = EncryptedField(context="people.public-code.contact")
    contact_hash = models.CharField(max_length=80)
    code = EncryptedField(context="people.public-code.code")
    network = models.CharField(max_length=50, blank=True)
    device = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=2)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["contact_hash", "-asked_at"], name="public_code_of_contact"),
            models.Index(fields=["network", "-asked_at"], name="public_code_from_network"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=list(Channel)), name="public_code_channel_known"),
            models.CheckConstraint(condition=Q(contact_hash__regex=HASH), name="public_code_contact_as_hash"),
            models.CheckConstraint(condition=Q(tries__lte=MAX_TRIES), name="public_code_tries"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__gte=F("asked_at")), name="public_code_used_after_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}"


class Consent(models.Model):
    """The consent of a person (persetujuan), by the version of the text; a withdrawal is stored in the same row."""

    account = models.ForeignKey(PublicAccount, on_delete=models.PROTECT, related_name="consents")
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "version"], condition=Q(withdrawn_at__isnull=True), name="consent_given_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="consent_kept", operation=pgtrigger.Delete),
            on_row(
                "consent_stays", pgtrigger.Update,
                ("consent_stays", "(NEW.account_id, NEW.version, NEW.given_at)"
                 " IS DISTINCT FROM (OLD.account_id, OLD.version, OLD.given_at)"
                 " OR OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at AND OLD.withdrawn_at IS NOT NULL"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.account_id} {self.version}"


class Proxy(models.Model):
    """A proxy (kuasa): one person may act for another, for a purpose and up to a day.

    One side asks (``asked_by_holder``: which). The other side is known by ``other``, their address or number, until
    they confirm; or it is ``declared``: somebody without a way to sign in, with the reason.
    """

    holder = models.ForeignKey(PublicAccount, null=True, on_delete=models.PROTECT, related_name="+")
    principal = models.ForeignKey(PublicAccount, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by_holder = models.BooleanField()
    other = EncryptedField(context="people.proxy.other", null=True)
    other_hash = models.CharField(max_length=80, null=True)  # noqa: DJ001
    declared = models.BooleanField(default=False)
    reason = EncryptedField(context="people.proxy.reason", null=True)
    purpose = models.CharField(max_length=20)
    valid_until = models.DateField()
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = SignatureField(max_length=200, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["other_hash"], condition=Q(other_hash__isnull=False), name="proxy_waiting_for"),
            models.Index(fields=["holder"], condition=Q(ended_at__isnull=True), name="proxy_of_holder"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(holder=F("principal")), name="proxy_for_somebody_else"),
            models.CheckConstraint(
                condition=Q(declared=True, confirmed_at__isnull=True, asked_by_holder=True, holder__isnull=False,
                            principal__isnull=False, other_hash__isnull=True)
                | Q(declared=False, confirmed_at__isnull=False, holder__isnull=False, principal__isnull=False,
                    other__isnull=True, other_hash__isnull=True)
                | Q(declared=False, confirmed_at__isnull=True, asked_by_holder=True, holder__isnull=False,
                    principal__isnull=True)
                | Q(declared=False, confirmed_at__isnull=True, asked_by_holder=False, holder__isnull=True,
                    principal__isnull=False),
                name="proxy_confirmed_or_declared",
            ),
            # Ending it deletes what was typed about the other.
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False, other__isnull=True, other_hash__isnull=True, reason__isnull=True)
                | Q(ended_at__isnull=True, declared=True, reason__isnull=False)
                | Q(ended_at__isnull=True, declared=False, confirmed_at__isnull=False, reason__isnull=True)
                | Q(ended_at__isnull=True, declared=False, confirmed_at__isnull=True, reason__isnull=True,
                    other__isnull=False, other_hash__isnull=False, other_hash__regex=HASH),
                name="proxy_says_what_it_rests_on",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__isnull=False, ended_at__gte=F("asked_at")) & ~Q(ended_by="")),
                name="proxy_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["holder", "principal", "purpose"],
                condition=Q(ended_at__isnull=True, holder__isnull=False, principal__isnull=False),
                name="proxy_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.holder_id} for {self.principal_id}"
