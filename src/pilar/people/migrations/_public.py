"""Tables of public, and what guards them."""

import uuid

from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "PublicAccount",
        ID,
        ("kind", models.CharField(max_length=10)),
        ("name", EncryptedField(null=True, context="people.public.name")),
        ("email", EncryptedField(null=True, context="people.public.email")),
        ("email_hash", models.CharField(max_length=80, unique=True, null=True)),
        ("phone", EncryptedField(null=True, context="people.public.phone")),
        ("phone_hash", models.CharField(max_length=80, unique=True, null=True)),
        ("birth_date", EncryptedField(null=True, context="people.public.birth-date")),
        ("declared", models.BooleanField(default=False)),
        ("language", models.CharField(max_length=2)),
        ("sessions_ended", models.PositiveIntegerField(default=0)),
        ("created_at", models.DateTimeField()),
        ("erased_at", models.DateTimeField(null=True)),
        constraints=[
            check("public_account_kind_known", Q(kind__in=["person", "business"])),
            check("public_account_language_known", Q(language__in=["id", "en"])),
            check(
                "public_account_email_with_hash",
                Q(email__isnull=True, email_hash__isnull=True)
                | Q(email__isnull=False, email_hash__isnull=False, email_hash__regex="^[0-9a-f]{8}\\.[0-9a-f]{64}$"),
            ),
            check(
                "public_account_phone_with_hash",
                Q(phone__isnull=True, phone_hash__isnull=True)
                | Q(phone__isnull=False, phone_hash__isnull=False, phone_hash__regex="^[0-9a-f]{8}\\.[0-9a-f]{64}$"),
            ),
            check(
                "public_account_known_or_erased",
                Q(
                    birth_date__isnull=True,
                    email__isnull=True,
                    erased_at__isnull=False,
                    name__isnull=True,
                    phone__isnull=True,
                )
                | Q(declared=True, email__isnull=True, erased_at__isnull=True, name__isnull=False, phone__isnull=True)
                | (
                    Q(declared=False, erased_at__isnull=True, name__isnull=False)
                    & (Q(email__isnull=False) | Q(phone__isnull=False))
                ),
            ),
        ],
    ),
    table(
        "PublicCode",
        ("reference", models.UUIDField(primary_key=True, default=uuid.uuid4, serialize=False)),
        ("channel", models.CharField(max_length=10)),
        ("contact", EncryptedField(context="people.public-code.contact")),
        ("contact_hash", models.CharField(max_length=80)),
        ("code", EncryptedField(context="people.public-code.code")),
        ("network", models.CharField(max_length=50, blank=True)),
        ("device", models.CharField(max_length=64, blank=True)),
        ("language", models.CharField(max_length=2)),
        ("tries", models.PositiveSmallIntegerField(default=0)),
        ("asked_at", models.DateTimeField()),
        ("used_at", models.DateTimeField(null=True)),
        indexes=[
            index("public_code_of_contact", "contact_hash", "-asked_at"),
            index("public_code_from_network", "network", "-asked_at"),
        ],
        constraints=[
            check("public_code_channel_known", Q(channel__in=["email", "whatsapp", "sms"])),
            check("public_code_contact_as_hash", Q(contact_hash__regex="^[0-9a-f]{8}\\.[0-9a-f]{64}$")),
            check("public_code_tries", Q(tries__lte=5)),
            check("public_code_used_after_asked", Q(used_at__isnull=True) | Q(used_at__gte=F("asked_at"))),
        ],
    ),
    table(
        "Proxy",
        ID,
        ("asked_by_holder", models.BooleanField()),
        ("other", EncryptedField(null=True, context="people.proxy.other")),
        ("other_hash", models.CharField(max_length=80, null=True)),
        ("declared", models.BooleanField(default=False)),
        ("reason", EncryptedField(null=True, context="people.proxy.reason")),
        ("purpose", models.CharField(max_length=20)),
        ("valid_until", models.DateField()),
        ("asked_at", models.DateTimeField()),
        ("confirmed_at", models.DateTimeField(null=True)),
        ("ended_at", models.DateTimeField(null=True)),
        ("ended_by", SignatureField(max_length=200, blank=True)),
        ("holder", models.ForeignKey("people.publicaccount", models.PROTECT, null=True, related_name="+")),
        ("principal", models.ForeignKey("people.publicaccount", models.PROTECT, null=True, related_name="+")),
        ordering=["-asked_at", "-id"],
        indexes=[
            index("proxy_waiting_for", "other_hash", where=Q(other_hash__isnull=False)),
            index("proxy_of_holder", "holder", where=Q(ended_at__isnull=True)),
        ],
        constraints=[
            check("proxy_for_somebody_else", ~Q(holder=F("principal"))),
            check(
                "proxy_confirmed_or_declared",
                Q(
                    asked_by_holder=True,
                    confirmed_at__isnull=True,
                    declared=True,
                    holder__isnull=False,
                    other_hash__isnull=True,
                    principal__isnull=False,
                )
                | Q(
                    confirmed_at__isnull=False,
                    declared=False,
                    holder__isnull=False,
                    other__isnull=True,
                    other_hash__isnull=True,
                    principal__isnull=False,
                )
                | Q(
                    asked_by_holder=True,
                    confirmed_at__isnull=True,
                    declared=False,
                    holder__isnull=False,
                    principal__isnull=True,
                )
                | Q(
                    asked_by_holder=False,
                    confirmed_at__isnull=True,
                    declared=False,
                    holder__isnull=True,
                    principal__isnull=False,
                ),
            ),
            check(
                "proxy_says_what_it_rests_on",
                Q(ended_at__isnull=False, other__isnull=True, other_hash__isnull=True, reason__isnull=True)
                | Q(declared=True, ended_at__isnull=True, reason__isnull=False)
                | Q(confirmed_at__isnull=False, declared=False, ended_at__isnull=True, reason__isnull=True)
                | Q(
                    confirmed_at__isnull=True,
                    declared=False,
                    ended_at__isnull=True,
                    other__isnull=False,
                    other_hash__isnull=False,
                    other_hash__regex="^[0-9a-f]{8}\\.[0-9a-f]{64}$",
                    reason__isnull=True,
                ),
            ),
            check(
                "proxy_ended_by_somebody",
                Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__gte=F("asked_at"), ended_at__isnull=False) & ~Q(ended_by="")),
            ),
            unique(
                "proxy_once",
                "holder",
                "principal",
                "purpose",
                where=Q(ended_at__isnull=True, holder__isnull=False, principal__isnull=False),
            ),
        ],
    ),
    table(
        "Consent",
        ID,
        ("version", models.CharField(max_length=20)),
        ("given_at", models.DateTimeField()),
        ("withdrawn_at", models.DateTimeField(null=True)),
        ("account", models.ForeignKey("people.publicaccount", models.PROTECT, related_name="consents")),
        ordering=["-given_at", "-id"],
        constraints=[
            unique("consent_given_once", "account", "version", where=Q(withdrawn_at__isnull=True)),
            check("consent_withdrawn_after_given", Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at"))),
        ],
    ),
]

GUARDS = [
    stays("Consent", "consent_kept", "DELETE"),
    guard("Consent", "consent_stays", "UPDATE")("""
        IF (NEW.account_id, NEW.version, NEW.given_at) IS DISTINCT FROM (OLD.account_id, OLD.version,
            OLD.given_at) OR OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at AND OLD.withdrawn_at IS NOT
            NULL THEN
            RAISE EXCEPTION 'consent_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
