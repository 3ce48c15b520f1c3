"""A room of Pilar as a source: its measures are defined once, its figures told when they change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kit.neighbours import own
from kit.races import together
from measures.world import NOW, OTHER, OWN, PERMITS, World, stored
from pilar.areas import operations as areas
from pilar.measures import operations, queries
from pilar.measures.models import Measure, SourceSystem, Value
from pilar.measures.operations import Part, parts
from pilar.measures.rules.combining import Aggregation
from pilar.people.rules import OPERATOR, PUBLIC, SCHEDULE, NotAllowed

pytestmark = pytest.mark.django_db

SHARE = replace(PERMITS, aggregation=Aggregation.LAST, decimals=1, highest=Decimal(100))
UJI = Part("uji", "Layanan uji", "dinas uji", {"uji-jumlah": PERMITS, "uji-bagian": SHARE}, 12, "Dihitung ulang")
FEBRUARY = date(2026, 2, 14)


@pytest.fixture
def office(world: World) -> int:
    areas.add_office(by=OPERATOR, region=OWN, name="Badan Lain", abbreviation="BL")
    return areas.add_office(by=OPERATOR, region=OWN, name="Dinas Uji Coba", abbreviation="DUC")


def told(**figures: int | str) -> int:
    given = {f"uji-{name}": Decimal(figure) for name, figure in figures.items()}
    return UJI.report(by=SCHEDULE, region=OWN, day=FEBRUARY, figures=given, now=NOW)


def test_measures_are_defined_once_for_the_office_of_its_words(office: int) -> None:
    source = UJI.define(by=OPERATOR, region=OWN, now=NOW)
    assert source == UJI.define(by=OPERATOR, region=OWN, now=NOW)
    assert source
    assert (source.region, source.actor.name) == (OWN, "Layanan uji")
    row = SourceSystem.objects.get(pk=source.source)
    assert (row.code, row.title, row.built_in) == ("pilar-uji", "Layanan uji", True)
    rows = {one.code: one for one in own(Measure).filter(code__startswith="uji-")}
    assert set(rows) == set(UJI.definitions)
    for one in rows.values():
        assert (one.office_id, one.source_id, one.period, one.due_days) == (office, source.source, "month", 12)
        assert (one.public, one.synthetic, one.starts_on) == (True, False, date(2025, 1, 1)), "the year before"
    assert rows["uji-bagian"].definitions.get().decimals == 1


def test_the_year_before_is_that_of_the_region(office: int) -> None:
    new_year_there = datetime(2025, 12, 31, 17, tzinfo=UTC)
    UJI.define(by=OPERATOR, region=OWN, synthetic=True, now=new_year_there)
    rows = own(Measure).filter(code__startswith="uji-")
    assert {(one.starts_on, one.synthetic) for one in rows} == {(date(2025, 1, 1), True)}


def test_one_that_comes_later_is_added_from_its_own_month_on(office: int) -> None:
    replace(UJI, definitions={"uji-jumlah": PERMITS}).define(by=OPERATOR, region=OWN, now=NOW)
    UJI.define(by=OPERATOR, region=OWN, since=date(2026, 2, 1), now=NOW)
    rows = own(Measure).filter(code__startswith="uji-")
    assert {one.code: one.starts_on for one in rows} == {
        "uji-jumlah": date(2025, 1, 1), "uji-bagian": date(2026, 2, 1),
    }  # fmt: skip


def test_what_another_region_measures_by_the_same_code_does_not_count(office: int) -> None:
    areas.add_office(by=OPERATOR, region=OTHER, name="Dinas Uji", abbreviation="DU")
    for region in (OTHER, OWN):
        UJI.define(by=OPERATOR, region=region, now=NOW)
    rows = Measure.objects.filter(code="uji-jumlah").values_list("region", flat=True)
    assert sorted(rows) == sorted([OTHER, OWN])


def test_without_the_office_or_where_it_is_not_wanted_nothing_is_told(world: World) -> None:
    assert UJI.define(by=OPERATOR, region=OWN, now=NOW) is None
    assert told(jumlah=1) == 0
    assert not SourceSystem.objects.filter(code="pilar-uji").exists()
    areas.add_office(by=OPERATOR, region=OWN, name="Dinas Uji", abbreviation="DU")
    assert told(jumlah=1) == 1
    operations.switch_source(by=world.who("coordinator"), region=OWN, source="pilar-uji", active=False)
    assert UJI.define(by=OPERATOR, region=OWN, now=NOW) is None
    assert told(jumlah=2) == 0
    assert stored("uji-jumlah") == [("2026-02-01", 1, Decimal(1))]


def test_figures_are_those_of_the_month_and_take_the_place_of_what_was_told(office: int) -> None:
    assert told(jumlah=4, bagian="7.5") == 2
    assert told(jumlah=4, bagian="7.5") == 0, "the same is nothing"
    assert told(jumlah=5, bagian="7.5") == 1
    assert stored("uji-jumlah") == [("2026-02-01", 1, Decimal(4)), ("2026-02-01", 2, Decimal(5))]
    assert stored("uji-bagian") == [("2026-02-01", 1, Decimal("7.5"))]
    reasons = own(Value).filter(measure__code="uji-jumlah").order_by("number").values_list("reason", flat=True)
    assert [*reasons] == ["", "Dihitung ulang"]
    rows = {one.code: one for one in queries.measures(OWN, scope=PUBLIC, now=NOW)}
    assert set(rows) >= {"uji-jumlah", "uji-bagian"}, "everybody reads them"
    begins = own(Measure).filter(code__startswith="uji-").values_list("starts_on", flat=True)
    assert {*begins} == {date(2026, 2, 1)}, "from the month of which something was told first"


def test_what_the_definition_does_not_bear_is_not_told_a_second_time(office: int) -> None:
    assert told(jumlah=9_999) == 0
    assert stored("uji-jumlah") == []


def test_only_the_schedule_and_the_operator_define(world: World, office: int) -> None:
    for name in ("coordinator", "contributor"):
        with pytest.raises(NotAllowed):
            UJI.define(by=world.who(name), region=OWN, now=NOW)
    assert not SourceSystem.objects.filter(code="pilar-uji").exists()


def test_a_room_is_a_source_with_all_its_measures_or_none(office: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**given: Any) -> int:
        if own(Measure).filter(code__in=UJI.definitions).exists():
            raise ZeroDivisionError
        return operations.define_measure(**given)

    monkeypatch.setattr(parts, "define_measure", broken)
    with pytest.raises(ZeroDivisionError):
        UJI.define(by=OPERATOR, region=OWN, now=NOW)
    assert not SourceSystem.objects.filter(code="pilar-uji").exists()


def test_a_month_is_told_whole_or_not_at_all(office: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told(jumlah=4)

    def broken(**given: Any) -> object:
        if given["reports"][0].reason:
            raise ZeroDivisionError
        return operations.report_values(**given)

    monkeypatch.setattr(parts, "report_values", broken)
    with pytest.raises(ZeroDivisionError):
        told(jumlah=5, bagian="7.5")
    assert (stored("uji-jumlah"), stored("uji-bagian")) == ([("2026-02-01", 1, Decimal(4))], [])


def test_a_room_that_is_told_of_twice_at_once_is_defined_once(committed_world: World) -> None:
    areas.add_office(by=OPERATOR, region=OWN, name="Dinas Uji", abbreviation="DU")
    first, second = together(*[lambda: UJI.define(by=SCHEDULE, region=OWN, now=NOW)] * 2)
    assert first == second
    assert own(Measure).filter(code__in=UJI.definitions).count() == 2
