"""Areas of Indonesia by their Kemendagri code, and the offices of a region.

Codes are the primary keys, dotted as the ministry of home affairs prints them (adr/0006). An area that vanishes from
the reference data is marked as ended and stays, because results and plans name it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Lower, Now

from pilar.platform.names import SignatureField
from pilar.platform.triggers import append_only


class Province(models.Model):
    """A province (provinsi): ``36``."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{2}$"), name="province_code_format")]

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    """A regency (kabupaten) or city (kota): ``36.03``."""

    class Kind(models.TextChoices):
        REGENCY = "regency"
        CITY = "city"

    code = models.CharField(max_length=5, primary_key=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="regions")
    kind = models.CharField(max_length=7)
    name = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{2}\.[0-9]{2}$"), name="region_code_format"),
            models.CheckConstraint(condition=Q(province=Left("code", 2)), name="region_code_in_province"),
            models.CheckConstraint(condition=Q(kind__in=["regency", "city"]), name="region_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class District(models.Model):
    """A district (kecamatan; distrik in Papua): ``36.03.01``."""

    code = models.CharField(max_length=8, primary_key=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="districts")
    name = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{2}(\.[0-9]{2}){2}$"), name="district_code_format"),
            models.CheckConstraint(condition=Q(region=Left("code", 5)), name="district_code_in_region"),
        ]

    def __str__(self) -> str:
        return self.name


class Village(models.Model):
    """A village (desa), urban ward (kelurahan) or customary village (desa adat): ``36.03.01.2001``."""

    class Kind(models.TextChoices):
        URBAN_WARD = "urban_ward"
        VILLAGE = "village"
        CUSTOMARY_VILLAGE = "customary_village"

    code = models.CharField(max_length=13, primary_key=True)
    # Django's own index on a text key is two indexes; one is enough for 84,000 rows.
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="villages", db_index=False)
    kind = models.CharField(max_length=17)
    name = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["district"], name="village_of_district")]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{2}(\.[0-9]{2}){2}\.[0-9]{4}$"), name="village_code_format"
            ),
            models.CheckConstraint(condition=Q(district=Left("code", 8)), name="village_code_in_district"),
            models.CheckConstraint(
                condition=Q(kind__in=["urban_ward", "village", "customary_village"]), name="village_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """An office of a region's government (perangkat daerah, OPD). Closed offices stay for what they once did."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="offices")
    name = models.CharField(max_length=200)
    abbreviation = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                F("region"), Lower("name"), condition=Q(closed_at__isnull=True), name="office_name_once_in_region"
            ),
            models.UniqueConstraint(
                F("region"),
                Lower("abbreviation"),
                condition=Q(closed_at__isnull=True) & ~Q(abbreviation=""),
                name="office_abbreviation_once_in_region",
            ),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="office_has_a_name"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("created_at")), name="office_closed_after_made"
            ),
        ]

    def __str__(self) -> str:
        return self.abbreviation or self.name


class Decree(models.Model):
    """The decision on days off (keputusan bersama, keputusan presiden); ``sets`` is the year that it sets, if any."""

    number = models.CharField(max_length=100, unique=True)
    made_on = models.DateField()
    source = models.CharField(max_length=500)
    sets = models.PositiveSmallIntegerField(null=True)
    area = models.CharField(max_length=5, blank=True)

    class Meta:
        ordering = ["made_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(number="") & ~Q(source=""), name="decree_has_number_and_source"),
            models.CheckConstraint(condition=Q(area__regex=r"^([0-9]{2}(\.[0-9]{2})?)?$"), name="decree_area_format"),
        ]

    def __str__(self) -> str:
        return self.number


class Holiday(models.Model):
    """A day off (hari libur), of the nation or of one area; ``joint_leave`` marks cuti bersama. What an officer
    ``entered`` or has ``taken_back``, by the decree of ``dropped_by``, stays when the data file is loaded again."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="holidays")
    day = models.DateField()
    name_id = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    joint_leave = models.BooleanField()
    dropped_by = models.ForeignKey(Decree, on_delete=models.PROTECT, null=True, related_name="drops")
    entered = models.BooleanField(default=False)
    taken_back = models.BooleanField(default=False)

    class Meta:
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["decree", "day"], name="holiday_once_in_decree"),
            models.CheckConstraint(
                condition=Q(taken_back=False) | Q(dropped_by__isnull=False), name="holiday_taken_back_by_a_decree"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.name_id}"


class RegionFigure(models.Model):
    """A dated figure of a region (data daerah) with its source. The highest number of a kind and year counts; one
    without a value takes back what stood there. Never changed, never deleted."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="figures", db_index=False)
    kind = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    source = models.CharField(max_length=300)
    address = models.CharField(max_length=500)
    entered_by_name = SignatureField(max_length=200)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["region_id", "kind", "year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "year", "number"], name="figure_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="figure_number_from_one"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2200)), name="figure_year_fits"),
            models.CheckConstraint(
                # A condition that is unknown would let the row pass: of a value it says first that there is one.
                condition=Q(value__isnull=False)
                & (
                    Q(kind="population", value__gte=1)
                    | Q(kind="spbe", value__range=(1, 5))
                    | Q(kind="fiscal", value__gte=0)
                    | Q(kind="fiscal_class", value__in=[1, 2, 3, 4, 5])
                )
                | Q(kind__in=["population", "spbe", "fiscal", "fiscal_class"], value__isnull=True, number__gt=1),
                name="figure_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(source__regex=r"\S", address__regex=r"^https?://"), name="figure_has_a_source"
            ),
        ]
        triggers = [append_only("region_figure_append_only")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.kind} {self.year}"
