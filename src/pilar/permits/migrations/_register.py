"""Tables of register, and what guards them."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, index, stays, table, unique

TABLES = [
    table(
        "Permit",
        ID,
        ("service", models.CharField(max_length=60)),
        ("number", models.CharField(max_length=60, unique=True)),
        ("holder", models.CharField(max_length=200)),
        ("place", models.CharField(max_length=500, blank=True)),
        ("issued_on", models.DateField()),
        ("issued_at", models.DateTimeField()),
        ("valid_until", models.DateField()),
        ("state", models.CharField(max_length=9, default="valid")),
        ("edition", models.PositiveSmallIntegerField(default=1)),
        ("synthetic", models.BooleanField(default=False)),
        (
            "words",
            models.GeneratedField(
                db_persist=True,
                expression=SearchVector("holder", "place", config="simple"),
                output_field=SearchVectorField(),
            ),
        ),
        ("case", models.OneToOneField("permits.case", models.PROTECT, related_name="permit")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("version", models.ForeignKey("permits.serviceversion", models.PROTECT, related_name="+")),
        ordering=["-issued_on", "-pk"],
        indexes=[
            GinIndex(name="permit_by_words", fields=["words"]),
            index("permit_by_region", "region", "issued_on", "id"),
            index("permit_by_service", "service", "issued_on", "id"),
            index("permit_by_day", "issued_on", "id"),
            index("permit_not_valid", "state", "issued_on", "id", where=~Q(state="valid")),
        ],
        constraints=[
            check("permit_state_known", Q(state__in=["valid", "suspended", "revoked"])),
            check("permit_number_and_holder", ~Q(number="") & ~Q(holder="")),
            check("permit_valid_from_its_day", Q(valid_until__gte=F("issued_on"))),
        ],
    ),
    table(
        "PermitEdition",
        ID,
        ("number", models.PositiveSmallIntegerField()),
        ("day", models.DateField()),
        ("signed_at", models.DateTimeField(null=True)),
        ("pages_sha256", models.CharField(max_length=64, blank=True)),
        ("sha256", models.CharField(max_length=64, blank=True)),
        ("permit", models.ForeignKey("permits.permit", models.PROTECT, related_name="editions")),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        indexes=[index("permit_edition_by_day", "region", "day")],
        constraints=[
            unique("permit_edition_once", "permit", "number"),
            check(
                "permit_edition_signed_whole",
                Q(pages_sha256="", sha256="", signed_at__isnull=True)
                | (Q(signed_at__isnull=False) & ~Q(pages_sha256="") & ~Q(sha256="")),
            ),
        ],
    ),
    table(
        "PermitEvent",
        ID,
        ("kind", models.CharField(max_length=9)),
        ("at", models.DateTimeField()),
        ("by", SignatureField(max_length=200)),
        ("reason", models.CharField(max_length=1000, blank=True)),
        ("sealed", models.PositiveIntegerField()),
        ("permit", models.ForeignKey("permits.permit", models.PROTECT, related_name="events")),
        ordering=["id"],
        constraints=[
            check("permit_event_kind_known", Q(kind__in=["issued", "amended", "suspended", "resumed", "revoked"])),
            check("permit_event_with_reason", Q(kind="issued") | ~Q(reason="")),
            unique("permit_issued_once", "permit", where=Q(kind="issued")),
        ],
    ),
    table(
        "PermitList",
        ID,
        ("year", models.PositiveSmallIntegerField()),
        ("day", models.DateField()),
        ("text", models.TextField()),
        ("subject", models.CharField(max_length=60)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        constraints=[unique("permit_list_once", "region", "year")],
    ),
]

GUARDS = [
    stays("Permit", "permit_kept", "DELETE"),
    guard("Permit", "permit_stays", "UPDATE")("""
        IF (NEW.case_id, NEW.region_id, NEW.version_id, NEW.service, NEW.number, NEW.holder, NEW.issued_on,
            NEW.issued_at) IS DISTINCT FROM (OLD.case_id, OLD.region_id, OLD.version_id, OLD.service,
            OLD.number, OLD.holder, OLD.issued_on, OLD.issued_at) THEN
            RAISE EXCEPTION 'permit_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state = 'revoked' AND (NEW.state <> 'valid' OR NOT EXISTS (SELECT FROM permits_objection WHERE
            about = 'revocation' AND thing = OLD.number AND state = 'upheld')) THEN
            RAISE EXCEPTION 'permit_revoked_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.edition NOT IN (OLD.edition, OLD.edition + 1) OR (NEW.edition = OLD.edition AND (NEW.place,
            NEW.valid_until) IS DISTINCT FROM (OLD.place, OLD.valid_until)) THEN
            RAISE EXCEPTION 'permit_amended_by_edition' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    guard("Permit", "permit_in_order", "INSERT")("""
        IF NEW.issued_on < (SELECT p.issued_on FROM permits_permit AS p WHERE p.region_id = NEW.region_id
            ORDER BY p.issued_on DESC, p.id DESC LIMIT 1) OR EXISTS (SELECT 1 FROM permits_permit AS p WHERE
            p.region_id = NEW.region_id AND p.issued_on = NEW.issued_on AND p.issued_at > NEW.issued_at) THEN
            RAISE EXCEPTION 'permit_dated_back' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("PermitEdition", "permit_edition_kept", "DELETE"),
    guard("PermitEdition", "permit_edition_stays", "UPDATE")("""
        IF OLD.signed_at IS NOT NULL OR (NEW.permit_id, NEW.number, NEW.day) IS DISTINCT FROM (OLD.permit_id,
            OLD.number, OLD.day) THEN
            RAISE EXCEPTION 'permit_edition_stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays("PermitEvent", "permit_event_append_only"),
]
