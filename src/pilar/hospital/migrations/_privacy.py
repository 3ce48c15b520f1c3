"""Tables of privacy, and what guards them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "Breach",
        ID,
        ("noticed_at", models.DateTimeField()),
        ("happened", models.TextField()),
        ("data", models.TextField()),
        ("affected", models.PositiveIntegerField(null=True)),
        ("consequences", models.TextField()),
        ("remedy", models.TextField()),
        ("contact", models.CharField(max_length=200)),
        ("written_at", models.DateTimeField()),
        ("written_by", SignatureField(max_length=200)),
        ("version", models.PositiveIntegerField(default=1)),
        ("told_at", models.DateTimeField(null=True)),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ordering=["-noticed_at", "-id"],
        constraints=[
            check("breach_written_after_noticed", Q(written_at__gte=F("noticed_at"))),
            check("breach_told_after", Q(told_at=None) | Q(told_at__gte=F("noticed_at"))),
        ],
    ),
    table(
        "Consent",
        ID,
        ("purpose", models.CharField(max_length=10)),
        ("version", models.CharField(max_length=20)),
        ("given_at", models.DateTimeField()),
        ("given_by", SignatureField(max_length=200)),
        ("withdrawn_at", models.DateTimeField(null=True)),
        ("patient", models.ForeignKey("hospital.patient", models.PROTECT, related_name="consents")),
        ordering=["-given_at", "-id"],
        constraints=[
            unique("purpose_agreed_once", "patient", "purpose", where=Q(withdrawn_at=None)),
            check("purpose_known", Q(purpose__in=["reminder", "satusehat", "research"])),
            check("purpose_withdrawn_after_given", Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at"))),
        ],
    ),
    table(
        "BrokenGlass",
        ID,
        ("by", SignatureField(max_length=200)),
        ("reason", models.CharField(max_length=300)),
        ("opened_at", models.DateTimeField()),
        ("ends_at", models.DateTimeField()),
        ("reviewed_at", models.DateTimeField(null=True)),
        ("reviewed_by", SignatureField(max_length=200, blank=True)),
        ("finding", models.CharField(max_length=300, blank=True)),
        ("user", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")),
        ("hospital", models.ForeignKey("hospital.hospital", models.PROTECT, related_name="+")),
        ("patient", models.ForeignKey("hospital.patient", models.PROTECT, related_name="+")),
        ordering=["-opened_at", "-id"],
        indexes=[index("glass_of_reader", "patient", "user")],
        constraints=[
            check("glass_ends_after_begin", Q(ends_at__gt=F("opened_at"))),
            check("glass_with_reason", Q(reason__regex="\\S")),
            check(
                "glass_reviewed_with_finding",
                Q(finding="", reviewed_at=None) | (Q(reviewed_at__isnull=False) & ~Q(finding="")),
            ),
        ],
    ),
]

GUARDS = [
    stays("Breach", "breach_kept", "DELETE"),
    guard("Breach", "breach_stays", "UPDATE")("""
        IF OLD.told_at IS NOT NULL THEN
            RAISE EXCEPTION 'breach_is_told' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("Consent", "purpose_kept", "DELETE"),
    guard("Consent", "purpose_stays", "UPDATE")("""
        IF (NEW.patient_id, NEW.purpose, NEW.version, NEW.given_at) IS DISTINCT FROM (OLD.patient_id,
            OLD.purpose, OLD.version, OLD.given_at) OR OLD.withdrawn_at IS NOT NULL THEN
            RAISE EXCEPTION 'purpose_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("BrokenGlass", "glass_kept", "DELETE"),
    guard("BrokenGlass", "glass_stays", "UPDATE")("""
        IF (NEW.patient_id, NEW.user_id, NEW.reason, NEW.opened_at, NEW.ends_at) IS DISTINCT FROM
            (OLD.patient_id, OLD.user_id, OLD.reason, OLD.opened_at, OLD.ends_at) OR OLD.reviewed_at IS NOT
            NULL THEN
            RAISE EXCEPTION 'glass_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
