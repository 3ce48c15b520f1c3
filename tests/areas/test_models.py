from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pilar.areas.models import District, Office, Province, Region, Village

pytestmark = pytest.mark.usefixtures("places")


@pytest.mark.parametrize(
    ("constraint", "row"),
    [
        ("province_code_format", Province(code="3", name="x")),
        ("province_code_format", Province(code="3a", name="x")),
        ("region_code_format", Region(code="3699", province_id="36", kind="city", name="x")),
        ("region_code_in_province", Region(code="32.99", province_id="36", kind="city", name="x")),
        ("region_kind_known", Region(code="36.99", province_id="36", kind="town", name="x")),
        ("district_code_format", District(code="36.03.1", region_id="36.03", name="x")),
        ("district_code_in_region", District(code="36.71.99", region_id="36.03", name="x")),
        ("village_code_format", Village(code="36.03.01.1", district_id="36.03.01", kind="village", name="x")),
        ("village_code_in_district", Village(code="36.03.02.2001", district_id="36.03.01", kind="village", name="x")),
        ("village_kind_known", Village(code="36.03.01.2999", district_id="36.03.01", kind="hamlet", name="x")),
        ("office_has_a_name", Office(region_id="36.03", name=" ")),
        ("office_closed_after_made", Office(region_id="36.03", name="x", closed_at=timezone.now() - timedelta(days=1))),
    ],
)
def test_the_database_refuses(constraint: str, row: Province | Region | District | Village | Office) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save(force_insert=True)


def test_an_open_offices_name_stands_once_in_a_region_in_any_case() -> None:
    Office.objects.create(region_id="36.03", name="Bappeda", closed_at=timezone.now() + timedelta(days=1))
    Office.objects.create(region_id="36.03", name="Bappeda")
    Office.objects.create(region_id="36.71", name="Bappeda")
    with pytest.raises(IntegrityError, match="office_name_once_in_region"), transaction.atomic():
        Office.objects.create(region_id="36.03", name="BAPPEDA")


def test_an_open_offices_abbreviation_stands_once_in_a_region_in_any_case() -> None:
    Office.objects.create(
        region_id="36.03", name="Dinas lama", abbreviation="DPU", closed_at=timezone.now() + timedelta(days=1)
    )
    Office.objects.create(region_id="36.03", name="Dinas Pekerjaan Umum", abbreviation="DPU")
    Office.objects.create(region_id="36.71", name="Dinas Pekerjaan Umum", abbreviation="DPU")
    for name in ("Dinas Sosial", "Dinas Kesehatan"):
        Office.objects.create(region_id="36.03", name=name, abbreviation="")
    with pytest.raises(IntegrityError, match="office_abbreviation_once_in_region"), transaction.atomic():
        Office.objects.create(region_id="36.03", name="Dinas Perumahan", abbreviation="dpu")


def test_of_stored_offices_with_one_abbreviation_the_oldest_keeps_it() -> None:
    migration = import_module("pilar.areas.migrations.0005_office_abbreviation")
    closed = timezone.now() + timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX office_abbreviation_once_in_region")
        stored = [
            Office.objects.create(region_id=region, name=name, abbreviation=short, closed_at=closed_at)
            for region, name, short, closed_at in (
                ("36.03", "Lama", "DPU", closed), ("36.03", "A", "DPU", None), ("36.03", "B", "dpu", None),
                ("36.71", "B", "DPU", None), ("36.03", "C", "", None), ("36.03", "D", "", None),
            )
        ]  # fmt: skip
        cursor.execute(migration.KEPT_BY_THE_OLDEST)
        rows = Office.objects.in_bulk([row.pk for row in stored])
        assert [rows[row.pk].abbreviation for row in stored] == ["DPU", "DPU", "", "DPU", "", ""]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # rows of this transaction alone have checks waiting
    with connection.schema_editor() as editor:
        (constraint,) = (one for one in Office._meta.constraints if one.name == "office_abbreviation_once_in_region")
        editor.add_constraint(Office, constraint)
