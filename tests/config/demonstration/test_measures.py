"""The made-up measures: there once, marked everywhere, and nothing in them that a real one could not have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from areas.places import PLACES, load
from kit.worlds import once
from pilar.config import scenario
from pilar.config.drawn.measures import Course, reports
from pilar.measures import queries
from pilar.measures.models import Measure, SourceSystem, Value
from pilar.people import loaders as people
from pilar.people.rules import OPERATOR, PUBLIC, NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@once
def made() -> datetime:
    load(PLACES)
    people.load_demo_accounts(by=OPERATOR, password_of=lambda _email: "kata-sandi-contoh-2023")
    now = timezone.now()
    assert scenario.play("measures", now=now)
    return now


def test_it_is_made_once(made: datetime, django_assert_max_num_queries: Any) -> None:
    before = Value.objects.count()
    with django_assert_max_num_queries(4):
        assert not scenario.play("measures", now=made)
    assert Value.objects.count() == before > 3000


def test_everything_says_that_it_is_made_up(made: datetime) -> None:
    assert set(SourceSystem.objects.values_list("code", flat=True)) == {"sikd", "sipinter", "sijempol"}
    assert Measure.objects.filter(synthetic=True).count() == Measure.objects.count() == 12
    for row in queries.measures("36.03", scope=OPERATOR, now=made):
        assert row.definition.text.id.endswith("Data contoh untuk peragaan.")
        assert row.definition.text.en.endswith("Made-up figures for the demonstration.")
        assert row.latest is not None, row.code
        assert queries.series(row).points


def test_it_shows_what_there_is_to_show(made: datetime) -> None:
    rows = {row.code: row for row in queries.measures("36.03", scope=OPERATOR, now=made)}
    assert {code for code, row in rows.items() if row.late_since} == {"peserta-literasi"}
    assert queries.missing(rows["pasien-daftar-daring"], now=made).size == 3
    assert len(queries.corrections(rows["izin-terbit"], scope=OPERATOR)) == 1
    public = {row.code for row in queries.measures("36.03", scope=PUBLIC, now=made)}
    assert set(rows) - public == {"dana-desa-tersalur", "hunian-tempat-tidur"}
    with pytest.raises(NotFound):
        queries.measure("36.03", "dana-desa-tersalur", scope=PUBLIC, now=made)


def test_the_values_are_the_same_each_time(made: datetime) -> None:
    for row in queries.measures("36.03", scope=OPERATOR, now=made):
        course = Course(10, 20, skipped=(3,), corrected=2)
        found = reports(measure=row, course=course, now=made)
        assert found == reports(measure=row, course=course, now=made)
        periods = [one.period for one in found if not one.reason]
        assert len(periods) == len(set(periods)) == len(found) - 1
