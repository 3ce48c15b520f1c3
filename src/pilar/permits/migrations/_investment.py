"""Tables of investment."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from pilar.platform.names import SignatureField
from pilar.platform.squashed import ID, check, index, table, unique

TABLES = [
    table(
        "OssRecord",
        ID,
        ("nib", models.CharField(max_length=13)),
        ("kbli", models.CharField(max_length=5)),
        ("business", models.CharField(max_length=200)),
        ("risk", models.CharField(max_length=11, blank=True)),
        ("status", models.CharField(max_length=100)),
        ("as_of", models.DateField()),
        ("seen_at", models.DateTimeField()),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        constraints=[
            unique("oss_record_once", "region", "nib", "kbli"),
            check("oss_codes_format", Q(kbli__regex="^[0-9]{5}$", nib__regex="^[0-9]{13}$")),
        ],
    ),
    table(
        "Potential",
        ID,
        ("code", models.CharField(max_length=40)),
        ("kind", models.CharField(max_length=6)),
        ("name", models.CharField(max_length=200)),
        ("district", models.CharField(max_length=8, blank=True)),
        ("area", models.DecimalField(null=True, max_digits=10, decimal_places=2)),
        ("kbli", ArrayField(default=list, base_field=models.CharField(max_length=5), size=None)),
        ("note", models.TextField(blank=True)),
        ("source", models.CharField(max_length=500)),
        ("withdrawn", models.BooleanField(default=False)),
        ("saved_at", models.DateTimeField()),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        ("latitude", models.DecimalField(null=True, max_digits=8, decimal_places=5)),
        ("longitude", models.DecimalField(null=True, max_digits=8, decimal_places=5)),
        constraints=[
            unique("potential_once", "region", "code"),
            check("potential_kind_known", Q(kind__in=["zone", "plot", "estate"])),
            check("potential_has_a_source", Q(source="assumption") | Q(source__startswith="https://")),
            check(
                "potential_in_indonesia_or_nowhere",
                Q(latitude__isnull=True, longitude__isnull=True)
                | (
                    Q(latitude__isnull=False, longitude__isnull=False)
                    & Q(
                        latitude__range=(Decimal("-12"), Decimal("7")), longitude__range=(Decimal("94"), Decimal("142"))
                    )
                ),
            ),
        ],
    ),
    table(
        "Realised",
        ID,
        ("year", models.PositiveSmallIntegerField()),
        ("quarter", models.PositiveSmallIntegerField()),
        ("business", models.CharField(max_length=200)),
        ("nib", models.CharField(max_length=13)),
        ("kbli", models.CharField(max_length=5)),
        ("capital", models.CharField(max_length=4)),
        ("planned", models.DecimalField(max_digits=20, decimal_places=2)),
        ("realised", models.DecimalField(max_digits=20, decimal_places=2)),
        ("workers", models.PositiveIntegerField(default=0)),
        ("district", models.CharField(max_length=8, blank=True)),
        ("state", models.CharField(max_length=9, default="entered")),
        ("entered_by", SignatureField(max_length=200)),
        ("entered_at", models.DateTimeField()),
        ("judged_by", SignatureField(max_length=200, blank=True)),
        ("judged_at", models.DateTimeField(null=True)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="+")),
        indexes=[index("realised_by_quarter", "region", "year", "quarter", "state")],
        constraints=[
            check("realised_in_a_quarter", Q(quarter__range=(1, 4))),
            check("realised_state_known", Q(state__in=["entered", "confirmed", "refused", "replaced"])),
            check("realised_capital_known", Q(capital__in=["pmdn", "pma"])),
            check("realised_codes_format", Q(kbli__regex="^[0-9]{5}$", nib__regex="^[0-9]{13}$")),
            check("realised_not_below_zero", Q(planned__gte=0, realised__gte=0)),
            check("realised_by_two_people", ~Q(judged_by=F("entered_by"))),
            check("realised_judged", Q(state="entered") ^ Q(judged_at__isnull=False)),
            unique("realised_counts_once", "region", "year", "quarter", "nib", "kbli", where=Q(state="confirmed")),
        ],
    ),
]
