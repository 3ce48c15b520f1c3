"""Days off: the data file against an independent package, the rows, the command, and the days left on pages."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import holidays as package
import pytest
from django.template import Context, Template
from django.utils import translation

from pilar.areas import models, operations, queries, reference
from pilar.areas.rules import UnknownRegion
from pilar.areas.templatetags import areas as tags
from pilar.config.commandline import main
from pilar.people.rules import OPERATOR, PUBLIC, NotAllowed
from pilar.platform import models as reference_data
from pilar.platform.calendar import Leave
from pilar.platform.errors import Faults


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_the_decrees_and_an_independent_package_agree(year: int) -> None:
    theirs = package.country_holidays("ID", years=year, categories=("public", "government"), language="id")
    leave = {day for day, name in theirs.items() if "Cuti Bersama" in name}
    rows = [row for row in reference.calendar().holidays if row.day.year == year]
    assert {row.day for row in rows} == set(theirs)
    assert {row.day for row in rows if row.joint_leave} == leave


@pytest.mark.parametrize(("year", "off", "leave"), [(2024, 19, 10), (2025, 17, 11), (2026, 17, 8), (2027, 18, 8)])
def test_numbers_of_days_are_those_that_the_decrees_tell(year: int, off: int, leave: int) -> None:
    counted = Counter(row.joint_leave for row in reference.calendar().holidays if row.day.year == year)
    assert (counted[False], counted[True]) == (off, leave), "2024 has two election days of their own"


def test_every_decree_has_a_source_and_a_day_before_what_it_sets() -> None:
    for row in reference.calendar().holidays:
        assert row.decree.source.startswith("https://")
        assert row.decree.made_on < row.day


def test_a_decree_that_drops_what_nobody_added_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "calendar"
    folder.mkdir()
    text = (reference.data_folder() / "calendar" / "holidays.yaml").read_text(encoding="utf-8")
    given = text.replace("  - number: Keppres 33/2024\n", "  - number: Keppres 33/2024\n    drops: [2024-11-28]\n")
    (folder / "holidays.yaml").write_text(given, encoding="utf-8")
    monkeypatch.setenv("PILAR_DATA", str(tmp_path))
    with pytest.raises(Faults, match="28 November 2024"):
        reference.calendar()
    (folder / "holidays.yaml").write_text(given.replace("2024-11-28", "2024-06-18"), encoding="utf-8")
    reference._calendar.cache_clear()
    try:
        assert reference.working_days(known=dt.date(2024, 11, 21)).is_working(dt.date(2024, 6, 18))
        assert not reference.working_days(known=dt.date(2024, 11, 20)).is_working(dt.date(2024, 6, 18))
    finally:
        reference._calendar.cache_clear()


@pytest.mark.django_db
def test_the_rows_are_those_of_the_file() -> None:
    assert queries.holidays() == reference.calendar().holidays, "of the file until they are loaded"
    assert operations.load_holidays(by=OPERATOR) == len(reference.calendar().holidays)
    assert set(queries.holidays()) == set(reference.calendar().holidays)
    assert operations.load_holidays(by=OPERATOR) == 0
    with pytest.raises(NotAllowed):
        operations.load_holidays(by=PUBLIC)


@pytest.mark.django_db
def test_a_region_has_its_own_days_off_beside_those_of_the_nation() -> None:
    operations.load_holidays(by=OPERATOR)
    decree = models.Decree.objects.create(
        number="Perbup 1/2026", made_on="2025-12-01", source="assumption", area="36.03"
    )
    models.Holiday.objects.create(
        decree=decree, day="2026-10-13", name_id="Hari jadi", name_en="Day", joint_leave=False
    )
    day = dt.date(2026, 10, 13)
    assert [queries.working_days(area).is_working(day) for area in ("36.03", "36.71", "")] == [False, True, True]
    assert not queries.working_days("36.03", leave=Leave.WORKED).is_working(dt.date(2026, 8, 17))


@pytest.mark.django_db
def test_pages_tell_the_working_days_that_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = dt.datetime(2026, 3, 13, 3, tzinfo=dt.UTC)
    monkeypatch.setattr(tags.timezone, "now", lambda: now)
    template = Template("{% load areas %}{{ end|working_days_left:'36.03' }}")

    def said(end: dt.datetime) -> str:
        return template.render(Context({"end": end}))

    with translation.override("en"):
        assert said(dt.datetime(2026, 3, 27, 17, tzinfo=dt.UTC)) == "(5 working days left)", "midnight ends the 27th"
        assert said(dt.datetime(2026, 3, 16, 9, tzinfo=dt.UTC)) == "(1 working day left)"
        assert said(dt.datetime(2026, 3, 13, 9, tzinfo=dt.UTC)) == "(0 working days left)"
        assert said(now) == said(dt.datetime(2099, 1, 1, tzinfo=dt.UTC)) == ""
    with translation.override("id"):
        assert said(dt.datetime(2026, 3, 27, 17, tzinfo=dt.UTC)) == "(5 hari kerja lagi)"


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["deadline", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_command_tells_days_holidays_and_decrees(capsys: pytest.CaptureFixture[str]) -> None:
    with translation.override("id"):
        status, out, _err = command(capsys, "--received", "2026-03-13T10:00", "--days", "14", "--region", "36.03")
    assert status == 0
    assert "Jatuh tempo: Jumat, 10 April 2026" in out
    assert "  14  Jumat, 10 April 2026" in out
    assert "cuti bersama, Hari Suci Nyepi  SKB 3 Menteri 1497/2025, 2/2025, 5/2025, tanggal 19 September 2025" in out


@pytest.mark.parametrize(
    ("further", "due"),
    [
        ((), "Thursday 21 August 2025"),
        (("--known", "2025-08-06"), "Wednesday 20 August 2025"),
        (("--leave", "worked"), "Wednesday 20 August 2025"),
    ],
)
def test_the_decree_of_august_2025(further: tuple[str, ...], due: str, capsys: pytest.CaptureFixture[str]) -> None:
    with translation.override("en"):
        _status, out, _err = command(capsys, "--received", "2025-08-08T17:00", "--days", "7", *further)
    assert f"Due: {due}" in out
    assert "Counts as received on Monday 11 August 2025" in out


def test_the_clock_is_that_of_the_region(capsys: pytest.CaptureFixture[str]) -> None:
    with translation.override("en"):
        _status, out, _err = command(capsys, "--received", "9 April 2026 16.00 WIT", "--days", "1", "--region", "81.71")
        assert "Received: Thursday 9 April 2026 16:00 WIT" in out
        status, _out, err = command(capsys, "--received", "9 April 2026 16.00 WIB", "--days", "1", "--region", "81.71")
    assert (status, "(WIT)" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--received", "x", "--days", "0", "--known", "y"), ["“x” is no moment", "“0” is no number", "“y” is no day"]),
        (("--received", "2026-03-13", "--days", "3", "--region", "Tanggerang"), ["36.03 Kabupaten Tangerang"]),
        (("--received", "2023-03-13", "--days", "3"), ["1 January 2024"]),
        (("--received", "2026-03-13", "--days", "999999"), ["31 December 2052"]),
        (("--received", "", "--days", "²"), ["“” is no moment", "“²” is no number"]),
    ],
)
def test_bad_input_is_told_with_status_2(
    arguments: tuple[str, ...], said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with translation.override("en"):
        status, out, err = command(capsys, *arguments)
    assert (status, out) == (2, "")
    for sentence in said:
        assert sentence in err


def test_a_year_without_a_decree_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with translation.override("en"):
        _status, out, _err = command(capsys, "--received", "2027-12-30", "--days", "5")
    assert "The holidays of 2028 are not decreed yet" in out


LOCAL = operations.GivenDecree("Perbup 1/2026", dt.date(2026, 1, 5), "https://contoh.invalid", "36.03")
LATER = operations.GivenDecree("Perbup 2/2026", dt.date(2026, 2, 5), "https://contoh.invalid", "36.03")
FEAST = dt.date(2026, 10, 13)


def loaded_anew() -> None:
    """As with a data file that has changed."""
    reference_data.ReferenceData.objects.all().delete()
    assert operations.load_holidays(by=OPERATOR)


@pytest.mark.django_db
def test_what_officers_enter_and_take_back_outlives_the_file(places: None) -> None:
    operations.add_holiday(by=OPERATOR, decree=LOCAL, day=FEAST, name="Hari jadi")
    assert len(queries.holidays()) == len(reference.calendar().holidays) + 1, "beside those of the file"
    heroes = models.Holiday.objects.get(day="2026-12-25", joint_leave=False)
    national = operations.GivenDecree("SKB uji", dt.date(2026, 3, 1), "https://contoh.invalid")
    operations.take_back_holiday(by=OPERATOR, holiday=heroes.pk, decree=national)
    for _time in range(2):
        days = queries.working_days("36.03")
        assert (days.is_working(FEAST), days.is_working(dt.date(2026, 12, 25))) == (False, True)
        assert not queries.working_days("36.03", known=dt.date(2026, 2, 28)).is_working(dt.date(2026, 12, 25))
        loaded_anew()
    entered = models.Holiday.objects.get(entered=True)
    operations.take_back_holiday(by=OPERATOR, holiday=entered.pk)
    assert not models.Decree.objects.filter(number=LOCAL.number).exists(), "it was mistyped"
    with pytest.raises(operations.UnknownHoliday):
        operations.take_back_holiday(by=OPERATOR, holiday=entered.pk)


@pytest.mark.django_db
def test_what_was_taken_back_by_mistake_is_entered_again(places: None) -> None:
    key = operations.add_holiday(by=OPERATOR, decree=LOCAL, day=FEAST, name="Hari jadi")
    operations.take_back_holiday(by=OPERATOR, holiday=key, decree=LATER)
    assert operations.add_holiday(by=OPERATOR, decree=LOCAL, day=FEAST, name="Hari jadi") == key
    assert not queries.working_days("36.03").is_working(FEAST)
    assert not models.Decree.objects.filter(number=LATER.number).exists()


@pytest.mark.django_db
def test_the_year_that_a_decree_sets_is_of_the_nation_and_stays() -> None:
    def enter(day: int, **given: Any) -> None:
        decree = operations.GivenDecree("SKB uji", dt.date(2027, 6, 1), "https://contoh.invalid", **given)
        operations.add_holiday(by=OPERATOR, decree=decree, day=dt.date(2028, 6, day), name="Hari jadi")

    enter(1)
    assert queries.working_days().undecreed(dt.date(2028, 1, 1), dt.date(2028, 2, 1)) == (2028,)
    enter(2, sets=2028)
    assert queries.working_days().undecreed(dt.date(2028, 1, 1), dt.date(2028, 2, 1)) == ()
    enter(5)
    with pytest.raises(Faults) as told:
        enter(6, sets=2029)
    assert [one.place for one in told.value.faults] == ["sets"]


@pytest.mark.django_db
def test_a_day_off_has_a_decree_that_fits(places: None) -> None:
    def refused(**given: object) -> set[str]:
        named = {"decree": LOCAL, "day": FEAST, "name": "Hari jadi", **given}
        with pytest.raises(Faults) as told:
            operations.add_holiday(by=OPERATOR, **named)
        return {one.place for one in told.value.faults}

    assert refused(day=dt.date(2062, 10, 13), name=" ") == {"day", "name"}
    assert refused(decree=replace(LOCAL, sets=2027)) == {"sets"}
    assert refused(decree=operations.GivenDecree("", dt.date(2026, 1, 5), " ", "36.03")) == {"number", "source"}
    operations.add_holiday(by=OPERATOR, decree=LOCAL, day=FEAST, name="Hari jadi")
    assert refused() == {"day"}
    assert refused(decree=operations.GivenDecree(LOCAL.number, dt.date(2026, 1, 6), "x", "36.03")) == {"number"}
    of_file = models.Holiday.objects.filter(entered=False).first()
    assert of_file
    with pytest.raises(Faults, match="keputusan"):
        operations.take_back_holiday(by=OPERATOR, holiday=of_file.pk)
    with pytest.raises(UnknownRegion):
        operations.add_holiday(
            by=OPERATOR, day=FEAST, name="Hari jadi",
            decree=operations.GivenDecree("Perbup 3/2026", dt.date(2026, 1, 5), "x", "99.99"),
        )  # fmt: skip
