"""What the office has done, counted for everybody: right, naming nobody, and as open data that says the same."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kit.worlds import once
from permits.around import past
from permits.test_case_pages import officer
from permits.world import DAY, NIK, NOW, NURSE, OTHER, OWN, SIGNER, World
from pilar.areas.queries import region
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotFound
from pilar.permits import operations as do
from pilar.permits.queries.mining import mined
from pilar.permits.queries.statistics import Statistics, statistics
from pilar.portal import datasets

pytestmark = pytest.mark.django_db
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@once
def worked(world: World) -> World:
    """One permit in time, one refusal, one withdrawal, and one application in process."""
    world.to_sign()
    with override_settings(PILAR_SIGNER=SIGNER):
        world.sign()
    do.mark_issued(by=SCHEDULE, case=world.case, now=NOW + 2 * DAY)
    do.fill_past(by=OPERATOR, region=OWN, given=[past()], now=NOW)
    world.case = 0
    world.submit(str_number="STR-2")
    return world


def found(region: str = OWN) -> Statistics:
    return statistics(region, *YEAR, scope=PUBLIC, now=NOW + timedelta(days=120))


def test_every_application_counts_once(worked: World) -> None:
    total = found().total
    assert (total.issued, total.refused, total.withdrawn, total.running, total.in_time) == (1, 0, 1, 1, 1)
    assert (total.share, found().days.median if found().days else None) == (100, 2)
    assert [(one.key, one.name) for one in found().services] == [("sip-perawat", "Surat izin praktik perawat")]
    assert [(one.key, one.issued) for one in found().months] == [("2026-03", 1)]
    assert found().places == {"Balaraja": 1}


def test_the_region_next_door_counts_its_own(worked: World) -> None:
    assert (found(OTHER).total.running, found(OTHER).total.issued) == (1, 0)
    assert statistics("32.01", *YEAR, scope=PUBLIC, now=NOW).services == ()


def test_a_case_that_ended_after_its_day_is_late(world: World) -> None:
    world.to_sign()
    world.sign()
    do.mark_issued(by=SCHEDULE, case=world.case, now=NOW + timedelta(days=90))
    assert (found().total.issued, found().total.in_time) == (1, 0)


def test_everybody_reads_it_and_finds_nobody(worked: World, client: Any) -> None:
    year = timezone.now().year
    assert client.get(reverse("permits:statistics-regions")).status_code == 200
    address = reverse("permits:statistics", args=[OWN, 2026])
    page = client.get(address).content.decode()
    assert "Surat izin praktik perawat" in page
    for private in (NURSE.name, NIK, NURSE.phone):
        assert private not in page
    assert client.get(reverse("permits:statistics", args=["99.99", year])).status_code == 404
    packed = client.get(reverse("permits:statistics-data", args=[OWN, 2026]))
    content = b"".join(packed.streaming_content) if packed.streaming else packed.content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        described = json.loads(archive.read("datapackage.json"))
        assert {one["name"] for one in described["resources"]} >= {"services", "months", "places"}
        path = next(one["path"] for one in described["resources"] if one["name"] == "services")
        path = path if isinstance(path, str) else path[0]
        (row,) = csv.DictReader(io.StringIO(archive.read(path).decode("utf-8-sig")))
    assert (row["key"], row["issued"], row["withdrawn"]) == ("sip-perawat", "1", "1")


def test_the_log_is_mined_once_for_whoever_asks_until_something_happens(
    worked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(region: str, **named: Any) -> Any:
        asked.append(region)
        return mined(region, **named)

    monkeypatch.setattr("pilar.permits.queries.statistics.mined", counted)
    days = [found().days for _time in range(3)]
    assert (len(asked), len(set(map(str, days)))) == (1, 1)
    worked.accept()
    assert (found().days, len(asked)) == (days[0], 2)


def test_other_systems_read_standards_figures_and_their_own_cases(worked: World) -> None:
    asked, at = Client(), f"/api/v1/regions/{OWN}"
    (one,) = [row for row in asked.get(f"{at}/permit-services").json() if row["key"] == "sip-perawat"]
    assert (one["open"], one["days"], one["free"], [row["name"] for row in one["requirements"]][:2]) == (
        True, 9, True, ["KTP", "STR"],
    )  # fmt: skip
    assert [(row["key"], row["office"], row["days"]) for row in one["stages"]][1] == ("health", "dinkes", 3)
    figures = asked.get(f"{at}/permit-statistics", {"year": 2026}).json()
    assert (figures["median"], figures["places"], figures["services"][0]["issued"]) == (2, {"Balaraja": 1}, 1)
    assert asked.get(f"{at}/permit-cases").status_code == 401
    rows = officer(worked, "back").get(f"{at}/permit-cases", {"state": "submitted"}).json()
    assert [(row["number"], row["service"], row["state"]) for row in rows["cases"]] == [
        (worked.row().number, "Surat izin praktik perawat", "submitted")
    ]
    assert officer(worked, "neighbour").get(f"{at}/permit-cases").status_code == 404


def test_the_open_data_read_no_answers_and_mine_no_log(
    worked: World, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("pilar.permits.queries.statistics.mined", lambda *_given, **_named: pytest.fail("mined"))
    with django_assert_num_queries(1):
        places = list(datasets.SETS["statistik-perizinan"].places(NOW))
    assert [(one.region, one.name) for one in places] == [(OWN, region(OWN).name), (OTHER, region(OTHER).name)]
    with CaptureQueriesContext(connection) as asked:
        assert list(datasets.SETS["statistik-perizinan"].rows(OWN, NOW))
    assert not [one["sql"] for one in asked if "answers" in one["sql"]]


def test_the_open_data_count_as_the_page_does(worked: World) -> None:
    _declared, rows = datasets.rows_of("statistik-perizinan", OWN, NOW + DAY)
    assert [row[:2] + row[3:8] for row in rows] == [
        (2026, one.key, one.issued, one.refused, one.withdrawn, one.running, one.in_time) for one in found().services
    ]
    with pytest.raises(NotFound):
        datasets.rows_of("statistik-perizinan", "99.99", NOW + DAY)
