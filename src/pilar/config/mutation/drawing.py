"""Draw the mutants of a room to try, and the tests to try them on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pilar.config.mutation.mutants import Kind, Mutant, mutants
from pilar.config.state import CHECKOUT

SOURCE = CHECKOUT / "src" / "pilar"
LOOKED_AT = ("rules", "rules.py", "operations", "operations.py", "authority.py", "foreign")
WHOLE = ("index", "platform")
"""What has no rules and operations apart from the rest."""
MAX_TESTS = 300
MAX_FILES = 6

Reached = Mapping[str, Mapping[int, Sequence[str]]]
"""By file and line: the tests that run it (node ids; whole files where a fixture does)."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A mutant of a file, and the tests that may notice it."""

    path: Path
    mutant: Mutant
    tests: tuple[str, ...]


def drawn(room: str, reached: Reached, *, most: int, seed: int) -> list[Placed]:
    """At most ``most`` mutants of each kind, drawn by ``seed``."""
    length = Counter(test for lines in reached.values() for tests in lines.values() for test in tests)
    files = [path for path in sorted((SOURCE / room).rglob("*.py")) if _is_looked_at(room, path)]
    places = [(path, mutant) for path in files for mutant in mutants(path.read_text(encoding="utf-8"))]
    places = [
        (path, mutant)
        for path, mutant in places
        if mutant.kind is not Kind.LOCK or not path.relative_to(SOURCE / room).parts[0].startswith("rules")
    ]  # rules are pure
    drawing = random.Random(seed)  # noqa: S311 - a sample, no secret
    placeds: list[Placed] = []
    for kind in Kind:
        of_kind = [place for place in places if place[1].kind is kind]
        sample = sorted(drawing.sample(of_kind, min(most, len(of_kind))), key=lambda pair: (pair[0], pair[1].line))
        for path, mutant in sample:
            placeds.append(Placed(path, mutant, _tests(room, path, mutant, reached.get(str(path), {}), length)))
    return placeds


def measured(room: str) -> list[str]:
    """Patterns of the files whose lines are told apart by the tests that run them: those that are changed."""
    folder = SOURCE / room
    if room in WHOLE:
        return [str(folder / "*")]
    return [str(folder / (name if name.endswith(".py") else f"{name}/*")) for name in LOOKED_AT]


def _is_looked_at(room: str, path: Path) -> bool:
    if path.name.startswith(("__init__", "demonstration", "benchmark")) or "migrations" in path.parts:
        return False
    return room in WHOLE or path.relative_to(SOURCE / room).parts[0] in LOOKED_AT


def _tests(
    room: str, path: Path, mutant: Mutant, lines: Mapping[int, Sequence[str]], length: Counter[str]
) -> tuple[str, ...]:
    """Those that run the line by themselves and the files whose fixtures do; first those that run little else.

    What runs when a module is loaded concerns the files that run most of it, first those that bear its name.
    """
    if mutant.within is None:
        counted = Counter(
            file for contexts in lines.values() for file in {context.partition("::")[0] for context in contexts}
        )
        first = sorted(counted, key=lambda file: (path.stem not in file, -counted[file], file))
        return tuple([context for context in first if context][:MAX_FILES]) or (f"tests/{room}",)
    line = mutant.line
    if mutant.kind is Kind.ATOMIC:  # the line of its name runs when the module is loaded
        line = min((number for number, contexts in lines.items() if number > line and any(contexts)), default=line)
    contexts = {context for context in lines.get(line, ()) if context}
    counted = sorted(contexts, key=lambda test: (length[test], test))
    own, files = [test for test in counted if "::" in test], [file for file in counted if "::" not in file]
    return (*own[:MAX_TESTS], *files[:MAX_FILES])
