"""Tables of correspondence, and what guards them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilar.platform.names import SignatureField
from pilar.platform.secrets import EncryptedField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "Appointment",
        ID,
        ("at", models.DateTimeField()),
        ("place", models.CharField(max_length=200)),
        ("from_office", models.BooleanField()),
        ("by", SignatureField(max_length=200)),
        ("agreed_at", models.DateTimeField(null=True)),
        ("reminded_at", models.DateTimeField(null=True)),
        ("ended_at", models.DateTimeField(null=True)),
        ("case", models.ForeignKey("permits.case", models.PROTECT, related_name="appointments")),
        ("officer", models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")),
        ordering=["at", "id"],
        indexes=[index("appointment_to_come", "at", where=Q(ended_at=None))],
        constraints=[
            check("appointment_with_a_place", Q(place__regex="\\S")),
            check("appointment_offered_by_somebody", Q(from_office=False) | Q(officer__isnull=False)),
        ],
    ),
    table(
        "Objection",
        ID,
        ("about", models.CharField(max_length=10)),
        ("thing", models.CharField(max_length=60)),
        ("text", EncryptedField(context="permits.objection.text")),
        ("filed_at", models.DateTimeField()),
        ("filed_by", SignatureField(max_length=200)),
        ("due", models.DateField()),
        ("silent_at", models.DateTimeField(null=True)),
        ("state", models.CharField(max_length=8, default="open")),
        ("answer", models.TextField(blank=True)),
        ("answered_by", SignatureField(max_length=200, blank=True)),
        ("answered_at", models.DateTimeField(null=True)),
        ("case", models.ForeignKey("permits.case", models.PROTECT, related_name="objections")),
        ordering=["due", "id"],
        constraints=[
            check("objection_about_known", Q(about__in=["refusal", "revocation", "levy"])),
            check(
                "objection_answered",
                Q(answer="", answered_at__isnull=True, state="open")
                | (Q(answered_at__isnull=False, state__in=["upheld", "rejected"]) & ~Q(answer="")),
            ),
            unique("objection_once", "case", "about", "thing", where=Q(state="open")),
        ],
    ),
    table(
        "CaseLetter",
        ID,
        ("kind", models.CharField(max_length=8)),
        ("at", models.DateTimeField()),
        ("by", SignatureField(max_length=200)),
        ("title", models.CharField(max_length=200)),
        ("text", EncryptedField(context="permits.case-letter.text")),
        ("case", models.ForeignKey("permits.case", models.PROTECT, related_name="letters")),
        ordering=["id"],
        constraints=[
            check(
                "case_letter_kind_known",
                Q(kind__in=["returned", "stopped", "refused", "upheld", "rejected", "silent", "draft"]),
            )
        ],
    ),
    table(
        "DrawnSignature",
        ID,
        ("number", models.PositiveIntegerField()),
        ("capacity", models.CharField(max_length=9)),
        ("strokes", EncryptedField(context="permits.signature.strokes")),
        ("case", models.ForeignKey("permits.case", models.PROTECT, related_name="drawn_signatures")),
        constraints=[
            unique("drawn_signature_once", "case", "number"),
            check("drawn_signature_capacity_known", Q(capacity__in=["applicant", "proxy", "family", "staff", "other"])),
        ],
    ),
]

GUARDS = [
    stays("Appointment", "appointment_kept", "DELETE"),
    stays("Objection", "objection_kept", "DELETE"),
    guard("Objection", "objection_stays", "UPDATE")("""
        IF (NEW.case_id, NEW.about, NEW.thing, NEW.filed_at) IS DISTINCT FROM (OLD.case_id, OLD.about,
            OLD.thing, OLD.filed_at) THEN
            RAISE EXCEPTION 'objection_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.due <> OLD.due AND (OLD.state <> 'open' OR OLD.silent_at IS NOT NULL) THEN
            RAISE EXCEPTION 'objection_due_while_it_waits' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state <> 'open' AND (NEW.state, NEW.answer) IS DISTINCT FROM (OLD.state, OLD.answer) THEN
            RAISE EXCEPTION 'objection_answered_once' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.state = 'rejected' AND OLD.silent_at IS NOT NULL AND OLD.state = 'open' THEN
            RAISE EXCEPTION 'objection_not_rejected_late' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("CaseLetter", "case_letter_kept", "DELETE"),
    guard("CaseLetter", "case_letter_stays", "UPDATE")("""
        IF (NEW.case_id, NEW.kind, NEW.at, NEW."by", NEW.title) IS DISTINCT FROM (OLD.case_id, OLD.kind,
            OLD.at, OLD."by", OLD.title) THEN
            RAISE EXCEPTION 'case_letter_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("DrawnSignature", "drawn_signature_kept", "DELETE"),
    guard("DrawnSignature", "drawn_signature_stays", "UPDATE")("""
        IF (NEW.case_id, NEW.number, NEW.capacity) IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.capacity)
            THEN
            RAISE EXCEPTION 'drawn_signature_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
]
