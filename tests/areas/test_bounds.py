"""The last that is allowed and the first that is not: names, days and decrees; ends as people of a zone read them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone, translation

from areas.places import PLACES, load
from pilar.areas import operations, reference, rules
from pilar.areas.models import Decree, Holiday, Office
from pilar.areas.operations import GivenDecree
from pilar.areas.rules import RegionDirectory, RegionEntry, TimeZone, UnknownRegion
from pilar.people.rules import OPERATOR, HeldRole, NotAllowed, Role, Standing
from pilar.platform import audit, reference_data
from pilar.platform.actors import Actor
from pilar.platform.errors import Faults

LOCAL = GivenDecree("Perbup 1/2026", dt.date(2026, 1, 5), "https://contoh.invalid", "36.03")
NATION = replace(LOCAL, number="SKB uji", area="")
FEAST = dt.date(2026, 10, 13)
COORDINATOR = Standing(Actor("user", "1", "Siti"), (HeldRole(Role.COORDINATOR, "36.03"),))
WIB = TimeZone("36", "WIB", 7, dt.date(1988, 1, 1))


def entered(decree: GivenDecree = LOCAL, day: dt.date = FEAST, name: str = "Hari jadi") -> int:
    return operations.add_holiday(by=OPERATOR, decree=decree, day=day, name=name)


def refused(decree: GivenDecree = LOCAL, day: dt.date = FEAST, name: str = "Hari jadi") -> list[tuple[str, str]]:
    with pytest.raises(Faults) as told:
        entered(decree, day, name)
    return [(one.place, one.code) for one in told.value.faults]


def test_the_longest_name_of_an_office_is_taken(places: None) -> None:
    key = operations.add_office(by=OPERATOR, region="36.03", name="x" * 200, abbreviation="y" * 40)
    assert Office.objects.get(pk=key).abbreviation == "y" * 40


def test_nothing_is_entered_in_a_region_that_has_ended(places: None) -> None:
    load([one for one in PLACES if not one.code.startswith("36.71")], "2")
    with pytest.raises(UnknownRegion):
        operations.add_office(by=OPERATOR, region="36.71", name="Bappeda")
    with pytest.raises(UnknownRegion):
        entered(replace(LOCAL, area="36.71"))
    assert not Decree.objects.filter(area="36.71").exists()


def test_the_longest_texts_of_a_day_off_are_taken_and_one_more_is_not(places: None) -> None:
    longest = replace(LOCAL, number="n" * 100, source="s" * 500)
    assert refused(name="j" * 101) == [("name", "no-name")]
    assert refused(replace(longest, number="n" * 101)) == [("number", "unfit")]
    assert refused(replace(longest, source="s" * 501)) == [("source", "unfit")]
    row = Holiday.objects.get(pk=entered(longest, name="j" * 100))
    assert (row.name_id, row.decree.number, row.decree.source) == ("j" * 100, "n" * 100, "s" * 500)


def test_a_decree_is_about_its_year_and_the_two_after_it(places: None) -> None:
    assert refused(day=dt.date(2025, 12, 31)) == [("day", "unfit-year")]
    assert refused(day=dt.date(2029, 1, 1)) == [("day", "unfit-year")]
    for year in (2025, 2029):
        assert refused(replace(NATION, sets=year)) == [("sets", "unfit-year")]
    with pytest.raises(Faults, match=r"2026.*2028"):
        entered(day=dt.date(2029, 1, 1))
    for day in (dt.date(2026, 1, 1), dt.date(2028, 12, 31)):
        assert entered(day=day)
    assert entered(replace(NATION, sets=2028))


def test_a_decree_of_a_region_sets_no_year_and_one_of_the_nation_does(places: None) -> None:
    assert refused(replace(LOCAL, sets=2026)) == [("sets", "sets-nation")]
    entered(replace(NATION, sets=2028))
    assert Decree.objects.get(number="SKB uji").sets == 2028
    assert refused(replace(NATION, sets=2027), FEAST + dt.timedelta(days=1)) == [("sets", "another-year")]


def test_who_enters_days_of_a_region_enters_none_of_the_nation(places: None) -> None:
    national = entered(NATION)
    with pytest.raises(NotAllowed):
        operations.add_holiday(by=COORDINATOR, decree=NATION, day=FEAST, name="Hari jadi")
    with pytest.raises(NotAllowed):
        operations.take_back_holiday(by=COORDINATOR, holiday=national)
    assert operations.add_holiday(by=COORDINATOR, decree=LOCAL, day=FEAST, name="Hari jadi")


def test_a_number_belongs_to_one_day_and_one_area(places: None) -> None:
    entered()
    for other in (replace(LOCAL, made_on=dt.date(2026, 1, 6)), replace(LOCAL, area="36.71")):
        assert refused(other, FEAST + dt.timedelta(days=1)) == [("number", "another-decree")]


def test_the_decree_of_a_mistyped_day_goes_only_when_nothing_else_stands_on_it(places: None) -> None:
    first, second = entered(), entered(day=FEAST + dt.timedelta(days=1))
    loose = Decree.objects.create(number="Perbup 9/2026", made_on=LOCAL.made_on, source="x", area="36.03")
    operations.take_back_holiday(by=OPERATOR, holiday=first)
    assert Decree.objects.get(number=LOCAL.number).holidays.get().pk == second
    operations.take_back_holiday(by=OPERATOR, holiday=second)
    assert not Decree.objects.filter(number=LOCAL.number).exists()
    assert Decree.objects.filter(pk=loose.pk).exists(), "another decree stays"


def test_a_decree_that_took_back_two_days_stays_for_the_other(places: None) -> None:
    later = replace(LOCAL, number="Perbup 2/2026", made_on=dt.date(2026, 2, 5))
    keys = [entered(day=FEAST + dt.timedelta(days=number)) for number in range(2)]
    for key in keys:
        operations.take_back_holiday(by=OPERATOR, holiday=key, decree=later)
    with pytest.raises(operations.UnknownHoliday):
        operations.take_back_holiday(by=OPERATOR, holiday=keys[0], decree=later)
    assert entered() == keys[0]
    assert [one.pk for one in Decree.objects.get(number=later.number).drops.all()] == [keys[1]]
    entered(later, FEAST + dt.timedelta(days=9))
    entered(day=FEAST + dt.timedelta(days=1))
    assert Decree.objects.get(number=later.number).holidays.count() == 1, "it has a day of its own"


def test_the_decree_itself_takes_nothing_back(places: None) -> None:
    key = entered()
    with pytest.raises(Faults) as told:
        operations.take_back_holiday(by=OPERATOR, holiday=key, decree=LOCAL)
    assert [(one.place, one.code) for one in told.value.faults] == [("number", "same-decree")]


def test_what_was_done_with_a_day_off_is_in_the_audit_log(places: None) -> None:
    key = entered(joined := replace(LOCAL, number=" Perbup 1/2026 "))
    operations.take_back_holiday(by=OPERATOR, holiday=key, decree=replace(joined, number="Perbup 2/2026"))
    back, add = audit.events(target="areas.holiday", key=key)
    assert (add.after, add.area) == ({"day": "2026-10-13", "name": "Hari jadi", "decree": "Perbup 1/2026"}, "36.03")
    assert (back.before, back.after) == (
        {"day": "2026-10-13", "decree": "Perbup 1/2026"}, {"by": "Perbup 2/2026"},
    )  # fmt: skip


def test_a_day_of_the_file_that_was_entered_before_stands_once(places: None) -> None:
    of_file = next(one for one in reference.calendar().holidays if one.decree.sets == 2026 and not one.dropped_by)
    decree = GivenDecree(of_file.decree.number, of_file.decree.made_on, of_file.decree.source)
    operations.load_holidays(by=OPERATOR)
    Holiday.objects.filter(decree__number=decree.number, day=of_file.day).update(entered=True)
    reference_data.ReferenceData.objects.all().delete()
    assert operations.load_holidays(by=OPERATOR) == len(reference.calendar().holidays)
    rows = Holiday.objects.filter(decree__number=decree.number, day=of_file.day)
    assert [one.entered for one in rows] == [True]


@pytest.mark.django_db
def test_ten_examples_of_each_change_are_told() -> None:
    changes = load(reference.areas(), "1")
    for level in changes:
        told = [change for change, _text in level.examples]
        assert told == ["added"] * 10, level.level
    assert changes[0].examples[0][1] == "11 Aceh"
    assert reference_data.is_loaded("areas", "1")


@pytest.mark.parametrize(
    ("hour", "minute", "second", "end", "day"),
    [
        (17, 0, 0, "20 Oktober 2026 pukul 23.59 WIB", 20),
        (17, 0, 1, "21 Oktober 2026 pukul 00.00 WIB", 21),
        (17, 1, 0, "21 Oktober 2026 pukul 00.01 WIB", 21),
        (18, 0, 0, "21 Oktober 2026 pukul 01.00 WIB", 21),
        (16, 59, 0, "20 Oktober 2026 pukul 23.59 WIB", 20),
    ],
)
def test_what_midnight_ends_belongs_to_the_day_before(hour: int, minute: int, second: int, end: str, day: int) -> None:
    moment = dt.datetime(2026, 10, 20, hour, minute, second, tzinfo=dt.UTC)
    with translation.override("id"):
        assert rules.local_end(moment, WIB) == end
    assert rules.last_day(moment, WIB) == dt.date(2026, 10, day)


def test_without_a_code_the_time_is_that_of_jakarta() -> None:
    now = timezone.now()
    assert (
        rules.zone_of("", now, [replace(WIB, province_code=code, hours=int(code)) for code in ("30", "31", "36")]).hours
        == 31
    )


def test_a_name_of_a_hundred_characters_has_a_nearest_and_a_longer_one_has_none() -> None:
    name = "Kabupaten " + "a" * 90
    found = RegionDirectory([RegionEntry("36.03", name, "regency", "36", "Banten")])
    with pytest.raises(rules.MisspeltRegion) as near:
        found.find(f"{name[:-1]}b")
    assert near.value.fields["nearest"] == f"36.03 {name}"
    with pytest.raises(UnknownRegion) as far:
        found.find(f"{name}b")
    assert not isinstance(far.value, rules.MisspeltRegion)


def test_three_names_are_near() -> None:
    entries = [RegionEntry(f"36.0{n}", f"Kabupaten Tangeran{n}", "regency", "36", "Banten") for n in range(1, 6)]
    with pytest.raises(rules.MisspeltRegion) as near:
        RegionDirectory(entries).find("Tangeran")
    assert near.value.fields["nearest"].count("36.0") == 3
