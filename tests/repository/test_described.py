"""What the documents say that the code writes."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pilar
from lifecycles import STATES
from pilar.config.described import LIFECYCLES, TABLES, documents
from pilar.config.state import CHECKOUT
from pilar.platform.lifecycle import Lifecycle


def test_they_say_what_the_code_says() -> None:
    for name, text in documents().items():
        assert (CHECKOUT / "docs" / name).read_text(encoding="utf-8") == text, f"run ./pilar describe ({name})"


def test_every_action_and_every_move_is_in_them() -> None:
    found = documents()
    for authority in TABLES.values():
        assert all(f"| {action} |" in found["permissions.md"] for action in authority.table)
    for lifecycle, names in LIFECYCLES.values():
        assert {*names} == {*type(lifecycle.all[0].source)}
        assert all(f"{one.source} --> {one.target} : " in found["lifecycles.md"] for one in lifecycle.all)


def declared() -> Iterator[Lifecycle]:
    """The lifecycles in the rules of every room."""
    for found in pkgutil.walk_packages(pilar.__path__, "pilar."):
        if ".rules" in found.name:
            yield from (one for one in vars(import_module(found.name)).values() if isinstance(one, Lifecycle))


def test_every_lifecycle_is_drawn_and_watched() -> None:
    drawn = {id(lifecycle) for lifecycle, _names in LIFECYCLES.values()}
    there = {id(lifecycle) for lifecycle in declared()}
    assert there == drawn, "LIFECYCLES of pilar.config.described names each"
    assert STATES.keys() == LIFECYCLES.keys(), "tests/lifecycles.py says where the states of each stand"
