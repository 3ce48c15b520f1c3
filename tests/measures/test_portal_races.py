"""Two who say what one source means, or take values over by it, at the same moment."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kit.neighbours import own
from kit.races import together
from measures.test_portal import PLAIN, SHAPE
from measures.world import NOW, OWN, World, stored
from pilar.measures import operations as do
from pilar.measures.imports import MappedValues
from pilar.measures.models import MappedFile, MappedValue, SourceMapping
from pilar.measures.operations import Origin, OutdatedMapping
from pilar.measures.rules.exchange import inspect_source, source_of
from pilar.measures.rules.reports import Outcome, Report, Verdict
from pilar.platform.imports import keeping
from pilar.platform.imports.states import State
from pilar.platform.models import Import


def confirm(world: World, *, comma: bool = False, seen: int = 0) -> int:
    return do.confirm_mapping(
        by=world.who("contributor"), region=OWN, shape=SHAPE, title="desa", mapping=replace(PLAIN, comma=comma),
        seen=seen, now=NOW,
    )  # fmt: skip


def take(world: World, value: str = "91") -> tuple[Verdict, ...]:
    return do.report_mapped(
        by=world.who("contributor"), region=OWN, shape=SHAPE, number=1, file="desa.csv", sha256=SHAPE,
        reports=[Report("desa-daring", "2026-02", value, reason="Diperbarui")], origins=[Origin("nilai", 2)], now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("seen", [0, 1])
def test_of_two_who_say_what_a_source_means_one_is_told(committed_world: World, seen: int) -> None:
    world = committed_world
    if seen:
        confirm(world)

    def remove() -> None:
        do.remove_mapping(by=world.who("coordinator"), region=OWN, shape=SHAPE, seen=1, now=NOW)

    first, second = together(lambda: confirm(world, comma=True, seen=seen), remove if seen else lambda: confirm(world))
    assert (first, type(second)) == (seen + 1, OutdatedMapping)
    assert own(SourceMapping).count() == seen + 1


def test_one_file_that_two_take_over_is_stored_once(committed_world: World) -> None:
    world = committed_world
    confirm(world)
    (first,), (second,) = together(lambda: take(world), lambda: take(world))
    assert {first.outcome, second.outcome} == {Outcome.ACCEPTED, Outcome.UNCHANGED}
    assert stored("desa-daring") == [("2026-02-01", 1, Decimal(91))]
    assert (own(MappedFile).count(), own(MappedValue).count()) == (1, 1)


def test_of_two_tabs_with_one_file_one_stores_it_and_the_other_is_told(committed_world: World) -> None:
    world, content = committed_world, b"bulan,nilai\n2026-02,91\n"
    shape = source_of(inspect_source("desa.csv", content))[0].shape
    do.confirm_mapping(
        by=world.who("contributor"), region=OWN, shape=shape, title="desa", mapping=PLAIN, seen=0, now=NOW
    )

    def importer() -> MappedValues:
        return MappedValues(world.who("contributor"), OWN, NOW)

    keys = [keeping.receive(importer(), name="desa.csv", content=content) for _tab in range(2)]
    seen = [Import.objects.get(pk=key).judged for key in keys]
    found = together(
        *[
            lambda key=key, sign=sign: keeping.confirm_seen(importer(), key=key, seen=sign)  # type: ignore[misc]
            for key, sign in zip(keys, seen, strict=True)
        ]
    )
    assert sorted((one.state, one.found.changed) for one in found) == [(State.CHECKED, True), (State.DONE, False)]
    assert stored("desa-daring") == [("2026-02-01", 1, Decimal(91))]
    assert own(MappedFile).count() == 1


def test_values_of_two_files_are_corrected_one_after_the_other(committed_world: World) -> None:
    world = committed_world
    confirm(world)
    together(lambda: take(world, "91"), lambda: take(world, "92"))
    assert [number for _start, number, _value in stored("desa-daring")] == [1, 2]
    assert (own(MappedFile).count(), own(MappedValue).count()) == (2, 2)


@pytest.mark.parametrize("ended", ["confirmed", "removed"])
def test_values_come_in_by_the_mapping_that_holds_then(committed_world: World, ended: str) -> None:
    world = committed_world
    confirm(world)

    def end() -> None:
        if ended == "confirmed":
            confirm(world, comma=True, seen=1)
        else:
            do.remove_mapping(by=world.who("contributor"), region=OWN, shape=SHAPE, seen=1, now=NOW)

    gone, refused = together(end, lambda: take(world))
    assert (gone, type(refused)) == (None, OutdatedMapping)
    assert stored("desa-daring") == []
