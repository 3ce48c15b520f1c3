"""Tables of areas."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Lower, Now

from pilar.platform.squashed import ID, check, index, table, unique

TABLES = [
    table(
        "Province",
        ("code", models.CharField(primary_key=True, max_length=2, serialize=False)),
        ("name", models.CharField(max_length=100)),
        ("ended_at", models.DateTimeField(null=True)),
        ordering=["code"],
        constraints=[check("province_code_format", Q(code__regex="^[0-9]{2}$"))],
    ),
    table(
        "Region",
        ("code", models.CharField(primary_key=True, max_length=5, serialize=False)),
        ("kind", models.CharField(max_length=7)),
        ("name", models.CharField(max_length=100)),
        ("ended_at", models.DateTimeField(null=True)),
        ("province", models.ForeignKey("areas.province", models.PROTECT, related_name="regions")),
        ordering=["code"],
        constraints=[
            check("region_code_format", Q(code__regex="^[0-9]{2}\\.[0-9]{2}$")),
            check("region_code_in_province", Q(province=Left("code", 2))),
            check("region_kind_known", Q(kind__in=["regency", "city"])),
        ],
    ),
    table(
        "Office",
        ID,
        ("name", models.CharField(max_length=200)),
        ("abbreviation", models.CharField(max_length=40, blank=True)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("closed_at", models.DateTimeField(null=True)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="offices")),
        ordering=["name", "id"],
        constraints=[
            models.UniqueConstraint(
                F("region"), Lower("name"), name="office_name_once_in_region", condition=Q(closed_at__isnull=True)
            ),
            check("office_has_a_name", Q(name__regex="\\S")),
            check("office_closed_after_made", Q(closed_at__isnull=True) | Q(closed_at__gte=F("created_at"))),
        ],
    ),
    table(
        "District",
        ("code", models.CharField(primary_key=True, max_length=8, serialize=False)),
        ("name", models.CharField(max_length=100)),
        ("ended_at", models.DateTimeField(null=True)),
        ("region", models.ForeignKey("areas.region", models.PROTECT, related_name="districts")),
        ordering=["code"],
        constraints=[
            check("district_code_format", Q(code__regex="^[0-9]{2}(\\.[0-9]{2}){2}$")),
            check("district_code_in_region", Q(region=Left("code", 5))),
        ],
    ),
    table(
        "Village",
        ("code", models.CharField(primary_key=True, max_length=13, serialize=False)),
        ("kind", models.CharField(max_length=17)),
        ("name", models.CharField(max_length=100)),
        ("ended_at", models.DateTimeField(null=True)),
        ("district", models.ForeignKey("areas.district", models.PROTECT, related_name="villages", db_index=False)),
        ordering=["code"],
        indexes=[index("village_of_district", "district")],
        constraints=[
            check("village_code_format", Q(code__regex="^[0-9]{2}(\\.[0-9]{2}){2}\\.[0-9]{4}$")),
            check("village_code_in_district", Q(district=Left("code", 8))),
            check("village_kind_known", Q(kind__in=["urban_ward", "village", "customary_village"])),
        ],
    ),
    table(
        "Decree",
        ID,
        ("number", models.CharField(max_length=100, unique=True)),
        ("made_on", models.DateField()),
        ("source", models.CharField(max_length=500)),
        ("sets", models.PositiveSmallIntegerField(null=True)),
        ("area", models.CharField(max_length=5, blank=True)),
        ordering=["made_on", "id"],
        constraints=[
            check("decree_has_number_and_source", ~Q(number="") & ~Q(source="")),
            check("decree_area_format", Q(area__regex="^([0-9]{2}(\\.[0-9]{2})?)?$")),
        ],
    ),
    table(
        "Holiday",
        ID,
        ("day", models.DateField()),
        ("name_id", models.CharField(max_length=100)),
        ("name_en", models.CharField(max_length=100)),
        ("joint_leave", models.BooleanField()),
        ("decree", models.ForeignKey("areas.decree", models.PROTECT, related_name="holidays")),
        ("dropped_by", models.ForeignKey("areas.decree", models.PROTECT, null=True, related_name="drops")),
        ("entered", models.BooleanField(default=False)),
        ("taken_back", models.BooleanField(default=False)),
        ordering=["day", "id"],
        constraints=[
            unique("holiday_once_in_decree", "decree", "day"),
            check("holiday_taken_back_by_a_decree", Q(taken_back=False) | Q(dropped_by__isnull=False)),
        ],
    ),
]
