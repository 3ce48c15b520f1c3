"""Tables of services, and what guards them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Now

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, guard, stays, table

TABLES = [
    table(
        "ServiceVersion",
        ID,
        ("key", models.CharField(max_length=60)),
        ("number", models.PositiveIntegerField()),
        ("definition", models.JSONField()),
        ("hash", models.CharField(max_length=64)),
        ("edition", models.PositiveIntegerField(default=1)),
        ("state", models.CharField(max_length=12, default="draft")),
        ("valid_from", models.DateField(null=True)),
        ("valid_to", models.DateField(null=True)),
        ("shipped", models.BooleanField(default=False)),
        ("changed_by", SignatureField(max_length=200, blank=True)),
        ("changed_at", models.DateTimeField(db_default=Now())),
        ("proposer", SignatureField(max_length=200, blank=True)),
        ("publisher", SignatureField(max_length=200, blank=True)),
        ("published_at", models.DateTimeField(null=True)),
        ("reason", models.CharField(max_length=500, blank=True)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ordering=["region", "key", "number"],
        constraints=[
            models.UniqueConstraint(F("region"), F("key"), F("number"), name="service_version_number_once"),
            models.UniqueConstraint(
                F("region"), F("key"), name="service_one_version_at_work", condition=Q(state__in=["draft", "proposed"])
            ),
            check("service_version_state_known", Q(state__in=["draft", "proposed", "published", "withdrawn"])),
            check(
                "service_version_published_whole",
                ~Q(state__in=["published", "withdrawn"])
                | (Q(published_at__isnull=False, valid_from__isnull=False) & ~Q(publisher="")),
            ),
            check(
                "service_version_by_two",
                ~Q(state__in=["published", "withdrawn"])
                | Q(shipped=True)
                | (~Q(proposer="") & ~Q(proposer=F("publisher"))),
            ),
            check("service_version_days", Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))),
            ExclusionConstraint(
                name="service_version_one_a_day",
                expressions=[
                    (
                        Func(
                            Func(
                                Concat("region", Value(" "), "key", output_field=models.TextField()),
                                Value(0),
                                function="hashtextextended",
                                output_field=models.BigIntegerField(),
                            ),
                            Func(
                                Concat("region", Value(" "), "key", output_field=models.TextField()),
                                Value(0),
                                function="hashtextextended",
                                output_field=models.BigIntegerField(),
                            ),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                condition=Q(state="published"),
            ),
        ],
    ),
]

GUARDS = [
    guard("ServiceVersion", "service_version_stays", "UPDATE")("""
        IF OLD.state IN ('published', 'withdrawn') AND (OLD.region_id, OLD.key, OLD.number, OLD.definition,
            OLD.hash, OLD.valid_from, OLD.proposer, OLD.publisher, OLD.published_at, OLD.shipped) IS DISTINCT
            FROM (NEW.region_id, NEW.key, NEW.number, NEW.definition, NEW.hash, NEW.valid_from, NEW.proposer,
            NEW.publisher, NEW.published_at, NEW.shipped) THEN
            RAISE EXCEPTION 'service_version_stays' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state IN ('published', 'withdrawn') AND NEW.state NOT IN ('withdrawn', OLD.state) THEN
            RAISE EXCEPTION 'service_version_not_back' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.state IN ('published', 'withdrawn') AND OLD.valid_to < coalesce(NEW.valid_to, 'infinity') THEN
            RAISE EXCEPTION 'service_version_not_longer' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """),
    stays(
        "ServiceVersion", "service_version_is_kept", "DELETE", condition="OLD.\"state\" IN ('published', 'withdrawn')"
    ),
]
