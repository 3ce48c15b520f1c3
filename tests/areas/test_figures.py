"""Dated figures of regions: each with its source, none changed, none invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from areas.acts import PEOPLE, STANDINGS
from pilar.areas import operations, queries
from pilar.areas.models import RegionFigure
from pilar.areas.rules import FigureKind, GivenFigure, UnknownRegion
from pilar.people.rules import NotAllowed
from pilar.platform import audit
from pilar.platform.errors import Faults

pytestmark = pytest.mark.usefixtures("places")
NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
SPBE = replace(PEOPLE, kind=FigureKind.SPBE, value=Decimal("3.45"))


def record(*figures: GivenFigure, who: str = "secretariat") -> int:
    return operations.record_figures(by=STANDINGS[who], figures=figures, now=NOW)


def test_the_newest_year_counts_and_a_correction_takes_the_place_of_what_stood() -> None:
    assert record(PEOPLE, SPBE, replace(PEOPLE, year=2021, value=Decimal(900))) == 3
    assert record(PEOPLE, SPBE) == 0, "the same again changes nothing"
    assert record(replace(PEOPLE, value=Decimal(1100))) == 1
    newest = queries.newest_figures()["36.03"]
    assert (newest[FigureKind.POPULATION].value, newest[FigureKind.POPULATION].number) == (1100, 2)
    assert queries.newest_figures(until=2022)["36.03"].keys() == {FigureKind.POPULATION}
    assert queries.newest_figures(until=2022)["36.03"][FigureKind.POPULATION].value == 900
    assert [(row.year, row.value) for row in queries.figures_of("36.03")][:2] == [(2023, 1100), (2023, 1000)]
    event, first = audit.events(target="areas.region-figure", key="36.03:population:2023")
    assert (event.before, first.before) == ({"value": "1000", "source": "Uji"}, None)


def test_what_is_taken_back_is_known_no_more_and_stays_to_be_read() -> None:
    assert record(replace(PEOPLE, value=None)) == 0
    record(PEOPLE)
    assert record(replace(PEOPLE, value=None)) == 1
    assert record(replace(PEOPLE, value=None)) == 0
    assert queries.newest_figures() == {}
    assert [row.value for row in queries.figures_of("36.03")] == [None, 1000]
    assert record(PEOPLE) == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"year": 2027}, "year"),
        ({"year": 1999}, "year"),
        ({"source": " "}, "source"),
        ({"address": "Buku"}, "address"),
        ({"value": Decimal("1.5")}, "population"),
        ({"value": Decimal(0)}, "population"),
        ({"kind": FigureKind.SPBE, "value": Decimal("5.01")}, "spbe"),
        ({"kind": FigureKind.SPBE, "value": Decimal("0.9")}, "spbe"),
        ({"kind": FigureKind.FISCAL, "value": Decimal("-1")}, "fiscal"),
        ({"kind": FigureKind.FISCAL_CLASS, "value": Decimal(6)}, "fiscal_class"),
    ],
)
def test_what_no_source_can_say_is_refused_at_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(Faults) as refused:
        record(replace(PEOPLE, **change))
    assert [fault.place for fault in refused.value.faults] == [place]
    assert not RegionFigure.objects.exists()


@pytest.mark.parametrize(
    ("kind", "lowest", "highest"),
    [
        (FigureKind.POPULATION, 1, 50_000_000),
        (FigureKind.SPBE, 1, 5),
        (FigureKind.FISCAL, 0, 1_000),
        (FigureKind.FISCAL_CLASS, 1, 5),
    ],
)
def test_the_bounds_of_a_figure_are_taken_and_nothing_beyond(kind: FigureKind, lowest: int, highest: int) -> None:
    for value in (lowest - 1, highest + 1):
        with pytest.raises(Faults):
            record(replace(PEOPLE, kind=kind, value=Decimal(value)))
    for value in (lowest, highest):
        assert record(replace(PEOPLE, kind=kind, value=Decimal(value))) == 1


def test_only_the_secretariat_brings_figures_in() -> None:
    for who in ("coordinator", "public"):
        with pytest.raises(NotAllowed):
            record(PEOPLE, who=who)
    with pytest.raises(UnknownRegion):
        record(replace(PEOPLE, region="99.99"))


ROW: dict[str, Any] = {
    "region_id": "36.03", "kind": "spbe", "year": 2023, "number": 1, "value": 3, "source": "Uji",
    "address": "https://contoh.invalid", "entered_by_name": "user:1", "entered_at": NOW,
}  # fmt: skip


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("figure_number_from_one", {"number": 0}),
        ("figure_year_fits", {"year": 1999}),
        ("figure_fits_its_kind", {"value": 6}),
        ("figure_fits_its_kind", {"kind": "wealth"}),
        ("figure_fits_its_kind", {"value": None}),
        ("figure_fits_its_kind", {"kind": "fiscal_class", "value": Decimal("1.5")}),
        ("figure_fits_its_kind", {"kind": "population", "value": 0}),
        ("figure_has_a_source", {"source": " "}),
        ("figure_has_a_source", {"address": "buku"}),
    ],
)
def test_the_database_refuses(constraint: str, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RegionFigure.objects.create(**{**ROW, **change})


@pytest.mark.parametrize("change", [lambda rows: rows.update(value=2), lambda rows: rows.delete()])
def test_the_database_keeps_every_figure(change: Callable[[Any], object]) -> None:
    RegionFigure.objects.create(**ROW)
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        change(RegionFigure.objects.all())
    with pytest.raises(IntegrityError, match="figure_number_once"), transaction.atomic():
        RegionFigure.objects.create(**ROW)
