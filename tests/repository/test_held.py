"""What takes a lock is watched: tests/held.py says what each operation holds before it writes (kit/held.py)."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from held import HELD, SEVERAL
from kit.acts import operations_of

SOURCE = Path(__file__).resolve().parents[2] / "src" / "pilar"
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/operations"))
DOORS = {
    "held", "locked", "people.held", "people.locked", "locking.held", "locks.hold", "locks.hold_shared", "locks.take",
}  # fmt: skip


def functions(room: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The functions of a room's operations, with their files."""
    for path in sorted((SOURCE / room / "operations").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield path.stem, node


def takers(room: str) -> set[str]:
    """Functions that take a lock, themselves or by another of which HELD says nothing."""
    called: defaultdict[str, set[str]] = defaultdict(set)
    found = set()
    for _file, node in functions(room):
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and str(part.value).endswith(("FOR SHARE", "FOR NO KEY UPDATE")):
                found.add(node.name)
            if isinstance(part, ast.Call):
                by = ast.unparse(part.func)
                called[node.name].add(by.rpartition(".")[2])
                if by in DOORS or by.endswith(".select_for_update"):
                    found.add(node.name)
    more = found
    while more:
        through = more - HELD[room].keys()
        more = {name for name, others in called.items() if others & through} - found
        found |= more
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_every_operation_that_takes_a_lock_says_what_it_holds(room: str) -> None:
    found, exported = takers(room), operations_of(import_module(f"pilar.{room}.operations"))
    acts = {node.name for file, node in functions(room) if file not in ("demonstration", "locking")} & exported
    assert (found & acts) - HELD[room].keys() - SEVERAL.get(room, frozenset()) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_named_is_there(room: str) -> None:
    assert {*HELD[room], *SEVERAL.get(room, ())} <= {node.name for _file, node in functions(room)}
